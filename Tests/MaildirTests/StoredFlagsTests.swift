import Platform
import Testing

@testable import Maildir

@Suite("Flags of stored messages")
struct StoredFlagsTests {
    @Test("flags are read back as they were given")
    func roundTrip() throws {
        let place = try TemporaryDirectory()
        let root = try MailRoot(opening: place.mail, creating: true)
        let inbox = try root.folder(.inbox)
        let given = ["\\Answered", "\\Flagged", "\\Deleted", "\\Seen", "\\Draft", "work", "$Junk"]
        let message = try deliver("x", to: inbox, flags: MessageFlags(imapFlags: given))
        #expect(try inbox.flags(ofFile: message.fileName).imapFlags == given)
    }

    @Test(
        "only letters behind :2, are flags",
        arguments: [
            ("1.M2P3.host", []), ("1.M2P3.host:2,", []), ("1.M2P3.host:2,S", ["\\Seen"]),
            ("1.M2P3.host:1,S", []), ("1:2,F:2,S", ["\\Seen"]), ("a:2,SXab", ["\\Seen", "work"]),
            ("", []), (":", []), (":2,\u{E9}T", ["\\Deleted"]),
        ] as [(String, [String])])
    func letters(_ name: String, flags: [String]) throws {
        let place = try TemporaryDirectory()
        try place.makeMaildir("mail")
        try place.write("0 work\n", "mail/dovecot-keywords")
        let inbox = try MailRoot(opening: place.mail, creating: false).folder(.inbox)
        #expect(try inbox.flags(ofFile: name).imapFlags == flags)
    }

    @Test("a keyword file that cannot be read is an error only where it is needed")
    func unreadable() throws {
        let place = try TemporaryDirectory()
        try place.makeMaildir("mail")
        try place.makeDirectory("mail/dovecot-keywords")
        let inbox = try MailRoot(opening: place.mail, creating: false).folder(.inbox)
        #expect(try inbox.flags(ofFile: "a:2,S").imapFlags == ["\\Seen"])
        #expect(throws: MaildirError.self) { try inbox.flags(ofFile: "a:2,Sa") }
    }
}
