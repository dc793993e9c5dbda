import MailMessage
import Platform
import TestSupport

@testable import DeliveryStatus

/// A report made of all that may come together, and what another reader must find in it.
struct SampleReport {
    let number: Int
    let report: DeliveryReport
    let lineEnd: LineEnd
    let composed: [UInt8]
    /// Whether texts are what a hostile peer says; then only what cannot be affected by that is compared.
    private let isHostile: Bool

    init(number: Int, using generator: inout SeededGenerator) {
        self.number = number
        isHostile = number % 4 == 3
        lineEnd = number % 2 == 0 ? .lf : .crlf
        let senders = [
            "s@example.com", "\"two  words\"@example.com", "größe@exämple.org", "a+b=c@example.org",
        ]
        let recipients = (0..<Int.random(in: 1...4, using: &generator)).map { _ in
            Self.recipient(isHostile: number % 4 == 3, using: &generator)
        }
        let kinds: [ReportWording.Kind?] = [nil, nil, nil, .postmaster, .refused]
        var report = DeliveryReport(
            MessageIdentity(
                host: "mx.example.org", unique: "u\(number)",
                time: Int.random(in: 0...4_000_000_000, using: &generator),
                zoneOffset: Int.random(in: -12...14, using: &generator) * 3600),
            from: .system("MAILER-DAEMON", at: "mx.example.org"),
            to: MailAddress(path: senders.randomElement(using: &generator) ?? "") ?? .system("x", at: "y"),
            recipients: recipients,
            original: SharedBytes(Self.originals.randomElement(using: &generator) ?? []),
            kind: kinds.randomElement(using: &generator) ?? nil)
        report.returning = Bool.random(using: &generator) ? .full : .header
        report.sizeLimit = [0, 60, 50000].randomElement(using: &generator) ?? 0
        report.envelopeID = [nil, "QQ314159", "two  words=1+1"].randomElement(using: &generator) ?? nil
        report.queueID = [nil, "1kd2x9h0f4m7w2z"].randomElement(using: &generator) ?? nil
        report.arrival = Bool.random(using: &generator) ? 1_700_000_000 : nil
        if Bool.random(using: &generator) {
            report.wording = ReportWording(
                subject: isHostile
                    ? generator.hostileText(upTo: 5)
                    : "Unzustellbar: Grüße 😀 " + String(repeating: "ä", count: number % 90),
                text:
                    "Für {recipient} von {sender} am {arrival} bis {until}: {reason} {host} {postmaster} {x}\n\nEnde"
            )
        }
        if report.kind == .refused {
            report.refusal = isHostile ? generator.hostileText(upTo: 9) : "No.\n\nReally."
        }
        self.report = report
        composed = report.composed(lineEnd: lineEnd)
    }

    private static func recipient(
        isHostile: Bool, using generator: inout SeededGenerator
    ) -> DeliveryReport.Recipient {
        func pick(_ values: [String]) -> String {
            isHostile ? generator.hostileText(upTo: 5) : values.randomElement(using: &generator) ?? ""
        }
        let addresses = [
            "joe@example.org", "jürgen@example.org", "\"a  b\"@example.org", "x+y=z@exämple.org",
            "\\\"@é.org",
        ]
        var recipient = DeliveryReport.Recipient(
            pick(addresses),
            action: DeliveryReport.Action.allCases.randomElement(using: &generator) ?? .failed,
            status: [.mailboxFull, .unknownUser, .success, .expired].randomElement(using: &generator)
                ?? .success,
            reason: pick(["Mailbox is full", "", "nicht da: größer", String(repeating: "word ", count: 300)]))
        if Bool.random(using: &generator) { recipient.original = pick(addresses) }
        if Bool.random(using: &generator) {
            recipient.remoteReply = .init(
                host: pick([
                    "mx.remote.example", "mx.remote.example[192.0.2.1]:25", "192.0.2.1", "[2001:db8::1]:25",
                    "localhost[::1]:24", "/run/dovecot/lmtp", "/usr/sbin/sendmail",
                ]),
                text: pick(["550 5.1.1 no such user", "450", "nonsense", "", "250-2.0.0 größe", "5500 x"]))
        }
        if Bool.random(using: &generator) { recipient.lastAttempt = 1_700_000_300 }
        if Bool.random(using: &generator) { recipient.willRetryUntil = 1_700_400_000 }
        return recipient
    }

    /// Messages of all kinds: ASCII, UTF-8, Latin-1, odd line ends, no header, no body, long lines, nothing at all.
    private static let originals: [[UInt8]] = [
        original, Array("From: a@b\nSubject: Grüße\n\nBody ä\n".utf8),
        Array("Subject: Gr".utf8) + [0xFC] + Array("n\n\nx\n".utf8), [],
        Array("\nonly a body\n".utf8), Array("Subject: only a header\n".utf8), Array("no header at all".utf8),
        Array("A: b\r\nC: d\r\n\r\nx\r\n".utf8), Array("A: b\n\nx\0y\rz".utf8),
        Array("A: ".utf8) + [UInt8](repeating: 0x61, count: 5000) + Array("\n\n".utf8)
            + [UInt8](repeating: 0x62, count: 3000),
        Array("A: b\n\n--report-u1-0\n\n--report-u2-0--\n.\n..\nFrom x\n".utf8),
        Array("Content-Type: multipart/mixed; boundary=x\n\n--x\n\nunfinished".utf8),
    ]
}

extension SampleReport {
    /// What another reader has found that is not as it should be.
    func problems(in reading: IndependentReader.Reading) -> [String] {
        var problems: [String] = []
        func expect(_ isRight: Bool, _ what: @autoclosure () -> String) {
            if !isRight { problems.append(what()) }
        }
        expect(reading.defects == [], "\(reading.defects)")
        expect(
            reading.type == "multipart/report" && reading.parameters["report-type"] == "delivery-status",
            reading.type)
        var names = [
            "Date", "From", "To", "Subject", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type",
        ]
        if !composed.allSatisfy({ $0 < 0x80 }) { names.append("Content-Transfer-Encoding") }
        expect(reading.fields.compactMap(\.first) == names, "fields \(reading.fields)")
        let isASCII = report.to.text.utf8.allSatisfy { $0 < 0x80 }
        expect(reading.hasASCIIHeader || !isASCII, "the header is not ASCII")
        expect(reading.from == ["MAILER-DAEMON@mx.example.org"], "from \(reading.from)")
        expect(reading.to == [report.to.text], "to \(reading.to)")
        expect(reading.date == report.identity.time, "date \(reading.date)")
        let submitted = report.kind == .postmaster ? "auto-generated" : "auto-replied"
        expect(reading.values("Auto-Submitted") == [submitted], "\(reading.values("Auto-Submitted"))")
        if !isHostile {
            let subject = report.wording.subject.split(separator: " ").joined(separator: " ")
            expect(reading.values("Subject") == [subject], "subject \(reading.values("Subject"))")
        }
        expect(linesAreRight, "a line is too long, or ends wrongly")
        guard reading.parts.count == 3 else { return problems + ["\(reading.parts.count) parts"] }
        for part in reading.parts {
            expect(part.defects == [], "\(part.type): \(part.defects)")
            expect(
                (part.encoding == "8bit") == !part.bytes.allSatisfy { $0 < 0x80 },
                "\(part.type): \(part.encoding ?? "-")")
        }
        return problems + textProblems(reading.parts[0]) + statusProblems(reading.parts[1])
            + returnProblems(reading.parts[2])
    }

    /// RFC 5322 §2.1.1, and no CR or LF alone.
    private var linesAreRight: Bool {
        var lines = composed.split(separator: 0x0A, omittingEmptySubsequences: false)
        guard lines.popLast()?.isEmpty == true else { return false }
        return lines.allSatisfy { line in
            let content = lineEnd == .crlf ? line.dropLast() : line
            return (lineEnd == .lf || line.last == 0x0D) && content.count <= 998
                && !content.contains(0x0D) && !content.contains(0)
        }
    }

    private var isInternational: Bool {
        let known = [report.to.text] + report.recipients.map { $0.original ?? $0.final }
        return !known.allSatisfy { $0.utf8.allSatisfy { $0 < 0x80 } }
    }

    private func textProblems(_ part: IndependentReader.Part) -> [String] {
        guard part.type == "text/plain", part.parameters["charset"] == "utf-8" else {
            return ["text: \(part.type)"]
        }
        guard !isHostile else { return [] }
        let text = part.text.split { $0.isWhitespace }.joined(separator: " ")
        return report.recipients.compactMap { recipient in
            let name = recipient.final.split(separator: " ").joined(separator: " ")
            return text.contains("<\(name)>: ") ? nil : "the text does not tell of \(name)"
        }
    }

    private func statusProblems(_ part: IndependentReader.Part) -> [String] {
        let wanted = isInternational ? "message/global-delivery-status" : "message/delivery-status"
        guard part.type == wanted, let blocks = part.blocks else {
            return ["status: \(part.type), not \(wanted)"]
        }
        var problems = ReportGrammar.problems(in: blocks, isGlobal: isInternational)
        guard blocks.count == report.recipients.count + 1 else {
            return problems + ["\(blocks.count) blocks"]
        }
        func value(_ name: String, _ index: Int) -> String? { blocks[index].first { $0.first == name }?.last }
        if value("Original-Envelope-Id", 0) != report.envelopeID { problems.append("\(blocks[0])") }
        for (index, recipient) in report.recipients.enumerated() {
            if value("Action", index + 1) != recipient.action.rawValue {
                problems.append("\(blocks[index + 1])")
            }
            guard !isHostile else { continue }
            let address = value("Final-Recipient", index + 1)?.split(separator: "; ", maxSplits: 1).last
            let isPlain = isInternational || recipient.final.utf8.allSatisfy { $0 < 0x80 }
            if isPlain, address.map(String.init) != recipient.final { problems.append("\(address ?? "?")") }
            let hasSystem = recipient.remoteReply.map { !$0.host.hasPrefix("/") } ?? false
            if (value("Remote-MTA", index + 1) != nil) != hasSystem {
                problems.append("\(blocks[index + 1])")
            }
            let hasDate = value("Will-Retry-Until", index + 1) != nil
            if hasDate != (recipient.willRetryUntil != nil && recipient.action == .delayed) {
                problems.append("retry")
            }
        }
        return problems
    }

    private func returnProblems(_ part: IndependentReader.Part) -> [String] {
        let bytes = report.original.array(0..<report.original.count)
        let text = String(decoding: bytes.filter { $0 != 0x0D && $0 != 0 }, as: UTF8.self)
        let hasHeader = text.prefix { $0 != "\n" }.contains(":")
        let headerText = hasHeader ? text.components(separatedBy: "\n\n") : ""
        let isWhole = report.returning == .full && bytes.count <= report.sizeLimit
        let hasUnicode =
            String(validating: bytes, as: UTF8.self) != nil && headerText.utf8.contains { $0 >= 0x80 }
        let isGlobal = isInternational && hasUnicode
        let wanted =
            isWhole
            ? (isGlobal ? "message/global" : "message/rfc822")
            : (isGlobal ? "message/global-headers" : "text/rfc822-headers")
        guard part.type == wanted else { return ["returned: \(part.type), not \(wanted)"] }
        let returned = String(decoding: part.bytes.filter { $0 != 0x0D }, as: UTF8.self)
        let expected = isWhole ? text : headerText
        // What is changed on the way: folded lines, characters that cannot be carried, a missing line end.
        func essence(_ text: String) -> [UInt8] { text.utf8.filter { $0 > 0x20 } }
        return essence(returned) == essence(expected)
            ? [] : ["returned \(returned.prefix(300)) for \(expected.prefix(300))"]
    }
}

extension String {
    /// What stands before the first `separator`.
    fileprivate func components(separatedBy separator: String) -> String {
        firstRange(of: separator).map { String(self[..<$0.lowerBound]) } ?? self
    }
}
