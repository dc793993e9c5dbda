import Foundation
import Testing

/// Started in place of another agent, under its name and with its options, by a real user of the system.
@Suite("Front ends", .serialized, .enabled(if: isRoot, "making users needs root"))
struct FrontEndTests {
    /// A way to be started for a user; `USER` and `HOME` in the words are the user's.
    struct Call: CustomTestStringConvertible, Sendable {
        let name: String
        let words: [String]
        var isByRoot = false
        var folder = ""

        var testDescription: String { "\(isByRoot ? "root: " : "")\(name) \(words.joined(separator: " "))" }
    }

    private static let calls = [
        Call(
            name: "dovecot-lda",
            words: ["-f", "alice@example.org", "-a", "USER+x@example.net", "-r", "USER@example.net"]),
        Call(name: "dovecot-lda", words: ["-d", "USER", "-f", "alice@example.org", "-e"], isByRoot: true),
        Call(
            name: "dovecot-lda",
            words: [
                "-c", "/etc/dovecot/other.conf", "-o", "mail_debug=yes", "-k", "-f", "<alice@example.org>",
                "-m", "",
            ]),
        Call(
            name: "dovecot-lda", words: ["-f", "alice@example.org", "-m", "Box/Inner"], folder: ".Box.Inner"),
        Call(
            name: "procmail", words: ["-f", "alice@example.org", "-a", "extension", "-d", "USER"],
            isByRoot: true),
        Call(
            name: "procmail", words: ["-t", "-Y", "-o", "-f", "alice@example.org", "-d", "USER"],
            isByRoot: true),
        Call(name: "procmail", words: ["-f", "alice@example.org"]),
        Call(name: "maildrop", words: ["-d", "USER", "-f", "alice@example.org"], isByRoot: true),
        Call(name: "maildrop", words: ["-f", "alice@example.org", "-V", "4", "-w", "90"]),
        Call(name: "deliver", words: ["-r", "alice@example.org", "-q", "USER"], isByRoot: true),
        Call(
            name: "deliver", words: ["-f", "alice@example.org", "-m", "Box", "USER"], isByRoot: true,
            folder: ".Box"),
        Call(name: "mail.maildir", words: []),
        Call(name: "mail.maildir", words: ["HOME/Maildir"]),
    ]

    @Test("delivers to the user's Maildir", arguments: calls)
    func delivers(call: Call) throws {
        let site = try UserSite()
        if !call.folder.isEmpty { try site.makeFolder(call.folder) }
        let message = TestMessage.difficult(subject: call.name)
        let completed = try site.start(call.name, call.words, message, asRoot: call.isByRoot)
        #expect(completed.code == 0, "\(completed.errors)")
        let stored = messages("\(site.user.home)/Maildir/\(call.folder)")
        #expect(stored.count == 1)
        #expect(stored.first?.bytes.suffix(message.count) == message)
        let sender = call.words.contains("-f") || call.words.contains("-r") ? "alice@example.org" : ""
        #expect(stored.first?.text.hasPrefix("Return-Path: <\(sender)>\n") == true)
        let attributes = try FileManager.default.attributesOfItem(atPath: "\(site.user.home)/Maildir")
        #expect(attributes[.ownerAccountID] as? Int == Int(site.user.id.user))
    }

    @Test(
        "an unknown user is told as that agent does",
        arguments: [
            ("dovecot-lda", ["-d", "no-such-user-here"]), ("procmail", ["-d", "no-such-user-here"]),
            ("maildrop", ["-d", "no-such-user-here"]), ("deliver", ["no-such-user-here"]),
        ])
    func unknownUser(name: String, words: [String]) throws {
        let site = try UserSite()
        let completed = try site.start(name, words, TestMessage.text(subject: "x"), asRoot: true)
        #expect(completed.code == 67, "\(completed.errors)")
    }

    @Test(
        "what it cannot do is not done by half: 75",
        arguments: [
            ("dovecot-lda", ["-x"]), ("dovecot-lda", ["operand"]), ("procmail", ["-m", "rc"]),
            ("procmail", ["-z"]),
            ("maildrop", ["-M", "filter"]), ("maildrop", ["-A", "X: y"]), ("deliver", []),
            ("deliver", ["one", "two"]),
            ("mail.maildir", ["-j"]), ("mail.maildir", ["one", "two"]), ("procmail", ["-d"]),
        ])
    func refuses(name: String, words: [String]) throws {
        let site = try UserSite()
        let completed = try site.start(name, words, TestMessage.text(subject: "x"))
        #expect(completed.code == 75, "\(completed.errors)")
        #expect(completed.errors.hasPrefix("4.3.5 "), "\(completed.errors)")
        #expect(
            !site.workplace.exists("home-\(site.user.name)/Maildir/new")
                || messages(site.user.home + "/Maildir").isEmpty)
    }

    // MARK: Agents that are not installed here, as their manuals say that they start a program

    @Test("Exim's pipe transport: a From line, the environment, no arguments")
    func exim() throws {
        let site = try UserSite()
        let message = TestMessage.difficult(subject: "exim")
        let completed = try site.start(
            "postmaster", ["--mta", "exim"],
            Data("From alice@example.org Mon Oct  5 08:14:03 2026\n".utf8) + message,
            environment: [
                "LOCAL_PART": site.user.name, "DOMAIN": "example.net", "LOCAL_PART_SUFFIX": "+lists",
                "HOST": "mx",
                "MESSAGE_ID": "1uAbCd-0001-Xy", "QUALIFY_DOMAIN": "example.net",
                "SENDER": "alice@example.org",
                "PATH": "/bin:/usr/bin", "SHELL": "/bin/sh", "TZ": "",
            ])
        #expect(completed.code == 0, "\(completed.errors)")
        let text = try site.only().text
        #expect(
            text.hasPrefix(
                "Return-Path: <alice@example.org>\nDelivered-To: \(site.user.name)@example.net\nReceived:"))
        #expect(site.log.contains("queue-id=1uAbCd-0001-Xy"), "\(site.log)")
    }

    @Test("Exim's null sender is an empty variable, whatever the From line says")
    func eximNullSender() throws {
        let site = try UserSite()
        let completed = try site.start(
            "postmaster", ["--mta", "exim"],
            Data("From MAILER-DAEMON Mon Oct  5 08:14:03 2026\n".utf8) + TestMessage.text(subject: "report"),
            environment: ["SENDER": "", "LOCAL_PART": site.user.name, "DOMAIN": "example.net"])
        #expect(completed.code == 0, "\(completed.errors)")
        #expect(try site.only().text.hasPrefix("Return-Path: <>\n"))
    }

    @Test("OpenSMTPD's mda: by a shell, with fields that it has written already")
    func openSMTPD() throws {
        let site = try UserSite()
        let address = "\(site.user.name)@example.net"
        let fields = Data("Return-Path: alice@example.org\nDelivered-To: \(address)\n".utf8)
        let message = TestMessage.difficult(subject: "opensmtpd")
        let program = try site.workplace.program(.postmaster)
        let completed = try run(
            "/bin/sh", ["-c", "\(program) --mta opensmtpd \(site.settings.joined(separator: " "))"],
            input: fields + message, user: site.user.id,
            environment: site.environment([
                "SENDER": "alice@example.org", "RECIPIENT": address, "ORIGINAL_RECIPIENT": "b@example.net",
                "LOCAL": site.user.name, "DOMAIN": "example.net", "EXTENSION": "",
            ]), directory: site.user.home)
        #expect(completed.code == 0, "\(completed.errors)")
        let stored = try site.only()
        #expect(stored.bytes.suffix(message.count) == message)
        #expect(
            stored.text.components(separatedBy: "Delivered-To: \(address)\n").count == 2,
            "\(stored.text.prefix(300))")
    }

    @Test("sendmail's Mlocal: as root, with -f and -d")
    func sendmail() throws {
        let site = try UserSite()
        let message = TestMessage.difficult(subject: "sendmail")
        let completed = try site.start(
            "postmaster", ["--mta", "sendmail", "-f", "alice@example.org", "-d", site.user.name],
            Data("From alice@example.org  Mon Oct  5 08:14:03 2026\n".utf8) + message, asRoot: true,
            environment: ["AGENT": "sendmail", "TZ": "UTC"])
        #expect(completed.code == 0, "\(completed.errors)")
        #expect(try site.only().bytes.suffix(message.count) == message)
    }

    @Test("qmail-local: the envelope in the environment, nothing before the message")
    func qmail() throws {
        let site = try UserSite()
        let message = TestMessage.difficult(subject: "qmail")
        let completed = try site.start(
            "postmaster", ["--mta", "qmail"], message,
            environment: [
                "SENDER": "alice@example.org", "NEWSENDER": "alice@example.org", "HOST": "example.net",
                "RECIPIENT": "\(site.user.name)-lists@example.net", "LOCAL": "\(site.user.name)-lists",
                "EXT": "lists",
                "DTLINE": "Delivered-To: x\n", "RPLINE": "Return-Path: <x>\n", "UFLINE": "From x\n",
            ])
        #expect(completed.code == 0, "\(completed.errors)")
        let text = try site.only().text
        #expect(
            text.hasPrefix(
                "Return-Path: <alice@example.org>\nDelivered-To: \(site.user.name)-lists@example.net\nReceived:"
            ))
    }

    @Test("root does not deliver to itself, nor to users below the first number")
    func systemUsers() throws {
        let site = try UserSite()
        for name in ["root", "daemon"] {
            let words = ["-d", name, "-o", "mail.root=\(site.workplace["%u-mail"])"]
            let completed = try site.start("postmaster", words, TestMessage.text(subject: "x"), asRoot: true)
            #expect(completed.code == 75 || completed.code == 67, "\(name): \(completed.status)")
            #expect(completed.errors.wholeMatch(of: #/[45]\.[0-9.]+ [^\n]+\n/#) != nil, "\(completed.errors)")
        }
    }

    @Test("a user cannot deliver to another one")
    func otherUsers() throws {
        let site = try UserSite()
        let completed = try site.start("postmaster", ["-d", "root"], TestMessage.text(subject: "x"))
        #expect(completed.code == 75 || completed.code == 77 || completed.code == 67, "\(completed.status)")
        #expect(completed.code != 0)
    }
}

/// A user of the system with an empty home, and a spool and log beside it.
private struct UserSite {
    let workplace: Workplace
    let user: TemporaryUser
    var log: String { workplace.read("log") }

    init() throws {
        workplace = try Workplace()
        user = try TemporaryUser(in: workplace, "f")
        try workplace.makeDirectory("spool", mode: 0o1777)
        try workplace.write("", to: "log", mode: 0o666)
    }

    var settings: [String] {
        ["-o", "spool.directory=\(workplace["spool"])", "-o", "log.target=file:\(workplace["log"])"]
    }

    func environment(_ more: [String: String] = [:]) -> [String: String] {
        ["HOME": user.home, "USER": user.name, "LOGNAME": user.name].merging(more) { $1 }
    }

    func start(
        _ name: String, _ words: [String], _ message: Data, asRoot: Bool = false,
        environment: [String: String] = [:]
    ) throws -> Completed {
        let program = try name == "postmaster" ? workplace.program(.postmaster) : workplace.link(name)
        let filled = words.map {
            $0.replacingOccurrences(of: "USER", with: user.name).replacingOccurrences(
                of: "HOME", with: user.home)
        }
        return try run(
            program, filled + (name == "postmaster" ? settings : []), input: message,
            user: asRoot ? nil : user.id,
            environment: self.environment(environment), directory: asRoot ? "/" : user.home)
    }

    func makeFolder(_ name: String) throws {
        for part in ["", "/tmp", "/new", "/cur", "/\(name)", "/\(name)/tmp", "/\(name)/new", "/\(name)/cur"] {
            try workplace.makeDirectory("home-\(user.name)/Maildir\(part)", owner: user.id)
        }
    }

    func only() throws -> StoredMessage {
        let stored = messages("\(user.home)/Maildir")
        guard stored.count == 1, let message = stored.first else {
            throw Obstacle("\(stored.count) messages: \(everything(user.home)), \(log)")
        }
        return message
    }
}
