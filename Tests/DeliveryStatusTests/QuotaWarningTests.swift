import MailMessage
import Testing

@testable import DeliveryStatus

@Suite("A warning of a full mailbox")
struct QuotaWarningTests {
    private func warning(
        used: Int = 9000, limit: Int = 10_240, messages: Int = 7, messageLimit: Int = 0, user: String = "bob",
        wording: ReportWording = QuotaWarning.builtIn
    ) throws -> String {
        let from = try #require(MailAddress(path: "postmaster@mx.example.org"))
        let to = try #require(MailAddress(path: "bob@example.org"))
        let warning = QuotaWarning(
            MessageIdentity(host: "mx.example.org", unique: "1.2", time: 1_700_000_000), from: from, to: to,
            user: user, percent: 87, used: used, limit: limit, messages: messages, messageLimit: messageLimit,
            wording: wording)
        return String(decoding: warning.composed(), as: UTF8.self)
    }

    @Test("it says who speaks, how full the mailbox is, and whom to ask")
    func contents() throws {
        let text = try warning()
        for part in [
            "From: <postmaster@mx.example.org>", "To: <bob@example.org>",
            "Subject: Your mailbox is 87% full\n",
            "Message-ID: <1.2@mx.example.org>\n", "Auto-Submitted: auto-generated\n", "8.7 KB", "10 KB",
            "any number of messages", "postmaster@mx.example.org",
        ] {
            #expect(
                text.contains(part) || text.contains(part.replacing("<", with: "").replacing(">", with: "")),
                "\(part)\n\(text)")
        }
        #expect(!text.contains("{") && text.split(separator: "\n").allSatisfy { $0.utf8.count <= 78 })
    }

    @Test(
        "sizes as people write them",
        arguments: [
            (0, "0 bytes"), (1023, "1023 bytes"), (1024, "1 KB"), (1536, "1.5 KB"), (1 << 20, "1 MB"),
            ((1 << 20) - 1, "1023.9 KB"), (5 << 30, "5 GB"), (1 << 50, "1024 TB"), (.max, "8388607.9 TB"),
            (-5, "0 bytes"),
        ])
    func sizes(bytes: Int, text: String) throws {
        let wording = ReportWording(subject: "s", text: "[{used}]")
        #expect(try warning(used: bytes, wording: wording).contains("[\(text)]"))
    }

    @Test("no limit is none")
    func unlimited() throws {
        let wording = ReportWording(subject: "{limit}", text: "{limit} {message-limit} {messages}")
        #expect(try warning(limit: 0, messageLimit: 10, wording: wording).contains("any size 10 7\n"))
    }

    @Test("nothing that is filled in makes a line or a field of its own, or is filled in again")
    func hostile() throws {
        let wording = ReportWording(subject: "{user}", text: "{user}\n{used")
        let text = try warning(user: "x\r\nBcc: y@z.example\n\n.{limit}", wording: wording)
        #expect(!text.contains("\nBcc:") && !text.contains("\r"))
        #expect(text.contains("{limit}") && text.contains("{used"))
        #expect(text.components(separatedBy: "\n\n").count == 2)
    }
}

extension String {
    fileprivate func components(separatedBy separator: String) -> [String] {
        var parts: [String] = []
        var rest = self[...]
        while let range = rest.firstRange(of: separator) {
            parts.append(String(rest[..<range.lowerBound]))
            rest = rest[range.upperBound...]
        }
        return parts + [String(rest)]
    }
}
