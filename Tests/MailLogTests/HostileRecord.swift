import Platform
import TestSupport

@testable import MailLog

extension SeededGenerator {
    /// Text of what makes trouble in a log: controls, quotes, escapes, line ends, letters of two directions.
    mutating func hostileText(upTo count: Int) -> String {
        let pieces = [
            "a", "B", "7", " ", "=", "\"", "\\", "\n", "\r", "\t", "\0", "\u{1B}[2J", "\u{7F}", "\u{85}",
            "\u{9B}", "é",
            "\u{202E}", "\u{2066}", "\u{2028}", "\u{FEFF}", "😀", "\u{E0001}", "\u{FFFE}", "{", "}", ",",
            "outcome=delivered",
            "\",\"x\":\"", "\\n", "\\u{a}", "…[+3]", "/", "<", ">", "'", "%s", "\r\n", "{\"a\":1}", "\u{AD}",
            "\u{10FFFD}",
        ]
        let length = Int.random(in: 0...count, using: &self)
        return (0..<length).compactMap { _ in pieces.randomElement(using: &self) }.joined()
    }

    mutating func record() -> DeliveryRecord {
        var record = DeliveryRecord(
            time: WallTime(seconds: Int.random(in: 0...4_000_000_000, using: &self), nanoseconds: 5_000_000),
            id: hostileText(upTo: 5),
            outcome: DeliveryRecord.Outcome.allCases.randomElement(using: &self) ?? .failed)
        record.queueID = hostileText(upTo: 5)
        record.messageID = Bool.random(using: &self) ? bytes(upTo: 20) : Array(hostileText(upTo: 8).utf8)
        record.sender = Bool.random(using: &self) ? hostileText(upTo: 5) : nil
        record.senderSource = hostileText(upTo: 2)
        record.recipient = hostileText(upTo: 5)
        record.originalRecipient = hostileText(upTo: 5)
        record.size = Bool.random(using: &self) ? Int.random(in: 0...(1 << 52), using: &self) : nil
        record.user = hostileText(upTo: 5)
        record.status = hostileText(upTo: 3)
        record.exitStatus = Bool.random(using: &self) ? 75 : nil
        record.reason = hostileText(upTo: 12)
        record.warnings = (0..<Int.random(in: 0...3, using: &self)).map { _ in hostileText(upTo: 6) }
        record.steps = [.init(name: "rules", milliseconds: 3), .init(name: "commit", milliseconds: -1)]
        record.checks = (0..<Int.random(in: 0...3, using: &self)).map { _ in
            DeliveryRecord.Check(
                name: hostileText(upTo: 2), result: hostileText(upTo: 2), detail: hostileText(upTo: 5),
                policy: hostileText(upTo: 2), milliseconds: Int.random(in: -1...9, using: &self))
        }
        record.actions = (0..<Int.random(in: 0...4, using: &self)).map { _ in
            DeliveryRecord.Action(
                kind: hostileText(upTo: 2), target: hostileText(upTo: 5), script: hostileText(upTo: 3),
                line: Int.random(in: 0...9, using: &self), result: hostileText(upTo: 4),
                file: hostileText(upTo: 4))
        }
        return record
    }
}
