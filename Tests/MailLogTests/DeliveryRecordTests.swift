import Foundation
import Platform
import TestSupport
import Testing

@testable import MailLog

private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

private var sample: DeliveryRecord {
    var record = DeliveryRecord(
        time: WallTime(seconds: 1_700_000_000, nanoseconds: 123_456_789), id: "65a1.7f", outcome: .delivered)
    record.queueID = "4T1xyz"
    record.messageID = Array("<a@b>".utf8)
    record.sender = ""
    record.senderSource = "-f"
    record.recipient = "joe@example.org"
    record.recipientSource = "-r"
    record.size = 2048
    record.user = "joe"
    record.status = "2.0.0"
    record.exitStatus = 0
    record.actions = [
        .init(
            kind: "store", target: "Lists/Swift \"6\"", script: "/home/joe/.sieve", line: 12,
            result: "stored", file: "1.M2"),
        .init(kind: "forward", target: "a@b", result: "spooled"),
    ]
    record.steps = [.init(name: "intake", milliseconds: 1), .init(name: "rules", milliseconds: 0)]
    record.warnings = ["odd\nheader"]
    return record
}

@Suite struct DeliveryRecordTests {
    @Test("a record as pairs")
    func logfmt() {
        #expect(
            text(sample.line(.logfmt))
                == #"time=2023-11-14T22:13:20.123Z id=65a1.7f queue-id=4T1xyz message-id=<a@b> from="" from-source=-f to=joe@example.org to-source=-r size=2048 user=joe outcome=delivered status=2.0.0 exit=0 action1-kind=store action1-target="Lists/Swift \"6\"" action1-script=/home/joe/.sieve action1-line=12 action1-result=stored action1-file=1.M2 action2-kind=forward action2-target=a@b action2-result=spooled intake-ms=1 rules-ms=0 warning1="odd\nheader""#
        )
    }

    @Test("a record as JSON")
    func json() {
        #expect(
            text(sample.line(.json))
                == #"{"time":"2023-11-14T22:13:20.123Z","id":"65a1.7f","queue-id":"4T1xyz","message-id":"<a@b>","from":"","from-source":"-f","to":"joe@example.org","to-source":"-r","size":2048,"user":"joe","outcome":"delivered","status":"2.0.0","exit":0,"action":[{"kind":"store","target":"Lists/Swift \"6\"","script":"/home/joe/.sieve","line":12,"result":"stored","file":"1.M2"},{"kind":"forward","target":"a@b","result":"spooled"}],"intake-ms":1,"rules-ms":0,"warning":["odd\nheader"]}"#
        )
    }

    @Test("what is not known is left out")
    func empty() {
        let record = DeliveryRecord(time: WallTime(seconds: 0), id: "x", outcome: .deferred)
        #expect(text(record.line(.logfmt)) == "time=1970-01-01T00:00:00.000Z id=x outcome=deferred")
    }

    @Test(
        "nothing in a text makes a line, a field or an escape of its own",
        arguments: [
            ("a b", #""a b""#), ("a=b", #""a=b""#), ("a\nb", #""a\nb""#), ("a\r\nb", #""a\r\nb""#),
            ("a\"b", #""a\"b""#),
            ("a\\nb", #""a\\nb""#), ("\0", #""\u{0}""#), ("\u{1B}[2J", #""\u{1b}[2J""#),
            ("\u{202E}x", #""\u{202e}x""#),
            ("\u{9B}31m", #""\u{9b}31m""#), ("é", #""é""#), ("\u{2028}", #""\u{2028}""#),
            ("x\" outcome=\"delivered", #""x\" outcome=\"delivered""#),
            ("a-b@c.d", "a-b@c.d"),
        ])
    func hostileTexts(_ reason: String, _ value: String) {
        var record = DeliveryRecord(time: WallTime(seconds: 0), id: "x", outcome: .rejected)
        record.reason = reason
        #expect(text(record.line(.logfmt)).hasSuffix(" outcome=rejected reason=\(value)"))
    }

    @Test("bytes that are not UTF-8 are escaped as pairs, and replaced in JSON")
    func invalidBytes() {
        var record = DeliveryRecord(time: WallTime(seconds: 0), id: "x", outcome: .rejected)
        record.messageID = [0x3C, 0xFF, 0xC3, 0x3E]
        #expect(text(record.line(.logfmt)).contains(#" message-id="<\xff\xc3>" "#))
        #expect(text(record.line(.json)).contains("\"message-id\":\"<\u{FFFD}\u{FFFD}>\""))
    }

    /// What the pairs of a record that is not cut must be.
    private func expectedPairs(_ record: DeliveryRecord) -> [LogfmtParser.Pair] {
        record.fields(RecordLimits.levels[0]).flatMap { field -> [LogfmtParser.Pair] in
            switch field.value {
            case .text(let text): [.init(name: field.name, value: text)]
            case .number(let number): [.init(name: field.name, value: Array(String(number).utf8))]
            case .texts(let texts):
                texts.enumerated().map { .init(name: "\(field.name)\($0 + 1)", value: $1) }
            case .records(let records):
                records.enumerated().flatMap { index, fields in
                    fields.map { inner in
                        let name = "\(field.name)\(index + 1)-\(inner.name)"
                        return switch inner.value {
                        case .text(let text): LogfmtParser.Pair(name: name, value: text)
                        case .number(let number):
                            LogfmtParser.Pair(name: name, value: Array(String(number).utf8))
                        default: LogfmtParser.Pair(name: "unexpected", value: [])
                        }
                    }
                }
            }
        }
    }

    @Test("whatever a record holds, its pairs are one line that reads back to the same values")
    func logfmtRoundTrip() throws {
        var generator = SeededGenerator(seed: 12)
        for _ in 0..<1500 {
            let record = generator.record()
            let line = record.line(.logfmt, limit: .max)
            #expect(line.allSatisfy { $0 >= 0x20 && $0 != 0x7F })
            #expect(String(validating: line, as: UTF8.self) != nil)
            let pairs = try #require(LogfmtParser.pairs(line), "\(text(line))")
            #expect(pairs == expectedPairs(record))
            #expect(Set(pairs.map(\.name)).count == pairs.count)
            // The record's own values, not through the list of fields.
            #expect(pairs.first { $0.name == "reason" }?.value ?? [] == Array(record.reason.utf8))
            #expect(pairs.first { $0.name == "message-id" }?.value ?? [] == record.messageID)
            #expect(pairs.first { $0.name == "from" }?.value == record.sender.map { Array($0.utf8) })
            #expect(pairs.filter { $0.name.hasSuffix("-kind") }.count == record.actions.count)
        }
    }

    @Test("whatever a record holds, its JSON is one line that another reader understands")
    func jsonRoundTrip() throws {
        var generator = SeededGenerator(seed: 13)
        for _ in 0..<1500 {
            var record = generator.record()
            if String(validating: record.messageID, as: UTF8.self) == nil { record.messageID = [] }
            let line = record.line(.json, limit: .max)
            #expect(line.allSatisfy { $0 >= 0x20 && $0 != 0x7F })
            let object = try #require(try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any])
            #expect(object["reason"] as? String ?? "" == record.reason)
            #expect(object["message-id"] as? String ?? "" == text(record.messageID))
            #expect(object["from"] as? String == record.sender)
            #expect(object["size"] as? Int == record.size)
            let actions = object["action"] as? [[String: Any]] ?? []
            #expect(actions.map { $0["kind"] as? String } == record.actions.map(\.kind))
            #expect(actions.map { $0["target"] as? String ?? "" } == record.actions.map(\.target))
            #expect((object["warning"] as? [String] ?? []) == record.warnings)
        }
    }

    @Test("a record of any size fits, and keeps its form", arguments: LogFormat.allCases)
    func bounded(_ format: LogFormat) throws {
        let fills = ["x", "\u{1}", "\u{202E}", "\"", "é", "\n"]
        for fill in fills {
            for count in [10, 100, 1000, 100_000] {
                let long = String(repeating: fill, count: count)
                var record = DeliveryRecord(time: WallTime(seconds: 1), id: long, outcome: .spooled)
                record.queueID = long
                record.messageID = [UInt8](repeating: 0xFF, count: count)
                record.sender = long
                record.senderSource = long
                record.recipient = long
                record.recipientSource = long
                record.originalRecipient = long
                record.originalRecipientSource = long
                record.user = long
                record.status = long
                record.reason = long
                record.steps = Array(repeating: .init(name: long, milliseconds: Int.min), count: 20)
                record.warnings = Array(repeating: long, count: 20)
                record.checks = Array(
                    repeating: .init(
                        name: long, result: long, detail: long, policy: long, milliseconds: .min), count: 200)
                record.actions = Array(
                    repeating: .init(
                        kind: long, target: long, script: long, line: 1, result: long, file: long), count: 200
                )
                for limit in [8000, 4000] {
                    let line = record.line(format, limit: limit)
                    #expect(line.count <= limit, "\(fill.unicodeScalars.first?.value ?? 0) \(count)")
                    #expect(text(line).contains("spooled") && text(line).contains("more-actions"))
                    switch format {
                    case .logfmt: #expect(LogfmtParser.pairs(line) != nil)
                    case .json:
                        #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(line)) }
                    }
                }
            }
        }
    }

    @Test("a name of a step cannot make another field")
    func stepNames() {
        var record = DeliveryRecord(time: WallTime(seconds: 0), id: "x", outcome: .failed)
        record.steps = [
            .init(name: "a b=1\n", milliseconds: 1), .init(name: "ab", milliseconds: 2),
            .init(name: "", milliseconds: 3),
        ]
        #expect(text(record.line(.logfmt)).hasSuffix(" outcome=failed ab-ms=1 -ms=3"))
    }
}

@Suite struct TimestampTests {
    private func written(_ time: WallTime) -> String { text(Timestamp.bytes(time)) }

    @Test(
        "moments",
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.000Z"),
            (951_782_400, "2000-02-29T00:00:00.000Z"),
            (4_107_542_399, "2100-02-28T23:59:59.000Z"), (4_107_542_400, "2100-03-01T00:00:00.000Z"),
            (Int.max, "9999-12-31T23:59:59.000Z"), (Int.min, "0000-01-01T00:00:00.000Z"),
        ])
    func table(_ seconds: Int, _ expected: String) {
        #expect(written(WallTime(seconds: seconds)) == expected)
    }

    @Test("nanoseconds out of range do not matter", arguments: [Int.min, -1, 1_000_000_000, Int.max])
    func nanoseconds(_ nanoseconds: Int) {
        #expect(written(WallTime(seconds: 0, nanoseconds: nanoseconds)).count == 24)
    }

    @Test("random moments are those that another formatter writes")
    func random() {
        var generator = SeededGenerator(seed: 14)
        let formatter = ISO8601DateFormatter()
        for _ in 0..<1000 {
            let seconds = Int.random(in: -12_000_000_000...250_000_000_000, using: &generator)
            let expected = formatter.string(from: Date(timeIntervalSince1970: TimeInterval(seconds)))
            // The formatter changes to the Julian calendar before 1582.
            guard seconds > -12_219_292_800 else { continue }
            #expect(written(WallTime(seconds: seconds)) == expected.replacing("Z", with: ".000Z"))
        }
    }
}
