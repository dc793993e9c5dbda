import Platform
import Settings
import Testing

@testable import Delivery

/// What Dovecot's files say of mailboxes.
@Suite struct MailboxAnnotationsTests {
    private var site: Site

    init() throws {
        site = try Site()
        try site.makeFolder()
    }

    private static let inbox = "868d2725838c036bee75000083ecc375"
    private static let work = "848d2725838c036bee75000083ecc375"
    private static let nested = "858d2725838c036bee75000083ecc375"

    private var annotations: MailboxAnnotations {
        get throws {
            MailboxAnnotations(configuration: site.configuration, destination: try site.destination)
        }
    }

    private func makeMailbox(_ directory: String, _ identifier: String) throws {
        try site.makeFolder(directory)
        try site.temporary.write(
            "Maildir/\(directory)/dovecot-uidlist", "3 V1795394693 N12 G\(identifier)\n1 :123.host,S=4\n")
    }

    private func value(_ entry: String, _ mailbox: String?) throws -> String? {
        try annotations.value(of: entry, mailbox: mailbox).map { String(decoding: $0, as: UTF8.self) }
    }

    // MARK: Identifiers

    @Test("a mailbox is found by the identifier that Dovecot gave it, whatever its name is")
    func identifiers() throws {
        try makeMailbox("", Self.inbox)
        try makeMailbox(".Work", Self.work)
        try makeMailbox(".Entw&APw-rfe.A", Self.nested)
        let annotations = try annotations
        #expect(annotations.mailbox(withIdentifier: Self.inbox) == "INBOX")
        #expect(annotations.mailbox(withIdentifier: Self.work) == "Work")
        #expect(annotations.mailbox(withIdentifier: Self.nested) == "Entwürfe/A")
        for other in ["", "Work", Self.work.uppercased(), Self.work + "0", String(repeating: "0", count: 32)]
        {
            #expect(annotations.mailbox(withIdentifier: other) == nil, "\(other)")
        }
    }

    @Test("so are those of a tree of directories, with the separator that scripts have")
    func tree() throws {
        var test = self
        test.site.set("mail.layout=fs", "mail.names=utf-8", "mail.separator=.")
        try test.makeMailbox("A", Self.work)
        try test.makeMailbox("A/Ü", Self.nested)
        // No script can name a level with the separator in it.
        try test.makeMailbox("a.b", Self.inbox)
        let annotations = try test.annotations
        #expect(annotations.mailbox(withIdentifier: Self.nested) == "A.Ü")
        #expect(annotations.mailbox(withIdentifier: Self.work) == "A")
        #expect(annotations.mailbox(withIdentifier: Self.inbox) == nil)
    }

    private static let brokenLists = [
        "", "\n", "3 V1 N1 G\(work)", "1 V1 N1 G\(work)\n", "3 V1 N1\n", "3 V1 N1 G\n", "3 V1 N1 G\(work)0\n",
        "3 V1 N1 G848d2725838c036bee75000083ecc37z\n", "\n3 V1 N1 G\(work)\n", "G\(work)\n",
        String(repeating: "3 ", count: 10_000) + "G\(work)\n", "\u{0}\u{0}\u{0}",
    ]

    @Test(
        "a list of messages that is broken has no identifier, and does not hide others",
        arguments: brokenLists)
    func broken(list: String) throws {
        try makeMailbox(".Other", Self.nested)
        try site.makeFolder(".Work")
        try site.temporary.write("Maildir/.Work/dovecot-uidlist", list)
        let annotations = try annotations
        #expect(annotations.mailbox(withIdentifier: Self.work) == nil)
        #expect(annotations.mailbox(withIdentifier: "") == nil)
        #expect(annotations.mailbox(withIdentifier: Self.nested) == "Other")
    }

    @Test("of two mailboxes with one identifier it is the first by its name")
    func copied() throws {
        for name in [".b", ".a", ".c"] { try makeMailbox(name, Self.work) }
        #expect(try annotations.mailbox(withIdentifier: Self.work) == "a")
    }

    @Test("without a Maildir nothing is known, and none is made")
    func absent() throws {
        try run("/bin/rm", "-r", site.temporary.path("Maildir"))
        let annotations = try annotations
        #expect(annotations.mailbox(withIdentifier: Self.work) == nil)
        #expect(annotations.mailbox(withSpecialUse: "\\Junk") == nil)
        #expect(annotations.value(of: "/private/comment", mailbox: "INBOX") == nil)
        #expect(!site.temporary.exists("Maildir"))
    }

    // MARK: Special uses

    @Test("a special use is that of the first mailbox that is set for it and exists")
    func specialUses() throws {
        #expect(try annotations.mailbox(withSpecialUse: "\\Junk") == nil)
        try site.makeFolder(".Spam")
        #expect(try annotations.mailbox(withSpecialUse: "\\Junk") == "Spam")
        try site.makeFolder(".Junk")
        let annotations = try annotations
        #expect(annotations.mailbox(withSpecialUse: "\\Junk") == "Junk")
        #expect(annotations.mailbox(withSpecialUse: "\\jUNK") == "Junk")
        #expect(annotations.mailbox(withSpecialUse: "Junk") == nil)
        #expect(annotations.mailbox("Junk", hasSpecialUse: "\\junk"))
        #expect(annotations.mailbox("Spam", hasSpecialUse: "\\Junk"))
        #expect(!annotations.mailbox("Spam", hasSpecialUse: "\\Sent"))
        #expect(!annotations.mailbox("Sent", hasSpecialUse: "\\Sent"))
        #expect(!annotations.mailbox("../Spam", hasSpecialUse: "\\Junk"))
    }

    @Test("a site says which mailbox it is, as scripts write its name")
    func specialUseSetting() throws {
        var test = self
        test.site.set(#"mail.special-use=\Archive=Old/2020, \Own=INBOX, \Bad=a//b"#)
        try test.site.makeFolder(".Junk")
        try test.site.makeFolder(".Old.2020")
        let annotations = try test.annotations
        #expect(annotations.mailbox(withSpecialUse: "\\Archive") == "Old/2020")
        #expect(annotations.mailbox(withSpecialUse: "\\Own") == "INBOX")
        #expect(annotations.mailbox("inbox", hasSpecialUse: "\\Own"))
        #expect(annotations.mailbox(withSpecialUse: "\\Junk") == nil)
        #expect(annotations.mailbox(withSpecialUse: "\\Bad") == nil)
        #expect(try test.value("/private/specialuse", "Old/2020") == "\\Archive")
        #expect(try test.value("/shared/specialuse", "Old/2020") == nil)
        #expect(try test.value("/private/specialuse", "Junk") == nil)
    }

    // MARK: Annotations

    private static let server = "vendor/vendor.dovecot/pvt/server/"

    private static let attributes = """
        priv/\(work)/vendor/x/y
        line1\u{1}nline2\u{1}1\\end
        shared/\(work)/comment
        sha%red/x
        priv/\(work)/comment
        hello world
        priv/\(work)/empty

        priv/\(work)/tabs
        a\u{1}tb\u{1}rc\u{1}0d\u{1}xe
        priv/\(inbox)/comment
        inbox's
        priv/\(inbox)/\(server)comment
        the server's
        shared/\(inbox)/\(server)vendor/foo
        vf

        """

    private func writeAttributes() throws {
        try makeMailbox("", Self.inbox)
        try makeMailbox(".Work", Self.work)
        try site.makeFolder(".New")
        try site.temporary.write("Maildir/dovecot-attributes", Self.attributes)
    }

    private static let entries: [(String, String?, String?)] = [
        ("/private/comment", "Work", "hello world"), ("/PRIVATE/Comment", "Work", "hello world"),
        ("/shared/comment", "Work", "sha%red/x"), ("/private/vendor/x/y", "Work", "line1\nline2\u{1}\\end"),
        ("/private/tabs", "Work", "a\tb\rc\u{0}dxe"), ("/private/empty", "Work", ""),
        ("/private/comment", "INBOX", "inbox's"), ("/private/comment", nil, "the server's"),
        ("/shared/vendor/foo", nil, "vf"), ("/private/vendor/foo", nil, nil),
        ("/shared/comment", "INBOX", nil),
        ("/private/comment", "New", nil), ("/private/comment", "Absent", nil),
        ("/private/comment", "a//b", nil),
        ("/private/\(server)comment", "INBOX", nil), ("/private", "Work", nil), ("/private/", "Work", nil),
        ("private/comment", "Work", nil), ("//private/comment", "Work", nil), ("", "Work", nil),
        ("/public/comment", "Work", nil), ("/private/hello world", "Work", nil),
    ]

    @Test("an annotation is what Dovecot's file has for the mailbox, or for the server", arguments: entries)
    func metadata(entry: String, mailbox: String?, expected: String?) throws {
        try writeAttributes()
        #expect(try value(entry, mailbox) == expected)
    }

    @Test("a site can keep the file elsewhere")
    func elsewhere() throws {
        var test = self
        try test.writeAttributes()
        let path = test.site.temporary.path("attributes-%n")
        try test.site.temporary.write("attributes-\(test.site.destination.userName)", Self.attributes)
        try run("/bin/rm", test.site.temporary.path("Maildir/dovecot-attributes"))
        #expect(try test.value("/private/comment", "Work") == nil)
        test.site.set("mail.annotations=\(path)")
        #expect(try test.value("/private/comment", "Work") == "hello world")
    }

    private static let brokenFiles = [
        "", "\n", "priv/\(work)/comment\n", "priv/\(work)/comment\nhello", attributes + "x",
        attributes + "\n",
        "\n" + attributes, String(attributes.dropLast()),
    ]

    @Test("of a file that is broken nothing is believed", arguments: brokenFiles)
    func brokenAttributes(text: String) throws {
        try writeAttributes()
        try site.temporary.write("Maildir/dovecot-attributes", text)
        #expect(try value("/private/comment", "Work") == nil)
    }

    @Test("what is no file is not waited for")
    func noFile() throws {
        try writeAttributes()
        let path = site.temporary.path("Maildir/dovecot-attributes")
        try run("/bin/rm", path)
        try run("/usr/bin/mkfifo", path)
        #expect(try value("/private/comment", "Work") == nil)
        try run("/bin/rm", path)
        try run("/bin/mkdir", path)
        #expect(try value("/private/comment", "Work") == nil)
    }

    @Test("random bytes and changed files never trap")
    func random() {
        var random = Random(9)
        let valid = Array(Self.attributes.utf8)
        for round in 0..<500 {
            var bytes = valid
            for _ in 0..<8 { bytes[random.below(bytes.count)] = UInt8(random.below(256)) }
            if round % 2 == 0 { bytes.removeLast(random.below(bytes.count)) }
            let file = AttributeFile(bytes)
            if let value = file.value(of: "priv/\(Self.work)/comment") { #expect(value.count <= bytes.count) }
        }
    }

    // MARK: In scripts

    @Test("scripts file by identifier, then by use, then by name, and look at annotations")
    func scripts() throws {
        var test = self
        try test.writeAttributes()
        try test.site.makeFolder(".Junk")
        try test.site.use(
            """
            require ["fileinto", "mailboxid", "special-use", "mboxmetadata", "servermetadata", "mailbox"];
            if allof(metadata :is "Work" "/private/comment" "hello world", metadataexists "Work" "/shared/comment",
                servermetadata :contains "/shared/vendor/foo" "v", mailboxidexists "\(Self.work)",
                specialuse_exists "\\\\Junk", not specialuse_exists "\\\\Trash") {
                fileinto :mailboxid "\(Self.work)" "Gone";
                fileinto :specialuse "\\\\Junk" "New";
                fileinto :specialuse "\\\\Trash" "New";
            }
            """)
        #expect(try test.site.deliver().exitStatus == 0)
        #expect(test.site.files(".Work").count == 1)
        #expect(test.site.files(".Junk").count == 1)
        #expect(test.site.files(".New").count == 1)
        #expect(test.site.files().isEmpty)
    }
}
