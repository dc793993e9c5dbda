import Foundation
import TestSupport
import Testing

/// Virus scanners: clamd(8) and c-icap(8) themselves, and those that misbehave.
@Suite(
    "Viruses", .enabled(if: isRoot && ClamdDaemon.isInstalled && ICAPDaemon.isInstalled),
    .timeLimit(.minutes(5)))
struct VirusTests {
    private let queue: Queue

    init() throws { queue = try Queue() }

    private var site: DeliverySite { queue.site }

    /// EICAR's test file, put together here so that this one is none.
    private static let sample = [
        #"X5O!P%@AP[4\PZX54(P^)7CC)7}$"#, "EICAR-STANDARD-", "ANTIVIRUS-TEST-FILE!", "$H+H*",
    ].joined()

    private static let database = ["eicar.ndb": ClamdDaemon.pattern("Test.Virus", in: Array(sample.utf8))]

    /// A message with the sample attached behind so many bytes of text.
    private static func virus(behind padding: Int = 0, fields: String = "") -> Data {
        let line = String(repeating: "x", count: 71) + "\n"
        return TestMessage.text(
            subject: "invoice",
            fields: fields + "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"=part\"\n",
            body: """
                --=part

                \(String(repeating: line, count: padding / 72))
                --=part
                Content-Type: application/octet-stream; name=invoice.com

                \(sample)
                --=part--

                """)
    }

    private static func body(_ message: Data) -> Data {
        guard let blank = message.range(of: Data("\n\n".utf8)) else { return Data() }
        return message[blank.upperBound...]
    }

    private func deliver(
        _ message: Data, _ scanner: [String], rules: String = "keep;"
    ) throws -> Completed {
        try queue.deliver(message, rules: rules, more: scanner.flatMap { ["-o", "checks.\($0)"] })
    }

    private var inbox: [StoredMessage] { messages(site.maildir) }
    private var quarantine: [StoredMessage] { messages("\(site.maildir)/.Quarantine") }

    private func clear() throws {
        try? FileManager.default.removeItem(atPath: site.maildir)
        try site.workplace.write("", to: "log", mode: 0o666)
        for entry in try queue.list() {
            guard let id = entry["id"] as? String else { continue }
            _ = try queue.control(["queue", "remove", id])
        }
    }

    private var log: String { site.workplace.read("log") }

    /// Whether a file is the message as it came, behind fields of ours.
    private func isWhole(_ stored: StoredMessage?, _ message: Data) -> Bool {
        guard let stored else { return false }
        return Self.body(stored.bytes) == Self.body(message)
    }

    // MARK: - What is found

    @Test("a virus is quarantined, tagged, held, refused, discarded, or kept", arguments: [true, false])
    func policies(isICAP: Bool) throws {
        let clamd = try ClamdDaemon(signatures: Self.database)
        let icap = try isICAP ? ICAPDaemon(asking: clamd) : nil
        let kind = isICAP ? "icap" : "clamd"
        let server = "\(kind).server=\(icap?.service("virus_scan") ?? clamd.local)"
        let virus = Self.virus()
        let clean = TestMessage.text(subject: "x")

        #expect(try deliver(virus, [server]).code == 0)
        #expect(inbox.isEmpty && quarantine.count == 1 && isWhole(quarantine.first, virus), "the default")
        #expect(quarantine.first?.text.contains("X-Virus-Status: Infected (Test.Virus.UNOFFICIAL)") == true)
        #expect(log.contains("check1-name=\(kind) check1-result=found check1-detail=Test.Virus.UNOFFICIAL"))

        for policy in ["quarantine", "tag", "reject", "discard", "keep"] {
            try clear()
            let completed = try deliver(virus, [server, "\(kind).on-virus=\(policy)"])
            #expect(completed.code == (policy == "reject" ? 77 : 0), "\(completed)")
            #expect(try queue.list().isEmpty)
            switch policy {
            case "quarantine": #expect(inbox.isEmpty && isWhole(quarantine.first, virus))
            case "tag":
                #expect(quarantine.isEmpty && isWhole(inbox.first, virus))
                #expect(inbox.first?.text.contains("X-Virus-Status: Infected") == true)
            case "keep":
                #expect(quarantine.isEmpty && isWhole(inbox.first, virus))
                #expect(inbox.first?.text.contains("X-Virus-Status") == false)
            default: #expect(inbox.isEmpty && quarantine.isEmpty)
            }
            if policy == "reject" {
                #expect(completed.errors.hasPrefix("5.7.1 ") && completed.errors.contains("Test.Virus"))
            }
            #expect(log.contains("check1-result=found"))
            // What is clean does not mind.
            try clear()
            #expect(try deliver(clean, [server, "\(kind).on-virus=\(policy)"]).code == 0)
            #expect(inbox.count == 1 && quarantine.isEmpty && isWhole(inbox.first, clean))
            #expect(inbox.first?.text.contains("X-Virus-Status") == false)
        }

        try clear()
        #expect(try deliver(virus, [server, "quarantine=hold"]).code == 0)
        #expect(try inbox.isEmpty && quarantine.isEmpty && queue.list().count == 1)
        try queue.sweep()
        #expect(try inbox.isEmpty && quarantine.isEmpty && queue.list().count == 1, "on hold")
    }

    @Test("a field says what was found where that is wanted, and one that came with the message is gone")
    func fields() throws {
        let clamd = try ClamdDaemon(signatures: Self.database)
        let forged = "X-Virus-Status: Clean, says a stranger\n"
        let server = "clamd.server=\(clamd.network)"
        for (message, policy, status) in [
            (
                TestMessage.text(subject: "x", fields: forged), [server, "fields=true"],
                "X-Virus-Status: Clean\n"
            ),
            (TestMessage.text(subject: "x", fields: forged), [server], nil),
            (Self.virus(fields: forged), [server, "clamd.on-virus=keep"], nil),
            (
                Self.virus(fields: forged), [server, "clamd.on-virus=keep", "fields=true"],
                "X-Virus-Status: Infected (Test.Virus.UNOFFICIAL)\n"
            ),
        ] {
            try clear()
            #expect(try deliver(message, policy).code == 0)
            let text = try #require(inbox.first).text
            #expect(!text.contains("stranger"))
            #expect(status.map { text.contains($0) } ?? !text.contains("X-Virus-Status"))
        }
    }

    @Test("a large message is looked at in its file where clamd takes one, else within its limits")
    func large() throws {
        let clamd = try ClamdDaemon(signatures: Self.database, settings: ["StreamMaxLength 1M"])
        let virus = Self.virus(behind: 6 << 20)
        #expect(try deliver(virus, ["clamd.server=\(clamd.local)"]).code == 0)
        #expect(inbox.isEmpty && isWhole(quarantine.first, virus))
        try clear()
        #expect(try deliver(virus, ["clamd.server=\(clamd.local)", "clamd.method=descriptor"]).code == 0)
        #expect(inbox.isEmpty && isWhole(quarantine.first, virus))
        for server in [
            ["clamd.server=\(clamd.network)"], ["clamd.server=\(clamd.local)", "clamd.method=stream"],
        ] {
            try clear()
            #expect(try deliver(virus, server).code == 0)
            #expect(try inbox.isEmpty && quarantine.isEmpty && queue.list().count == 1)
            #expect(log.contains("INSTREAM size limit exceeded."))
        }
    }

    @Test("scripts see what was found, and what nobody could tell")
    func scripts() throws {
        let clamd = try ClamdDaemon(signatures: Self.database)
        let rules = """
            require ["virustest", "relational", "comparator-i;ascii-numeric", "fileinto", "mailbox",
                     "environment", "variables", "editheader"];
            if environment :matches "vnd.postmaster.virus" "*" { addheader "X-Seen" "${1}"; }
            if virustest :value "ge" :comparator "i;ascii-numeric" "5" { fileinto :create "Infected"; }
            elsif virustest :value "eq" :comparator "i;ascii-numeric" "1" { fileinto :create "Tested"; }
            elsif virustest :value "eq" :comparator "i;ascii-numeric" "0" { fileinto :create "Untested"; }
            """
        let settings = ["clamd.server=\(clamd.local)", "clamd.on-virus=keep", "clamd.on-failure=keep"]
        #expect(try deliver(Self.virus(), settings, rules: rules).code == 0)
        let infected = try #require(messages("\(site.maildir)/.Infected").first)
        #expect(infected.text.contains("X-Seen: Test.Virus.UNOFFICIAL"))
        #expect(try deliver(TestMessage.text(subject: "x"), settings, rules: rules).code == 0)
        #expect(messages("\(site.maildir)/.Tested").count == 1)
        clamd.stop()
        #expect(try deliver(Self.virus(), settings, rules: rules).code == 0)
        #expect(messages("\(site.maildir)/.Untested").count == 1 && inbox.isEmpty)
    }

    // MARK: - What does not answer

    /// What a scanner does instead of answering.
    enum Trouble: String, CaseIterable, Sendable {
        case nobody, hangs, hangsUp, garbage, halfAnswer, endless, slow, halfCloses, refuses, neverReads
    }

    private static func start(_ trouble: Trouble, isICAP: Bool) throws -> FakeServer? {
        guard trouble != .nobody else { return nil }
        let options = "ICAP/1.0 200 OK\r\nMethods: RESPMOD\r\nEncapsulated: null-body=0\r\n\r\n"
        let answer = isICAP ? "ICAP/1.0 204 No Content\r\nISTag: \"x\"\r\n\r\n" : "stream: OK\0"
        return try FakeServer { end, _ in
            _ = end.read(isICAP ? 60 : 10)
            if isICAP, trouble != .hangs, trouble != .hangsUp { end.write(options) }
            switch trouble {
            case .nobody, .hangsUp: break
            case .hangs: end.readAll()
            case .garbage: end.write("220 mail.example ESMTP\r\n\0\u{1B}[2J\r\n\r\n\0")
            case .halfAnswer: end.write(String(answer.unicodeScalars.dropLast(3)))
            case .endless: while end.write("X: y\r\n") {}
            case .slow: end.write(answer, pausing: 200)
            case .halfCloses:
                end.write(String(answer.unicodeScalars.dropLast(3)))
                end.finishWriting()
                end.readAll()
            case .refuses: end.write(isICAP ? "ICAP/1.0 500 Sorry\r\n\r\n" : "stream: Sorry ERROR\0")
            case .neverReads: usleep(2_500_000)
            }
        }
    }

    @Test(
        "a scanner that does not answer is given up in time, and nothing is lost",
        arguments: [false, true], Trouble.allCases)
    func troubles(isICAP: Bool, trouble: Trouble) throws {
        let kind = isICAP ? "icap" : "clamd"
        let message = Self.virus(behind: trouble == .neverReads ? 8 << 20 : 0)
        for policy in ["defer", "keep", "tag", "tempfail"] {
            try clear()
            let server = try Self.start(trouble, isICAP: isICAP)
            let port = try server?.port ?? freePort()
            let start = Date()
            let completed = try deliver(
                message,
                [
                    "\(kind).server=" + (isICAP ? "icap://127.0.0.1:\(port)/scan" : "127.0.0.1:\(port)"),
                    "\(kind).timeout=1s", "\(kind).on-failure=\(policy == "tempfail" ? "defer" : policy)",
                ] + (policy == "tempfail" ? ["fields=false"] : []), tempfails: policy == "tempfail")
            #expect(Date().timeIntervalSince(start) < 8)
            server?.end()
            #expect(quarantine.isEmpty && log.contains("check1-result=unanswered"))
            switch policy {
            case "tempfail":
                #expect(completed.code == 75 && inbox.isEmpty, "\(completed)")
                #expect(try queue.list().isEmpty)
            case "defer":
                #expect(completed.code == 0 && inbox.isEmpty, "\(completed)")
                #expect(try queue.list().count == 1)
            default:
                #expect(completed.code == 0 && isWhole(inbox.first, message), "\(completed)")
                #expect(inbox.first?.text.contains("X-Virus-Status: Unknown") == (policy == "tag"))
            }
        }
    }

    private func deliver(_ message: Data, _ scanner: [String], tempfails: Bool) throws -> Completed {
        try queue.deliver(
            message,
            more: scanner.flatMap { ["-o", "checks.\($0)"] }
                + (tempfails ? ["-o", "spool.mode=tempfail"] : []))
    }

    @Test("a message that waits for a scanner is looked at when it is back")
    func retried() throws {
        let clamd = try ClamdDaemon(signatures: Self.database)
        let server = ["-o", "checks.clamd.server=\(clamd.local)", "-o", "checks.clamd.timeout=1s"]
        let (virus, clean) = (Self.virus(), TestMessage.text(subject: "x"))
        clamd.freeze(true)
        for message in [virus, clean] { #expect(try queue.deliver(message, more: server).code == 0) }
        #expect(try queue.list().count == 2 && inbox.isEmpty)
        try queue.sweep(["--now"] + server)
        #expect(
            try queue.list().count == 2 && inbox.isEmpty && quarantine.isEmpty, "it still does not answer")
        clamd.freeze(false)
        try queue.sweep(["--now"] + server)
        #expect(try queue.list().isEmpty)
        #expect(inbox.count == 1 && isWhole(inbox.first, clean))
        #expect(quarantine.count == 1 && isWhole(quarantine.first, virus))
    }

    @Test("servers are asked in their order until one answers")
    func failover() throws {
        let good = try ClamdDaemon(signatures: Self.database)
        let hanging = try ClamdDaemon(signatures: Self.database)
        hanging.freeze(true)
        let servers = ["unix:/nonexistent/clamd.sock", hanging.local, good.network].joined(separator: ",")
        let start = Date()
        #expect(try deliver(Self.virus(), ["clamd.server=\(servers)", "clamd.timeout=4s"]).code == 0)
        #expect(inbox.isEmpty && quarantine.count == 1)
        #expect(Date().timeIntervalSince(start) < 4)
    }
}
