import Testing

@testable import Sieve

@Suite(":fcc")
struct FccTests {
    private func copy(_ command: String) throws -> MailboxTarget? {
        let kind = try action(
            "require [\"fcc\", \"vacation\", \"enotify\", \"mailbox\", \"imap4flags\", \"special-use\", \"mailboxid\", \"variables\"]; \(command)"
        )
        switch kind {
        case .vacation(let request): return request.copy
        case .notify(let notification): return notification.copy
        default: return nil
        }
    }

    @Test("vacation and notify take it (RFC 8580 §3)")
    func mailbox() throws {
        #expect(try copy("vacation :fcc \"Sent\" \"v\";") == MailboxTarget(mailbox: "Sent"))
        #expect(try copy("notify :fcc \"Sent\" \"mailto:a@b.example\";") == MailboxTarget(mailbox: "Sent"))
        #expect(
            try copy("set \"x\" \"y\"; vacation :days 3 :fcc \"S/${x}\" \"v\";")
                == MailboxTarget(mailbox: "S/y"))
        #expect(try copy("vacation \"v\";") == nil)
    }

    @Test("with it come the tags that say how a message is stored (RFC 8580 §3.1)")
    func storageTags() throws {
        #expect(
            try copy("vacation :create :flags [\"\\\\Seen x\", \"\\\\Seen\"] :fcc \"Sent\" \"v\";")
                == MailboxTarget(mailbox: "Sent", flags: ["\\Seen", "x"], creates: true))
        #expect(
            try copy(
                "notify :specialuse \"\\\\Sent\" :fcc \"Sent\" :mailboxid \"F1\" \"mailto:a@b.example\";")
                == MailboxTarget(mailbox: "Sent", specialUse: "\\Sent", identifier: "F1"))
    }

    @Test("flags of the internal variable are those of the message that came in, not of the copy")
    func internalFlags() throws {
        #expect(
            try copy("setflag \"\\\\Flagged\"; vacation :fcc \"Sent\" \"v\";")
                == MailboxTarget(mailbox: "Sent"))
    }

    @Test(
        "what is wrong is told",
        arguments: [
            ("vacation :create \"v\";", "1:61 misplaced-tag"),
            ("notify :create \"mailto:a@b.example\";", "1:59 misplaced-tag"),
            ("vacation :copy :fcc \"a\" \"v\";", "1:61 not-required"),
            ("vacation :fcc :create \"v\";", "1:66 misplaced-tag"),
            ("vacation :fcc \"a\" :fcc \"b\" \"v\";", "1:70 repeated-tag"),
            ("vacation :fcc \"a\" :flags \"x\" \"v\";", "1:70 not-required"),
            ("keep :fcc \"a\";", "1:57 unknown-tag"), ("vacation :fcc \"\u{0}\";", "1:66 nul-in-string"),
        ])
    func errors(command: String, expected: String) {
        let found = SieveCase.diagnostics(
            "require [\"fcc\", \"vacation\", \"enotify\", \"mailbox\"]; \(command)")
        #expect(found.first == expected, "\(found)")
    }

    @Test("a copy has no :copy")
    func copyOfCopy() {
        #expect(
            SieveCase.diagnostics(
                "require [\"fcc\", \"vacation\", \"copy\"]; vacation :copy :fcc \"a\" \"v\";") == [
                    "1:47 unknown-tag"
                ])
    }

    @Test("without the capability there is no such tag")
    func required() {
        #expect(
            SieveCase.diagnostics("require [\"vacation\", \"mailbox\"]; vacation :fcc \"a\" :create \"v\";")
                .first
                == "1:43 not-required")
        #expect(
            SieveCase.diagnostics("require [\"vacation\", \"mailbox\"]; vacation :create \"v\";").first
                == "1:43 unknown-tag")
    }
}
