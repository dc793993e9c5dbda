import Testing

@testable import Delivery

/// getopt(3) has one state for a process, which other tests use, too: so command lines are read in processes of
/// their own.
@Suite struct FrontEndTests {
    @Test(
        "the name the program is started under chooses the command line",
        arguments: [
            ("/usr/bin/postmaster", FrontEnd.postmaster), ("dovecot-lda", .dovecotLDA),
            ("/usr/lib/dovecot/dovecot-lda", .dovecotLDA), ("procmail", .procmail),
            ("/usr/bin/maildrop", .maildrop),
            ("./deliver", .deliver), ("mail.maildir", .mailMaildir), ("", .postmaster), ("/", .postmaster),
            ("dovecot-lda.orig", .postmaster), ("Procmail", .postmaster), ("procmail/", .procmail),
        ])
    func names(path: String, frontEnd: FrontEnd) {
        #expect(FrontEnd(programName: path) == frontEnd)
    }

    struct Call: Sendable {
        let frontEnd: FrontEnd
        let words: [String]
        let expected: @Sendable (inout DeliveryRequest) -> Void

        init(
            _ frontEnd: FrontEnd, _ words: [String],
            _ expected: @escaping @Sendable (inout DeliveryRequest) -> Void
        ) {
            self.frontEnd = frontEnd
            self.words = words
            self.expected = expected
        }
    }

    private static let native = [
        Call(.postmaster, []) { _ in },
        Call(.postmaster, ["-d", "bob", "-f", "a@b", "-a", "bob+x@c", "-r", "bob@c", "-m", "Lists"]) {
            ($0.user, $0.sender, $0.originalRecipient, $0.recipient, $0.mailbox) = (
                "bob", "a@b", "bob+x@c", "bob@c", "Lists"
            )
        },
        Call(.postmaster, ["-dbob", "-f", ""]) { ($0.user, $0.sender) = ("bob", "") },
        Call(.postmaster, ["-f", "<>"]) { $0.sender = "<>" },
        Call(.postmaster, ["-m", ""]) { _ in },
        Call(.postmaster, ["-m", "A", "-m", ""]) { _ in },
        Call(.postmaster, ["-d", "one", "-d", "two"]) { $0.user = "two" },
        Call(.postmaster, ["-ek"]) { ($0.tellsRejection, $0.keepsEnvironment) = (true, true) },
        Call(.postmaster, ["-p", "/m", "-c", "/c", "-o", "a.b=1", "-o", "c.d=2"]) {
            ($0.messageFile, $0.configurationFile, $0.overrides) = ("/m", "/c", ["a.b=1", "c.d=2"])
        },
        Call(.postmaster, ["--mail-dir", "M", "--script=s.sieve", "--dry-run"]) {
            ($0.mailDirectory, $0.script, $0.isDryRun) = ("M", "s.sieve", true)
        },
        Call(
            .postmaster,
            ["--client-address", "192.0.2.1", "--client-helo", "h", "--client-name", "n", "--sasl-user", "s"]
        ) {
            ($0.clientAddress, $0.clientHELO, $0.clientName, $0.authenticatedUser) = (
                "192.0.2.1", "h", "n", "s"
            )
        },
        Call(.postmaster, ["--queue-id", "4Q", "--envid", "E", "--mta", "exim"]) {
            ($0.queueIdentifier, $0.envelopeIdentifier, $0.mailTransferAgent) = ("4Q", "E", "exim")
        },
        Call(
            .postmaster,
            ["--dsn-notify", "success,Delay", "--dsn-return", "hdrs", "--deliver-by=120;RT"]
        ) {
            ($0.notify, $0.returns, $0.deliverBy) = ("success,Delay", "hdrs", "120;RT")
        },
        Call(.postmaster, ["--dsn-notify", "", "--dsn-return=", "--deliver-by", ""]) { _ in },
        Call(.postmaster, ["-f", "-d", "-d", "bob"]) { ($0.sender, $0.user) = ("-d", "bob") },
        Call(.postmaster, ["-d", "bob", "--"]) { $0.user = "bob" },
    ]

    private static let others = [
        Call(
            .dovecotLDA,
            ["-d", "bob", "-f", "a@b", "-a", "o@c", "-r", "r@c", "-m", "Box", "-e", "-k", "-p", "/m"]
        ) {
            ($0.user, $0.sender, $0.originalRecipient, $0.recipient, $0.mailbox) = (
                "bob", "a@b", "o@c", "r@c", "Box"
            )
            ($0.tellsRejection, $0.keepsEnvironment, $0.messageFile) = (true, true, "/m")
        },
        // Dovecot's own settings are taken, and not read.
        Call(.dovecotLDA, ["-c", "/etc/dovecot.conf", "-o", "mail_debug=yes", "-i", "x", "-O", "-L"]) { _ in
        },
        Call(.dovecotLDA, ["-m", ""]) { _ in },
        Call(.procmail, ["-d", "bob"]) { $0.user = "bob" },
        Call(.procmail, ["-t", "-Y", "-o", "-p", "-a", "detail", "-f", "a@b", "-d", "bob"]) {
            ($0.sender, $0.user) = ("a@b", "bob")
        },
        Call(.procmail, ["-f-"]) { _ in },
        Call(.procmail, []) { _ in },
        Call(.maildrop, ["-d", "bob", "-f", "a@b", "-V", "9", "-w", "90", "-W", "/w", "-a", "-t", "/s"]) {
            ($0.user, $0.sender) = ("bob", "a@b")
        },
        // What follows is for a filter file, which is not read.
        Call(.maildrop, ["-d", "bob", "bob", "example.org", ""]) { $0.user = "bob" },
        Call(.deliver, ["-r", "a@b", "-q", "-D", "-d", "bob"]) { ($0.sender, $0.user) = ("a@b", "bob") },
        Call(.deliver, ["-f", "a@b", "-m", "Box", "-a", "auth", "-C", "/c", "bob"]) {
            ($0.sender, $0.mailbox, $0.authenticatedUser, $0.user) = ("a@b", "Box", "auth", "bob")
        },
        Call(.deliver, ["-m", "", "bob"]) { $0.user = "bob" },
        Call(.mailMaildir, []) { _ in },
        Call(.mailMaildir, ["/home/bob/Maildir"]) { $0.mailDirectory = "/home/bob/Maildir" },
    ]

    @Test("options become a request, and nothing else")
    func options() async {
        await #expect(processExitsWith: .success) {
            for call in FrontEndTests.native + FrontEndTests.others {
                var expected = DeliveryRequest()
                call.expected(&expected)
                #expect(call.frontEnd.read(["program"] + call.words) == .deliver(expected), "\(call.words)")
            }
        }
    }

    struct Refusal: Sendable {
        let frontEnd: FrontEnd
        let words: [String]
        let word: String

        init(_ frontEnd: FrontEnd, _ words: [String], _ word: String) {
            self.frontEnd = frontEnd
            self.words = words
            self.word = word
        }
    }

    private static let refusals = [
        Refusal(.postmaster, ["--frobnicate"], "--frobnicate"), Refusal(.postmaster, ["-z"], "-z"),
        Refusal(.postmaster, ["-d"], "-d"), Refusal(.postmaster, ["-d", ""], "-d names nobody"),
        Refusal(.postmaster, ["--mail-dir", ""], "--mail-dir"),
        Refusal(.postmaster, ["operand"], "operand"),
        Refusal(.postmaster, ["-d", "bob", "--", "-x"], "-x"),
        Refusal(.postmaster, ["--mail-dir", "/M", "-d", "bob"], "exclude"),
        Refusal(.dovecotLDA, ["operand"], "operand"), Refusal(.dovecotLDA, ["--dry-run"], "--dry-run"),
        Refusal(.procmail, ["-m", "rc"], "-m"), Refusal(.procmail, ["rc"], "rc"),
        Refusal(.procmail, ["-d"], "no recipient"), Refusal(.procmail, ["-d", "a", "b"], "a"),
        Refusal(.procmail, ["-d", ""], "nobody"),
        Refusal(.maildrop, ["-A", "X: y"], "-A"), Refusal(.maildrop, ["-m"], "-m"),
        Refusal(.maildrop, ["-M", "f"], "-M"), Refusal(.maildrop, ["filter"], "filter"),
        Refusal(.maildrop, ["-D", "1/2"], "-D"),
        Refusal(.deliver, [], "no recipient"), Refusal(.deliver, ["a", "b"], "a"),
        Refusal(.deliver, ["-l"], "-l"),
        Refusal(.mailMaildir, ["-j"], "-j"), Refusal(.mailMaildir, ["/a", "/b"], "/a"),
    ]

    @Test("what cannot be followed is told, with the word that is to blame")
    func refused() async {
        await #expect(processExitsWith: .success) {
            for refusal in FrontEndTests.refusals {
                guard case .unusable(let problems) = refusal.frontEnd.read(["program"] + refusal.words) else {
                    Issue.record("\(refusal.frontEnd) \(refusal.words) was followed")
                    continue
                }
                #expect(problems.contains { $0.contains(refusal.word) }, "\(refusal.words): \(problems)")
            }
        }
    }

    @Test("all problems are told at once")
    func allProblems() async {
        await #expect(processExitsWith: .success) {
            let invocation = FrontEnd.postmaster.read(["p", "-z", "-y", "--mail-dir", "", "-d", ""])
            guard case .unusable(let problems) = invocation else {
                Issue.record("it was followed")
                return
            }
            #expect(problems.count == 5)
        }
    }

    private static let shows: [(FrontEnd, [String], Invocation)] = [
        (.postmaster, ["--help"], .showHelp), (.postmaster, ["--version", "-z"], .showVersion),
        (.postmaster, ["-d", "", "--help", "x"], .showHelp), (.procmail, ["-v"], .showVersion),
        (.procmail, ["-h"], .showHelp), (.maildrop, ["-v"], .showVersion), (.maildrop, ["-h"], .showHelp),
        (.postmaster, [], .deliver(DeliveryRequest())),
    ]

    @Test("help and version come before everything else")
    func shown() async {
        await #expect(processExitsWith: .success) {
            for (frontEnd, words, invocation) in FrontEndTests.shows {
                #expect(frontEnd.read(["program"] + words) == invocation, "\(words)")
            }
            // Not even a name.
            #expect(FrontEnd.postmaster.read([]) == .deliver(DeliveryRequest()))
        }
    }

    @Test("every front end has a help that names it", arguments: FrontEnd.allCases)
    func help(frontEnd: FrontEnd) {
        #expect(frontEnd.help.contains(frontEnd.rawValue))
        #expect(frontEnd.help.utf8.last == UInt8(ascii: "\n"))
        if frontEnd == .postmaster {
            for option in ["--mail-dir", "--script", "--dry-run", "--mta", "-d", "-f", "-m"] {
                #expect(frontEnd.help.contains(option))
            }
        }
    }
}
