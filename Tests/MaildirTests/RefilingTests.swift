import Platform
import Testing

@testable import Maildir

/// Finding messages, and moving them from one mailbox to another.
@Suite("Refiling")
struct RefilingTests {
    private let place: TemporaryDirectory

    init() throws {
        place = try TemporaryDirectory()
        for name in ["mail", "mail/.a", "mail/.a.b", "mail/.&AOk-"] { try place.makeMaildir(name) }
    }

    private func root(_ layout: MailboxLayout = MailboxLayout()) throws -> MailRoot {
        try MailRoot(opening: place.mail, layout: layout, creating: false)
    }

    @Test("the mailboxes of a Maildir++ are found, INBOX first, by the names that people know")
    func flat() throws {
        try place.makeDirectory("mail/.no-mailbox")
        try place.makeDirectory("mail/plain/cur")
        try place.makeMaildir("mail/.bad&spelling")
        #expect(try root().mailboxes().map(\.text) == ["INBOX", "a", "a/b", "é"])
    }

    @Test("those of a tree of directories, too")
    func tree() throws {
        let layout = MailboxLayout(kind: .fs, encoding: .utf8)
        try place.makeMaildir("mail/x/y")
        try place.makeMaildir("mail/ü")
        try place.makeDirectory("mail/x/z")
        #expect(try root(layout).mailboxes().map(\.text) == ["INBOX", "x/y", "ü"])
    }

    @Test("what is no mailbox is passed over, and no more are listed than were asked for")
    func bounded() throws {
        try place.write("x", "mail/.file")
        try place.write("x", "mail/file")
        try place.link("mail/.link", to: "nowhere")
        try place.makeMaildir("mail/sub/deep")
        try place.link("mail/sub/deep/up", to: "../..")
        #expect(try root().mailboxes().map(\.text) == ["INBOX", "a", "a/b", "é"])
        let tree = MailboxLayout(kind: .fs, encoding: .utf8)
        #expect(try root(tree).mailboxes().map(\.text) == ["INBOX", "sub/deep"])
        #expect(try root(tree).mailboxes(limit: 0).map(\.text) == ["INBOX"])
        #expect(try root().mailboxes(limit: 2).count <= 3)
    }

    @Test("a mailbox has the identifier that Dovecot wrote down, INBOX too")
    func identifiers() throws {
        let (one, other) = (String(repeating: "0a", count: 16), String(repeating: "f9", count: 16))
        try place.write("3 V1 N1 G\(one)\n", "mail/dovecot-uidlist")
        try place.write("3 V1 N1 X1 G\(other)\n2 :x\n", "mail/.a.b/dovecot-uidlist")
        let root = try root()
        #expect(root.identifier(of: .inbox) == one)
        #expect(try root.identifier(of: MailboxName("a/b", separator: 0x2F)) == other)
        for name in ["a", "none", "a.b"] {
            #expect(try root.identifier(of: MailboxName(name, separator: 0x2F)) == nil)
        }
    }

    @Test("a message keeps its name and flags, and is where it was: in new or in cur")
    func moved() throws {
        try place.write("1", "mail/new/1.M1.host,S=1")
        try place.write("2", "mail/cur/2.M2.host:2,FS")
        let root = try root()
        let source = try root.folder(.inbox)
        let target = try root.folder(MailboxName("a/b", separator: 0x2F))
        #expect(try source.move("1.M1.host,S=1", in: .new, to: target).isEmpty)
        #expect(try source.move("2.M2.host:2,FS", in: .cur, to: target).isEmpty)
        #expect(place.names("mail/new").isEmpty && place.names("mail/cur").isEmpty)
        #expect(place.names("mail/.a.b/new") == ["1.M1.host,S=1"])
        #expect(place.names("mail/.a.b/cur") == ["2.M2.host:2,FS"])
        #expect(try place.text("mail/.a.b/cur/2.M2.host:2,FS") == "2")
    }

    @Test("keywords get the letters that they have in the other mailbox")
    func keywords() throws {
        try place.write("0 Work\n1 Junk\n", "mail/dovecot-keywords")
        try place.write("0 Junk\n", "mail/.a/dovecot-keywords")
        try place.write("x", "mail/cur/1.host:2,PSab")
        let root = try root()
        let target = try root.folder(MailboxName("a", separator: 0x2F))
        #expect(try root.folder(.inbox).move("1.host:2,PSab", in: .cur, to: target).isEmpty)
        #expect(place.names("mail/.a/cur") == ["1.host:2,PSab"])
        #expect(try place.text("mail/.a/dovecot-keywords") == "0 Junk\n1 Work\n")
    }

    @Test("a message is never replaced by another")
    func taken() throws {
        try place.write("new", "mail/cur/1.host:2,S")
        try place.write("old", "mail/.a/cur/1.host:2,S")
        let root = try root()
        #expect(throws: MaildirError.self) {
            try root.folder(.inbox).move(
                "1.host:2,S", in: .cur, to: try root.folder(MailboxName("a", separator: 0x2F)))
        }
        #expect(try place.text("mail/.a/cur/1.host:2,S") == "old")
        #expect(try place.text("mail/cur/1.host:2,S") == "new")
    }

    @Test("what is gone cannot be moved")
    func gone() throws {
        let root = try root()
        #expect(throws: MaildirError.self) {
            try root.folder(.inbox).move(
                "1.host", in: .new, to: try root.folder(MailboxName("a", separator: 0x2F)))
        }
    }

    @Test("a message is found by the name that a delivery recorded, whatever its flags have become")
    func found() throws {
        try place.write("x", "mail/cur/1.M1.host,S=1,W=2:2,S")
        try place.write("x", "mail/new/1.M1.hosts")
        let inbox = try root().folder(.inbox)
        let found = try #require(try inbox.find("1.M1.host,S=1,W=2"))
        #expect(found.name == "1.M1.host,S=1,W=2:2,S" && found.subdirectory == .cur)
        #expect(try inbox.find("1.M1.hos") == nil)
        #expect(try inbox.find("../x") == nil)
    }

    @Test("modified UTF-7 is read back as it was written")
    func modifiedUTF7() {
        var numbers = SeededNumbers(seed: 3)
        for _ in 0..<500 {
            let text = String(
                String.UnicodeScalarView(
                    (0..<Int.random(in: 0...12, using: &numbers)).compactMap { _ in
                        UnicodeScalar(UInt32.random(in: 0x20...0x1F600, using: &numbers))
                    }))
            #expect(ModifiedUTF7.decode(ModifiedUTF7.encode(text)) == text)
        }
        for bad in ["&", "&A", "&!!-", "é", "&2AA-"] { #expect(ModifiedUTF7.decode(bad) == nil, "\(bad)") }
    }
}
