import TestSupport
import Testing

@testable import Settings

private func read(_ toml: String) -> (Configuration, [SettingsProblem]) {
    var configuration = Configuration()
    let problems = configuration.read(Array(toml.utf8), path: "/etc/p.toml")
    return (configuration, problems)
}

/// Fails the test if an option that should be taken was not.
private func accept(_ problem: SettingsProblem?) throws {
    try #require(problem == nil)
}

@Suite struct ConfigurationTests {
    @Test("without a file everything has the value that the manual names")
    func defaults() {
        let configuration = Configuration()
        #expect(configuration.mail.root.text == "~/Maildir")
        #expect(configuration.mail.layout == .maildirPlusPlus)
        #expect(configuration.mail.maxSize == 0)
        #expect(configuration.delivery.deadline == 240)
        #expect(configuration.users.source == .nameService)
        #expect(configuration.spool.directory == "/var/spool/postmaster")
        #expect(configuration.spool.mode == .spool)
        #expect(configuration.retry.expire == 432_000)
        #expect(configuration.retry.warn == 14400)
        #expect(configuration.log.target == .syslog)
        #expect(configuration.entries().allSatisfy { $0.origin == .builtIn })
        #expect(configuration.inconsistencies().isEmpty)
    }

    @Test("a file sets what it names, and nothing else")
    func file() {
        let (configuration, problems) = read(
            """
            [mail]
            root = "/var/mail/%d/%n"
            layout = "fs"
            max-size = "25M"
            autocreate = true
            separator = "."
            [retry]
            schedule = ["1m", "3*5m", "1h"]
            warn = 0
            [sieve]
            personal = "~/filter.sieve"
            before = ["/etc/sieve/a", "/etc/sieve/b"]
            extensions = ["fileinto", "vnd.dovecot.x"]
            [bounce]
            size-limit = 4096
            [quota]
            limit = "1G,100"
            """)
        #expect(problems.map(\.description) == [])
        #expect(configuration.mail.root.text == "/var/mail/%d/%n")
        #expect(configuration.mail.layout == .fileSystem)
        #expect(configuration.mail.maxSize == 25 << 20)
        #expect(configuration.mail.autocreate)
        #expect(configuration.mail.separator == UInt8(ascii: "."))
        #expect(configuration.retry.schedule.text == "1m, 3*5m, 1h")
        #expect(configuration.retry.warn == 0)
        #expect(configuration.sieve.personal.map(\.text) == ["~/filter.sieve"])
        #expect(configuration.sieve.before.map(\.text) == ["/etc/sieve/a", "/etc/sieve/b"])
        #expect(configuration.sieve.extensions == ["fileinto", "vnd.dovecot.x"])
        #expect(configuration.bounce.sizeLimit == 4096)
        #expect(configuration.quota.limit == QuotaLimit(bytes: 1 << 30, messages: 100))
        #expect(configuration.delivery == Configuration().delivery)
        #expect(configuration.origin(of: "mail.max-size") == .file(path: "/etc/p.toml", line: 4))
        #expect(configuration.origin(of: "mail.names") == .builtIn)
    }

    @Test("all problems are told, each with its place, and the keys keep their values")
    func problems() {
        let (configuration, problems) = read(
            """
            [mail]
            layout = "maildirr++"
            max-size = "25MB"
            [retyr]
            expire = "5d"
            [delivery]
            deadline = 240
            max-received = "x"
            deadlien = "1s"
            [quotas]
            """)
        #expect(
            problems.map(\.description) == [
                "/etc/p.toml:2:10: error: mail.layout: wants one of \"maildir++\", \"fs\", and has \"maildirr++\" (did you mean \"maildir++\"?)",
                "/etc/p.toml:3:12: error: mail.max-size: wants a size like \"64K\", \"25M\", \"1G\", at least 0, and has \"25MB\"",
                "/etc/p.toml:5:1: error: retyr.expire: there is no key of this name (did you mean retry.expire?)",
                "/etc/p.toml:7:12: error: delivery.deadline: wants a duration like \"30s\", \"5m\", \"4h\", \"5d\", from 1s to 1d, and has 240",
                "/etc/p.toml:8:16: error: delivery.max-received: wants a number from 1 to 10000, and has \"x\"",
                "/etc/p.toml:9:1: error: delivery.deadlien: there is no key of this name (did you mean delivery.deadline?)",
                "/etc/p.toml:10:2: error: quotas: there is no section of this name (did you mean [quota]?)",
            ])
        #expect(
            problems.map(\.kind) == [
                .badValue, .badValue, .unknownKey, .badValue, .badValue, .unknownKey, .unknownKey,
            ])
        #expect(configuration == Configuration())
    }

    @Test("a section that is empty but known is no problem")
    func emptySection() {
        #expect(read("[mail]\n[retry]\n").1.isEmpty)
    }

    @Test("after a syntax error nothing counts")
    func syntaxError() throws {
        let (configuration, problems) = read("[mail]\nlayout = \"fs\"\nroot = \n")
        let problem = try #require(problems.first)
        #expect(problems.count == 1)
        #expect(
            problem.kind == .syntax && problem.line == 3 && problem.column > 1
                && problem.path == "/etc/p.toml")
        #expect(configuration == Configuration())
    }

    @Test(
        "options",
        arguments: [
            ("spool.directory=/x", "\"/x\""), ("mail.max-size=1M", "\"1M\""), ("retry.warn=0", "\"0\""),
            ("mail.autocreate=true", "true"), ("mail.autocreate=no", "false"),
            ("sieve.before=/a, /b", "[\"/a\", \"/b\"]"),
            ("sieve.personal=", "[]"), ("delivery.max-received=7", "7"),
            ("retry.schedule=1m,2*1h", "\"1m, 2*1h\""),
            ("log.target=file:/a=b", "\"file:/a=b\""), ("quota.limit=1G,5", "\"1G,5\""),
            ("bounce.from=", "\"\""),
            ("mail.separator=.", "\".\""), ("users.subaddress-delimiters=+=", "\"+=\""),
            ("mail.separator==", "\"=\""),
        ])
    func options(_ argument: String, _ literal: String) throws {
        var configuration = Configuration()
        try accept(configuration.override(argument))
        let name = String(argument.prefix { $0 != "=" })
        let entry = try #require(configuration.entries().first { $0.name == name })
        #expect(entry.value == literal)
        #expect(entry.origin == .option)
        #expect(configuration.entries().filter { $0.origin != .builtIn }.count == 1)
    }

    @Test(
        "options that cannot be",
        arguments: [
            ("", "-o: error: : -o wants SECTION.KEY=VALUE"),
            ("mail.root", "-o: error: mail.root: -o wants SECTION.KEY=VALUE"),
            (
                "mail.roott=/x",
                "-o: error: mail.roott: there is no key of this name (did you mean mail.root?)"
            ),
            ("=x", "-o: error: there is no key of this name"),
            ("mail=x", "-o: error: mail: there is no key of this name"),
            ("mail.root=x", nil), ("mail.autocreate=", nil), ("spool.directory=relative", nil),
            ("spool.directory=/a\nb", nil),
            ("bounce.from=a b", nil), ("bounce.from=<a@b>", nil), ("bounce.hostname=a\r\nX: y", nil),
            ("retry.jitter=51", nil),
            ("sieve.extensions=a b", nil), ("mail.separator=//", nil), ("mail.separator=a", nil),
            ("mail.separator=é", nil),
        ] as [(String, String?)])
    func badOptions(_ argument: String, _ description: String?) throws {
        var configuration = Configuration()
        let found = configuration.override(argument)
        let problem = try #require(found)
        if let description, !argument.isEmpty { #expect(problem.description == description) }
        #expect(configuration == Configuration())
    }

    @Test("an option goes before the file, whichever came first in the file")
    func precedence() throws {
        var configuration = Configuration()
        _ = configuration.read(Array("mail.layout = \"fs\"".utf8), path: "p")
        try accept(configuration.override("mail.layout=maildir++"))
        #expect(configuration.mail.layout == .maildirPlusPlus)
        #expect(configuration.origin(of: "mail.layout") == .option)
    }

    @Test("values that do not go together are told, at the line that set them")
    func inconsistencies() throws {
        var (configuration, problems) = read("[retry]\nexpire = \"1h\"\nwarn = \"2h\"\n")
        #expect(problems.isEmpty)
        problems = configuration.inconsistencies()
        let problem = try #require(problems.first)
        #expect(problems.count == 1 && problem.line == 3 && problem.severity == .warning)
        try accept(configuration.override("retry.warn=0"))
        #expect(configuration.inconsistencies().isEmpty)
        try accept(configuration.override("retry.schedule=2h"))
        #expect(configuration.inconsistencies().count == 1)
    }

    @Test("random files change nothing that they should not, and never trap")
    func randomFiles() {
        var generator = SeededGenerator(seed: 7)
        let keys = SettingsKey.all.map(\.name) + ["mail.x", "x", "x.y.z", "\"\""]
        let values = [
            "1", "-1", "true", "\"\"", "\"5m\"", "\"64K\"", "[]", "[\"/a\"]", "[1]", "0.5", "\"/a\"", "{a=1}",
            "2026-01-01",
            "9223372036854775807", "\"99999999999999999999d\"", "'~/%u'", "\"\\u0000\"", "\"nss\"",
            "[[\"a\"]]",
        ]
        for _ in 0..<3000 {
            var seen: Set<String> = []
            let lines = (0..<Int.random(in: 1...8, using: &generator)).compactMap { _ -> String? in
                guard let key = keys.randomElement(using: &generator), seen.insert(key).inserted else {
                    return nil
                }
                return "\(key) = \(values.randomElement(using: &generator) ?? "1")"
            }
            let (configuration, problems) = read(lines.joined(separator: "\n"))
            let blamed = Set(problems.map(\.key))
            for entry in configuration.entries() where blamed.contains(entry.name) {
                #expect(entry.origin == .builtIn)
            }
            for entry in configuration.entries() where entry.origin != .builtIn {
                var again = Configuration()
                let problems = again.read(Array("\(entry.name) = \(entry.value)".utf8), path: "p")
                #expect(problems.isEmpty, "\(entry)")
                #expect(again.entries().first { $0.name == entry.name }?.value == entry.value)
            }
        }
    }

    @Test("random options never trap, and a refused one changes nothing")
    func randomOptions() {
        var generator = SeededGenerator(seed: 8)
        let keys = SettingsKey.all.map(\.name)
        for _ in 0..<3000 {
            var configuration = Configuration()
            let value = String(decoding: generator.bytes(upTo: 12).map { $0 & 0x7F }, as: UTF8.self)
            let key = keys.randomElement(using: &generator) ?? ""
            if configuration.override("\(key)=\(value)") != nil { #expect(configuration == Configuration()) }
        }
    }
}
