import Foundation
import Testing

extension FaultSuite {
    /// Options, addresses, mailbox names and an environment that a stranger chose.
    @Suite("hostile input")
    struct HostileInputTests {
        struct Case: Sendable, CustomTestStringConvertible {
            let name: String
            var options: [String] = []
            /// Instead of `-f` and `-r`.
            var withoutEnvelope = false
            var environment: [String]?
            /// More arguments, that are not text.
            var bytes: [Data] = []
            var testDescription: String { name }
        }

        private static let nasty = [
            "a\nb@example.org", "a@example.org\nX-Injected: yes", "\r\n\r\n", "<script>alert(1)</script>",
            "-oQ/tmp", "--", "-", "",
            "<>", "<", "\"", "\"a b\"@example.org", "a@b@c", "|/bin/sh", "/etc/passwd", "../../x",
            "${run{/bin/true}}", "%n%s%p", "`id`",
            "a@[127.0.0.1]", "<@relay.example,@other.example:a@example.org>", "ä@exämple.org",
            "\u{202e}gro.elpmaxe@a", "a\tb@example.org",
            "\u{1b}[31m@example.org", "a@example.org, b@example.org", "a@example.org b@example.org",
            ":include:/etc/passwd", "user+../x@example.net",
            String(repeating: "x", count: 10_240),
            String(repeating: "x", count: 5000) + "@" + String(repeating: "y.", count: 2500) + "example",
            String(repeating: "(", count: 10_240), String(repeating: "<", count: 10_240),
            String(repeating: "@", count: 10_240),
        ]

        static let addresses: [Case] =
            nasty.flatMap { text in
                ["-f", "-r", "-a"].map {
                    Case(
                        name: "\($0) \(text.prefix(40).debugDescription) (\(text.utf8.count))",
                        options: [$0, text])
                }
            }
            + ["-f", "-r", "-a", "-m"].map {
                Case(
                    name: "\($0) that is no UTF-8",
                    bytes: [Data($0.utf8), Data([0x61, 0xff, 0xc0, 0x80, 0xed, 0xa0, 0x80])])
            }

        static let mailboxes: [Case] = [
            "../x", "../../x", "..", ".", "/", "/etc", "/etc/passwd", "a/../../b", "a/..", "~root", "~",
            "~/x", "a//b", "/a", "a/", "",
            String(repeating: "m", count: 1000), String(repeating: "m/", count: 500),
            String(repeating: "ä", count: 300), "a\u{1}b", "a\nb", "a\u{7f}",
            "a\u{1b}[31m", "\u{202e}x", "tmp", "new", "cur", ".tmp", "a.b", "..a", ".", "a..b", "INBOX/../x",
            "INBOX", "inbox", "&AAA-", "&Jjo", "&-&",
            "a&b", "*", "%", "a b", "\\..\\x", "%2e%2e%2fx", "|true", "-x", "maildirsize", "subscriptions",
            "dovecot-uidlist",
        ].map { Case(name: "-m \($0.prefix(40).debugDescription) (\($0.utf8.count))", options: ["-m", $0]) }

        static let options: [Case] =
            [
                ["--frobnicate"], ["-x"], ["-Z", "1"], ["-o"], ["-o", "nonsense"], ["-o", ""], ["-o", "="],
                ["-o", "a.b=c"], ["-o", "mail.=1"],
                ["-o", ".=1"], ["-o", "spool.directory="], ["-o", "spool.directory=relative"],
                ["-o", "spool.directory=/dev/null"],
                ["-o", "mail.max-size=-1"], ["-o", "mail.max-size=99999999999999999999G"],
                ["-o", "delivery.deadline=99999999999999999999s"],
                ["-o", "delivery.deadline=0"], ["-o", "delivery.memory=0"], ["-o", "delivery.memory=-1"],
                ["-o", "mail.separator="],
                ["-o", "mail.separator=ab"], ["-o", "mail.layout=nonsense"], ["-o", "quota.limit=x"],
                ["-o", "log.target=file:/nonexistent/x"],
                ["-o", "log.target=file:"], ["-o", "log.target=nonsense"], ["-o", "log.format=nonsense"],
                ["-o", "sieve.max-steps=0"],
                ["-o", "users.source=nonsense"], ["-o", "mail.root=\"; rm -rf /"], ["-f"], ["-r"], ["-m"],
                ["-c"], ["--mail-dir"],
                ["--script"], ["-c", "/nonexistent"], ["-c", "/"], ["-c", "/dev/null"], ["-c", "/dev/zero"],
                ["--script", "/nonexistent"], ["--script", "/"],
                ["--script", "/dev/zero"], ["--mail-dir", ""], ["--mail-dir", "/dev/null"],
                ["--mail-dir", "/dev/null/x"],
                ["--mail-dir", "/proc/self"], ["--mail-dir", "/nonexistent/x/y"], ["--mta", "nonsense"],
                ["--client-address", "999.1.1.1\n"], ["-p", "/nonexistent"],
                ["-p", "/"], ["operand"], ["--", "operand"], ["-e", "-k"], ["--script="], ["-fr"],
                ["--queue-id", "a\nb"], ["--envid", "x\r\ny"], [String(repeating: "-", count: 100_000)],
                [String(repeating: "x", count: 100_000)],
                Array(repeating: "-e", count: 5000), Array(repeating: "x", count: 5000),
            ].map { Case(name: "\($0.prefix(2).map { String($0.prefix(40)) }) (\($0.count))", options: $0) }

        static let environments: [Case] =
            nasty.filter { !$0.isEmpty }.map { text in
                Case(
                    name: "environment \(text.prefix(40).debugDescription) (\(text.utf8.count))",
                    withoutEnvelope: true,
                    environment: [
                        "SENDER", "RECIPIENT", "ORIGINAL_RECIPIENT", "EXTENSION", "LOCAL", "HOME", "USER",
                        "LOGNAME", "SHELL", "DOMAIN", "EXT", "HOST", "LOCAL_PART",
                        "SENDER_ADDRESS", "RECIPIENT_ADDRESS", "UFLINE", "RPLINE", "DTLINE", "NEWSENDER",
                        "CLIENT_ADDRESS", "TZ", "LANG", "LC_ALL", "TMPDIR", "MALLOC_CHECK_",
                        "LD_PRELOAD", "GLIBC_TUNABLES", "SWIFT_BACKTRACE", "GCONV_PATH", "LOCPATH",
                        "LD_LIBRARY_PATH",
                    ].map { "\($0)=\(text)" })
            } + [
                Case(name: "no environment", withoutEnvelope: true, environment: []),
                Case(
                    name: "an environment of words without =", withoutEnvelope: true,
                    environment: ["SENDER", "HOME", "=x", "", "="]),
                Case(
                    name: "the same name a thousand times", withoutEnvelope: true,
                    environment: (0..<1000).map { "SENDER=\($0)@example.org" }),
                Case(
                    name: "1 MB of environment", withoutEnvelope: true,
                    environment: (0..<10).map { "X\($0)=" + String(repeating: "x", count: 100_000) } + [
                        "SENDER=" + String(repeating: "y", count: 100_000)
                    ]),
                Case(
                    name: "a home that is not there", withoutEnvelope: true,
                    environment: ["HOME=/nonexistent/home", "USER=nobody-at-all"]),
                Case(
                    name: "backtraces of the runtime",
                    environment: ["SWIFT_BACKTRACE=enable=yes,output-to=/proc/self/cwd/backtrace"]),
            ]

        @Test("an address changes nothing elsewhere:", arguments: addresses)
        func address(_ input: Case) throws { try expectHarmless(input) }

        @Test("a mailbox name changes nothing elsewhere:", arguments: mailboxes)
        func mailbox(_ input: Case) throws { try expectHarmless(input) }

        @Test("an option changes nothing elsewhere:", arguments: options)
        func option(_ input: Case) throws { try expectHarmless(input) }

        @Test("an environment changes nothing elsewhere:", arguments: environments)
        func environment(_ input: Case) throws { try expectHarmless(input) }

        @Test(
            "standard input is read to its end even when nothing can be done",
            arguments: [["--frobnicate"], ["-o", "nonsense"], ["--mail-dir", "/dev/null"], ["-m"]])
        func inputIsRead(_ options: [String]) throws {
            try withScratch { scratch in
                let world = try World("\(scratch.path)/world")
                let delivery = try world.delivery(of: "/dev/null", options)
                var shell = Launch(
                    "/bin/bash",
                    [
                        "-c", "head -c 3000000 /dev/zero | \"$@\"; echo \"${PIPESTATUS[@]}\"", "bash",
                        delivery.program,
                    ])
                shell.arguments += delivery.arguments
                let ended = try shell.run()
                let statuses = String(decoding: ended.output, as: UTF8.self)
                #expect(["0 0\n", "0 75\n"].contains(statuses), "\(statuses) \(ended.errorText)")
            }
        }

        private static let message = Data("From: a@example.org\nSubject: s\n\nbody of the message\n".utf8)

        private func expectHarmless(_ input: Case) throws {
            try withScratch { scratch in
                let outside = try scratch.directory("outside")
                for name in ["x", "b", "passwd"] {
                    _ = try scratch.file("outside/\(name)", Data("not yours\n".utf8))
                }
                let home = "\(outside)/home"
                try makeDirectory(home)
                let world = try World("\(home)/world")
                var launch = try world.delivery(of: scratch.file("in", Self.message), input.options)
                launch.arguments += input.bytes
                if input.withoutEnvelope { launch.arguments = Self.removingEnvelope(launch.arguments) }
                if let environment = input.environment {
                    // Not through env(1), which is linked dynamically and would heed some of it.
                    launch.workingDirectory = nil
                    launch.environment = environment.map { Data($0.utf8) }
                }
                launch.seconds = 20
                let before = listing(of: scratch.path, except: [world.mail, world.spool, world.log])
                let ended = try launch.run()
                #expect(listing(of: scratch.path, except: [world.mail, world.spool, world.log]) == before)
                #expect(
                    ended.status == .exited(0) || ended.status == .exited(75),
                    "\(ended.status) \(ended.errorText)")
                expectOneLine(ended)
                try expectNothingLost(ended, world)
            }
        }

        private func expectOneLine(_ ended: Ended) {
            #expect(
                ended.errors.count { $0 == 0x0a } <= 1 && ended.errors.count <= 4096, "\(ended.errorText)")
            #expect(
                ended.errors.allSatisfy { $0 >= 0x20 && $0 != 0x7f || $0 == 0x0a },
                "\(ended.errorText.debugDescription)")
            if ended.status == .exited(75) {
                #expect(
                    ended.errors.last == 0x0a,
                    "what is wrong is said in a line: \(ended.errorText.debugDescription)")
            }
        }

        /// Exactly one whole copy in the Maildir or in the spool after exit 0, none after 75; the header has
        /// no more than the two fields.
        private func expectNothingLost(_ ended: Ended, _ world: World) throws {
            var copies = 0
            for folder in Self.maildirs(beneath: world.mail) {
                for place in ["new", "cur"] {
                    for name in names(in: "\(folder)/\(place)") {
                        let file = contents(of: "\(folder)/\(place)/\(name)")
                        copies += 1
                        guard file.count >= Self.message.count,
                            file.suffix(Self.message.count) == Self.message
                        else {
                            Issue.record(
                                "not the message: \(String(decoding: file.prefix(400), as: UTF8.self).debugDescription)"
                            )
                            continue
                        }
                        let added = String(decoding: file.dropLast(Self.message.count), as: UTF8.self).split(
                            separator: "\n", omittingEmptySubsequences: false)
                        #expect(
                            added.count <= 3
                                && added.dropLast().allSatisfy {
                                    $0.hasPrefix("Return-Path: ") || $0.hasPrefix("Delivered-To: ")
                                },
                            "\(added.map { $0.prefix(100) })")
                    }
                }
            }
            let kept = copies + world.holdings([]).queued
            #expect(
                kept == (ended.status == .exited(0) ? 1 : 0),
                "\(ended.status), and \(kept) copies: \(ended.errorText)")
        }

        private static func maildirs(beneath directory: String) -> [String] {
            var found: [String] = []
            var open = [directory]
            while let next = open.popLast() {
                let inner = names(in: next)
                if inner.contains("new"), inner.contains("cur") { found.append(next) }
                open += inner.filter { !["tmp", "new", "cur"].contains($0) }.map { "\(next)/\($0)" }.filter(
                    isDirectory)
            }
            return found
        }

        private static func removingEnvelope(_ arguments: [Data]) -> [Data] {
            var kept: [Data] = []
            var skip = false
            for argument in arguments {
                if skip {
                    skip = false
                } else if argument == Data("-f".utf8) || argument == Data("-r".utf8) {
                    skip = true
                } else {
                    kept.append(argument)
                }
            }
            return kept
        }
    }
}
