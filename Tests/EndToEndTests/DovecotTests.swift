import Foundation
import Testing

/// Dovecot reads back, by IMAP, what Postmaster wrote.
@Suite(
    "Dovecot", .serialized, .enabled(if: isRoot, "starting Dovecot needs root"),
    .enabled(if: DovecotServer.isInstalled, "Debian's package dovecot-imapd is not installed"))
struct DovecotTests {
    /// Names as in scripts, and as IMAP writes them (RFC 3501 §5.1.3).
    private static let names: [(String, String)] = [
        ("Plain", "Plain"), ("With two spaces", "With two spaces"),
        ("Lists/Swift/Evolution", "Lists/Swift/Evolution"),
        ("Entwürfe & Ärger/日本", "Entw&APw-rfe &- &AMQ-rger/&ZeVnLA-"), ("Ω", "&A6k-"),
        ("😀 smile", "&2D3eAA- smile"),
        ("a&b", "a&-b"), ("-dash", "-dash"), ("100%", "100%"), ("quote\"d", "quote\\\"d"),
    ]

    @Test("every folder name comes back, and is subscribed", arguments: ["maildir++", "fs"])
    func folderNames(layout: String) throws {
        let site = try ReaderSite(layout: layout)
        for (index, name) in Self.names.enumerated() {
            let literal = name.0.replacingOccurrences(of: "\"", with: "\\\"")
            try site.deliver(
                TestMessage.text(subject: "name \(index)"),
                rules: "require [\"fileinto\", \"mailbox\"]; fileinto :create \"\(literal)\";",
                options: ["-o", "mail.autosubscribe=true", "-o", "mail.layout=\(layout)"])
        }
        let client = try site.dovecot.login()
        let listed = try client.mailboxes()
        let subscribed = try client.mailboxes("LSUB")
        for (index, (name, wire)) in Self.names.enumerated() {
            #expect(listed.contains(wire), "\(name) is not among \(listed)")
            #expect(subscribed.contains(wire), "\(name) is not among \(subscribed)")
            try client.command("SELECT \"\(wire)\"")
            let text = String(decoding: try client.body(1), as: UTF8.self)
            #expect(text.contains("Subject: name \(index)\r\n"), "\(name)")
        }
        site.expectSilentLog()
    }

    @Test(
        "whatever a rule calls a folder, the message is where a mail program finds it",
        arguments: ["maildir++", "fs"])
    func strangeNames(layout: String) throws {
        let site = try ReaderSite(layout: layout)
        let names = [
            "~tilde", "a/~b", "/lead", "trail/", "a//b", "a/../b", "..", ".", ".hidden", "a.b", "a/.b",
            "INBOX", "inbox",
            "INBOX/sub", "Inbox/Sub", "new", "cur", "tmp", "a/new", "maildirfolder", "dovecot-keywords",
            "dbox-Mails",
            "subscriptions", "a*b", "a%b", "&", "&AOQ-", "ä&ö", " ", " lead", "trail ", "tab\tin", "line\nin",
            "\u{7f}",
            "\u{202e}bidi", "e\u{301}", "\\", "a\\b", "...", "a..b", "a,b:2,S",
            String(repeating: "x", count: 240),
            String(repeating: "日本", count: 60), String(repeating: "x/", count: 100) + "x",
            String(repeating: "long", count: 300), "#shared/x", "virtual/x", "Übung/.",
        ]
        for (index, name) in names.enumerated() {
            let literal = name.replacingOccurrences(of: "\\", with: "\\\\")
            try site.deliver(
                TestMessage.text(subject: "strange \(index)."),
                rules: "require [\"fileinto\", \"mailbox\"]; fileinto :create \"\(literal)\";",
                options: ["-o", "mail.autosubscribe=true", "-o", "mail.layout=\(layout)"])
        }
        let client = try site.dovecot.login()
        var found = ""
        for mailbox in try client.mailboxes() where (try? client.command("EXAMINE \"\(mailbox)\"")) != nil {
            found += try client.command("FETCH 1:* (BODY.PEEK[HEADER.FIELDS (SUBJECT)])").map(\.text).joined()
        }
        for (index, name) in names.enumerated() {
            #expect(found.contains("Subject: strange \(index).\r\n"), "lost in \(name)")
        }
        // Nothing has left the Maildir.
        #expect(everything(site.workplace["home"]).allSatisfy { $0.hasPrefix("Maildir") })
    }

    @Test(
        "flags and keywords come back",
        arguments: [
            ([], []), (["\\Seen"], ["\\Seen"]),
            (
                ["\\Seen", "\\Flagged", "\\Answered", "\\Draft", "\\Deleted"],
                ["\\Seen", "\\Flagged", "\\Answered", "\\Draft", "\\Deleted"]
            ),
            (["$Label1"], ["$Label1"]), (["Custom.keyword", "\\Flagged"], ["Custom.keyword", "\\Flagged"]),
            (["$Forwarded", "NonJunk", "$MDNSent"], ["$Forwarded", "NonJunk", "$MDNSent"]),
        ] as [([String], Set<String>)])
    func flags(given: [String], wanted: Set<String>) throws {
        let site = try ReaderSite()
        let list = given.map { "\"\($0.replacingOccurrences(of: "\\", with: "\\\\"))\"" }.joined(
            separator: ", ")
        try site.deliver(
            TestMessage.text(subject: "flags"), rules: "require \"imap4flags\"; keep :flags [\(list)];")
        let client = try site.dovecot.login()
        try client.command("EXAMINE INBOX")
        #expect(try client.flags(1) == wanted)
        site.expectSilentLog()
    }

    @Test("keywords of many deliveries share the mailbox's letters, with those that Dovecot gave out")
    func keywordsTogether() throws {
        let site = try ReaderSite()
        let rules = { (word: String) in "require \"imap4flags\"; keep :flags \"\(word)\";" }
        try site.deliver(TestMessage.text(subject: "one"), rules: rules("first"))
        do {
            let client = try site.dovecot.login()
            try client.command("SELECT INBOX")
            try client.command("STORE 1 +FLAGS (given.by.dovecot)")
            try client.command("LOGOUT")
        }
        try site.deliver(TestMessage.text(subject: "two"), rules: rules("given.by.dovecot"))
        try site.deliver(TestMessage.text(subject: "three"), rules: rules("third"))
        let client = try site.dovecot.login()
        try client.command("EXAMINE INBOX")
        let all = try (1...3).map { try client.flags($0) }
        #expect(all == [["first", "given.by.dovecot"], ["given.by.dovecot"], ["third"]])
        site.expectSilentLog()
    }

    @Test("more keywords than a mailbox has letters for are dropped, and mail arrives")
    func tooManyKeywords() throws {
        let site = try ReaderSite()
        for number in 0..<30 {
            try site.deliver(
                TestMessage.text(subject: "keyword"),
                rules: "require \"imap4flags\"; keep :flags \"word\(number)\";")
        }
        let client = try site.dovecot.login()
        try client.command("EXAMINE INBOX")
        let all = try (1...30).map { try client.flags($0) }
        #expect(all.prefix(26).enumerated().allSatisfy { $1 == ["word\($0)"] })
        #expect(all.suffix(4).allSatisfy { $0.isEmpty })
    }

    @Test(
        "what Dovecot says of a mailbox beside its mail is known to scripts, which find it whatever its name is",
        arguments: ["maildir++", "fs"])
    func annotations(layout: String) throws {
        let site = try ReaderSite(layout: layout)
        let client = try site.dovecot.login()
        for name in ["Work", "Work/Sub", "Junk"] { try client.command("CREATE \"\(name)\"") }
        try client.command("SETMETADATA \"Work/Sub\" (/private/comment \"first \\\\ second\")")
        try client.command("SETMETADATA \"Work/Sub\" (/shared/Vendor/X \"shared\")")
        try client.command("SETMETADATA \"\" (/private/vendor/y \"of the server\")")
        try client.command("SETMETADATA INBOX (/private/lines {9+}\r\none\r\n\ttwo)")
        let identifier = try #require(try client.identifier(of: "Work/Sub"))
        try client.command("RENAME \"Work/Sub\" \"Work/B&APw-ro\"")
        let rules = """
            require ["fileinto", "mailboxid", "special-use", "mboxmetadata", "servermetadata"];
            if allof(metadata :is "Work/Büro" "/private/comment" "first \\\\ second",
                     metadata :is "Work/Büro" "/shared/vendor/x" "shared",
                     metadata :is "INBOX" "/private/lines" "one
            \ttwo",
                     not metadataexists "Work" "/private/comment",
                     servermetadata :is "/private/vendor/y" "of the server",
                     not servermetadataexists "/private/vendor/z",
                     mailboxidexists "\(identifier)", not mailboxidexists "x\(identifier)",
                     specialuse_exists "\\\\Junk", not specialuse_exists "\\\\Sent") {
                fileinto :mailboxid "\(identifier)" "Elsewhere";
                fileinto :specialuse "\\\\Junk" "Elsewhere";
            }
            """
        try site.deliver(
            TestMessage.text(subject: "by identifier"), rules: rules,
            options: ["-o", "mail.layout=\(layout)"])
        for name in ["Work/B&APw-ro", "Junk"] {
            try client.command("EXAMINE \"\(name)\"")
            #expect(String(decoding: try client.body(1), as: UTF8.self).contains("by identifier"), "\(name)")
        }
        site.expectSilentLog()
    }

    @Test(
        "sizes and bytes come back",
        arguments: [
            TestMessage.difficult(subject: "lines end in LF"), TestMessage.text(subject: "no body", body: ""),
            Data(
                String(decoding: TestMessage.text(subject: "CRLF"), as: UTF8.self)
                    .replacingOccurrences(of: "\n", with: "\r\n").utf8),
            TestMessage.text(subject: "no last line end", body: "the end"),
            TestMessage.text(subject: "large", body: String(repeating: "0123456789abcdef\n", count: 100_000)),
        ])
    func sizes(message: Data) throws {
        let site = try ReaderSite()
        try site.deliver(message)
        let stored = try #require(messages(site.maildir).first)
        let virtual = stored.bytes.withCRLF
        #expect(stored.size("S") == stored.bytes.count)
        #expect(stored.size("W") == virtual.count)

        let client = try site.dovecot.login()
        try client.command("EXAMINE INBOX")
        #expect(try client.size(1) == virtual.count)
        #expect(try client.body(1) == virtual)
        #expect(virtual.suffix(message.withCRLF.count) == message.withCRLF)
        // Dovecot renames a file whose name tells a wrong size.
        #expect(messages(site.maildir).first?.size("S") == stored.size("S"))
        site.expectSilentLog()
    }

    @Test("the quota that Dovecot tells is what was delivered, from the file that was kept for it")
    func quota() throws {
        let site = try ReaderSite()
        let body = String(repeating: "0123456789abcdef\n", count: 5000)
        for number in 0..<5 {
            try site.deliver(
                TestMessage.text(subject: "quota \(number)", body: body),
                rules: "require [\"fileinto\", \"mailbox\"]; fileinto :create \"Box\(number)\";",
                options: ["-o", "quota.limit=10M"])
        }
        let kept = site.workplace.read("home/Maildir/maildirsize")
        #expect(kept.hasPrefix("10485760S"), "\(kept)")
        let stored = (0..<5).flatMap { messages("\(site.maildir)/.Box\($0)") }
        #expect(stored.count == 5)

        let client = try site.dovecot.login()
        let answer = try client.command("GETQUOTAROOT INBOX").map(\.text).joined(separator: "\n")
        let bytes = stored.map(\.bytes.count).reduce(0, +)
        #expect(
            answer.contains("(STORAGE \((bytes + 1023) / 1024) 10240")
                || answer.contains("(STORAGE \(bytes / 1024) 10240"))
        #expect(site.workplace.read("home/Maildir/maildirsize") == kept, "Dovecot did not believe the file")
        site.expectSilentLog()
    }

    @Test(
        "with mailboxes that do not count, Dovecot counts the same, in either layout",
        arguments: ["maildir++", "fs"])
    func ignoredMailboxes(layout: String) throws {
        let site = try ReaderSite(layout: layout, quotaRule: "Trash:ignore")
        let options = ["quota.limit=10M", "quota.folders=Trash:ignore", "mail.layout=\(layout)"]
        for (number, mailbox) in ["INBOX", "Trash", "Lists/Swift", "Trash"].enumerated() {
            try site.deliver(
                TestMessage.text(
                    subject: "number \(number)",
                    body: String(repeating: "0123456789abcdef\n", count: 900 + number)),
                rules: "require [\"fileinto\", \"mailbox\"]; fileinto :create \"\(mailbox)\";",
                options: options.flatMap { ["-o", $0] })
        }
        let kept = site.workplace.read("home/Maildir/maildirsize")
        let first = try site.dovecot.login().command("GETQUOTAROOT INBOX").map(\.text).joined()
        #expect(site.workplace.read("home/Maildir/maildirsize") == kept, "Dovecot did not believe the file")
        #expect(Self.sum(kept).messages == 2)

        // Without the file Dovecot adds up for itself.
        try FileManager.default.removeItem(atPath: site.workplace["home/Maildir/maildirsize"])
        let second = try site.dovecot.login().command("GETQUOTAROOT INBOX").map(\.text).joined()
        #expect(first == second)
        let own = site.workplace.read("home/Maildir/maildirsize")
        #expect(Self.sum(own) == Self.sum(kept), "\(own)\n\(kept)")
        site.expectSilentLog()
    }

    /// What the lines of a `maildirsize` come to.
    private static func sum(_ file: String) -> (bytes: Int, messages: Int) {
        var sum = (bytes: 0, messages: 0)
        for line in file.split(separator: "\n").dropFirst() {
            let numbers = line.split(separator: " ").compactMap { Int($0) }
            guard numbers.count == 2 else { continue }
            sum = (sum.bytes + numbers[0], sum.messages + numbers[1])
        }
        return sum
    }

    @Test("mail over the quota waits in the spool, and is delivered once there is room")
    func overQuota() throws {
        let site = try ReaderSite()
        let message = TestMessage.text(
            subject: "too much", body: String(repeating: "0123456789abcdef\n", count: 5000))
        try site.deliver(message, options: ["-o", "quota.limit=64K"])
        #expect(messages(site.maildir).isEmpty)
        let retry = try run(
            try site.workplace.program(.retry),
            ["--now", "-o", "spool.directory=\(site.workplace["spool"])", "-o", "log.target=none"],
            user: .nobody)
        #expect(retry.code == 0, "\(retry.errors)")
        #expect(messages(site.maildir).first?.bytes.suffix(message.count) == message)
    }

    @Test(
        "files that Dovecot keeps and cannot be read never keep mail out",
        arguments: [
            "dovecot-keywords", "maildirsize", "subscriptions",
        ])
    func brokenFiles(name: String) throws {
        for content in ["\u{0}\u{1}garbage\n\n999999999999999999999 x\n", nil] {
            let site = try ReaderSite()
            for part in ["", "/tmp", "/new", "/cur"] {
                try site.workplace.makeDirectory("home/Maildir\(part)", owner: .nobody)
            }
            if let content {
                try site.workplace.write(content, to: "home/Maildir/\(name)", owner: .nobody)
            } else {
                try site.workplace.makeDirectory("home/Maildir/\(name)", mode: 0, owner: .nobody)
            }
            try site.deliver(
                TestMessage.text(subject: "broken"),
                rules:
                    "require [\"fileinto\", \"mailbox\", \"imap4flags\"]; keep :flags [\"word\", \"\\\\Seen\"];",
                options: ["-o", "quota.limit=10M", "-o", "mail.autosubscribe=true"])
            #expect(
                messages(site.maildir).count == 1, "\(name), \(content == nil ? "a directory" : "garbage")")
        }
    }
}

extension Data {
    /// With every line ended by CRLF, as IMAP counts it.
    fileprivate var withCRLF: Data {
        var data = Data(capacity: count + count / 32)
        var last: UInt8 = 0
        for byte in self {
            if byte == 10, last != 13 { data.append(13) }
            data.append(byte)
            last = byte
        }
        return data
    }
}

/// A Maildir of `nobody`, and a Dovecot that reads it.
private struct ReaderSite {
    let workplace: Workplace
    let dovecot: DovecotServer
    var maildir: String { workplace["home/Maildir"] }

    init(layout: String = "maildir++", quotaRule: String? = nil) throws {
        workplace = try Workplace()
        dovecot = try DovecotServer(workplace, layout: layout, rule: quotaRule)
        try workplace.makeDirectory("spool", mode: 0o1777)
    }

    /// Delivers, which has to succeed.
    func deliver(_ message: Data, rules: String = "keep;", options: [String] = []) throws {
        try workplace.write(rules, to: "rules.sieve")
        let completed = try run(
            try workplace.program(.postmaster),
            [
                "--mail-dir", maildir, "--script", workplace["rules.sieve"], "-f", "alice@example.org",
                "-r", "reader@example.net", "-o", "spool.directory=\(workplace["spool"])", "-o",
                "log.target=none",
            ] + options, input: message, user: .nobody)
        #expect(completed.code == 0, "\(completed.errors)")
        #expect(completed.errors == "")
    }

    /// Dovecot complains of every name and file that it does not believe.
    func expectSilentLog() {
        let complaints = dovecot.log.split(separator: "\n").filter { line in
            ["Error:", "Warning:", "Panic:", "Fatal:", "wrong"].contains { line.contains($0) }
        }
        #expect(complaints.isEmpty, "\(complaints.joined(separator: "\n"))")
    }
}
