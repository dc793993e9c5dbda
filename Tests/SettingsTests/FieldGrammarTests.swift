import Testing

@testable import Settings

/// A key, what it is given as TOML has it, and what it is then; nil where the value is refused.
struct FieldCase: Sendable, CustomTestStringConvertible {
    let key: String
    let given: String
    let expected: String?

    var testDescription: String { "\(key) = \(given.prefix(60))" }
}

/// The grammars of fields that may be empty, and of those that are lists of their own kind.
@Suite struct FieldGrammarTests {
    private static func taking(_ key: String, _ values: [(String, String)]) -> [FieldCase] {
        values.map { FieldCase(key: key, given: $0.0, expected: $0.1) }
    }

    private static func refusing(_ key: String, _ values: [String]) -> [FieldCase] {
        values.map { FieldCase(key: key, given: $0, expected: nil) }
    }

    private static let longPath = "/" + String(repeating: "a", count: 4094)
    private static let longName = String(repeating: "n", count: 100)

    /// `optionalPath`.
    private static let paths: [FieldCase] =
        taking(
            "sieve.programs",
            [
                (#""""#, #""""#), (#""/usr/lib/sieve""#, #""/usr/lib/sieve""#), (#""/""#, #""/""#),
                (#""/with blank""#, #""/with blank""#), (#""/%u""#, #""/%u""#),
                ("\"\(longPath)\"", "\"\(longPath)\""),
            ])
        + refusing(
            "sieve.programs",
            [
                #""relative""#, #""~/bin""#, #"" ""#, #""/a\nb""#, #""/\u007f""#, "true", "0", "[]",
                #"["/a"]"#,
                "\"\(longPath)a\"",
            ])

    /// `optionalTemplate`.
    private static let templates: [FieldCase] =
        taking(
            "state.store",
            [
                (#""""#, #""""#), (#""~/state""#, #""~/state""#),
                (#""/var/lib/%d/%n.db""#, #""/var/lib/%d/%n.db""#),
                (#""%h/x%%""#, #""%h/x%%""#),
            ])
        + refusing(
            "state.store",
            [
                #""state""#, #""~other/x""#, #""/a%""#, #""/a%x""#, #""%u/x""#, #"" ""#, #""/a\tb""#, "false",
                "[]",
            ])

    /// `textuals` of scanners.
    private static let scanners: [FieldCase] =
        taking(
            "checks.clamd.server",
            [
                (
                    #"["unix:/run/clamd.ctl", "127.0.0.1:3310"]"#,
                    #"["unix:/run/clamd.ctl", "127.0.0.1:3310"]"#
                ),
                (#""[::1]:3310""#, #"["[::1]:3310"]"#),
                (#""scanner.example.org""#, #"["scanner.example.org"]"#),
                ("[]", "[]"),
            ])
        + refusing(
            "checks.clamd.server",
            [
                #""unix:clamd.ctl""#, #""host:0""#, #""host:65536""#, #""host:x""#, #""[::1""#,
                #""[::1]3310""#,
                #""-host""#, #""ho st""#, #"":3310""#, #""unix:/\u0000""#,
                "\"unix:/\(String(repeating: "s", count: 107))\"",
            ])
        + taking(
            "checks.icap.server",
            [
                (#""icap://scanner:1344/avscan""#, #"["icap://scanner:1344/avscan"]"#),
                (#""icap://[::1]""#, #"["icap://[::1]/"]"#),
            ])
        + refusing(
            "checks.icap.server",
            [#""http://scanner/""#, #""icap://""#, #""icap:///x""#, #""icap://unix:/x""#, #""icap://h/a b""#])

    /// `quarantine` and `texts`.
    private static let findings: [FieldCase] =
        taking(
            "checks.quarantine",
            [(#""hold""#, #""hold""#), (#""mailbox:Junk/Viruses""#, #""mailbox:Junk/Viruses""#)])
        + refusing("checks.quarantine", [#""""#, #""Junk""#, #""mailbox:""#, #""mailbox:a\nb""#])
        + taking(
            "checks.attachments.forbidden-names",
            [(#"["*.exe", "my file.*"]"#, #"["*.exe", "my file.*"]"#), ("[]", "[]")])
        + refusing("checks.attachments.forbidden-names", [#"[""]"#, #"["a\tb"]"#, "7"])

    /// `fieldName`.
    private static let fieldNames: [FieldCase] =
        taking(
            "sieve.spam-header",
            [
                (#""""#, #""""#), (#""X-Spam-Score""#, #""X-Spam-Score""#), (#""!#$""#, #""!#$""#),
                ("\"\(longName)\"", "\"\(longName)\""),
            ])
        + refusing(
            "sieve.spam-header",
            [
                #""X-Spam:""#, #""X Spam""#, #"" ""#, #""Übel""#, #""a\r\nb""#, "\"\(longName)n\"", "1", "[]",
            ])

    /// `specialUses`.
    private static let specialUses: [FieldCase] =
        taking(
            "mail.special-use",
            [
                ("[]", "[]"), (#""""#, "[]"), (#"["\\Junk=Spam"]"#, #"["\\Junk=Spam"]"#),
                (#""\\Junk=Spam""#, #"["\\Junk=Spam"]"#),
                (#"["\\Sent=A/B = C", "\\x-own=Ärger"]"#, #"["\\Sent=A/B = C", "\\x-own=Ärger"]"#),
            ])
        + refusing(
            "mail.special-use",
            [
                #"["Junk=Spam"]"#, #"["\\Junk"]"#, #"["\\=Spam"]"#, #"["\\Junk="]"#, #"["\\Ju nk=x"]"#,
                #"["\\Jünk=x"]"#, #"["\\Junk\\x=y"]"#, #"["\\Junk=a\nb"]"#, #"["\\Junk=x", ""]"#, "[1]",
                "true",
            ])

    /// `textuals` of routes.
    private static let routes: [FieldCase] =
        taking(
            "transport.relay",
            [
                (#""sendmail:""#, #"["sendmail:"]"#),
                (
                    #"["smtp://a", "smtps://b:466", "lmtp:unix:/run/x"]"#,
                    #"["smtp://a:25", "smtps://b:466", "lmtp:unix:/run/x"]"#
                ),
                ("[]", "[]"),
            ])
        + refusing(
            "transport.relay",
            [#""a.example""#, #""smtp://""#, #"["smtp://a", "x"]"#, #""lmtp:unix:x""#, "25"])
        + taking(
            "transport.routes",
            [
                (#""Example.org smtp://a smtp://b""#, #"["example.org smtp://a:25 smtp://b:25"]"#),
                (#"[".x lmtp://h"]"#, #"[".x lmtp://h:24"]"#),
            ])
        + refusing("transport.routes", [#""example.org""#, #""smtp://a""#, #""x.org y""#])

    /// `schedules`.
    private static let schedules: [FieldCase] =
        taking(
            "retry.schedules",
            [
                (#""Connection: 5m, 4*1h""#, #"["connection: 5m, 4*1h"]"#),
                (#"["quota:1h", "example.org: 2h,1d"]"#, #"["quota: 1h", "example.org: 2h, 1d"]"#),
                ("[]", "[]"),
            ])
        + refusing(
            "retry.schedules", [#""connection""#, #""connection:""#, #"": 5m""#, #""a b: 5m""#, #""x: 0s""#])

    /// `secrets`: blanks count.
    private static let secrets: [FieldCase] =
        taking(
            "transport.srs-secrets",
            [
                (#"[" a b ", "/etc/srs"]"#, #"[" a b ", "/etc/srs"]"#), (#""p\u00e4ss""#, "[\"p\u{e4}ss\"]"),
                ("[]", "[]"),
            ])
        + refusing("transport.srs-secrets", [#"["a", ""]"#, #""a\nb""#, "[1]", "true"])

    /// The reverse path of what is redirected.
    private static let redirectFrom: [FieldCase] =
        taking(
            "sieve.redirect-from",
            [
                (#""sender""#, #""sender""#), (#""original-recipient""#, #""original-recipient""#),
                (#""postmaster""#, #""postmaster""#), (#""<a@b.example>""#, #""<a@b.example>""#),
            ])
        + refusing(
            "sieve.redirect-from",
            [#""a@b.example""#, #""<>""#, #""<a>""#, #""<a b@c>""#, #""<<a@b>>""#, #""Sender""#])

    /// `userName`.
    private static let userNames: [FieldCase] =
        taking("transport.srs-user", [(#""postsrs""#, #""postsrs""#), (#""_mail-1""#, #""_mail-1""#)])
        + refusing(
            "transport.srs-user",
            [
                #""""#, #""-x""#, #""a b""#, #""a:b""#, #""\u00fc""#, "1",
                "\"\(String(repeating: "n", count: 33))\"",
            ])

    @Test(
        "what a field may have it has then, what it may not have is told and changes nothing",
        arguments: paths + templates + fieldNames + specialUses + routes + schedules + secrets + redirectFrom
            + userNames + scanners + findings)
    func values(field: FieldCase) throws {
        var configuration = Configuration()
        let problems = configuration.read(Array("\(field.key) = \(field.given)".utf8), path: "p")
        guard let expected = field.expected else {
            #expect(problems.count == 1 && problems.first?.kind == .badValue)
            #expect(configuration == Configuration())
            return
        }
        #expect(problems.map(\.description) == [])
        #expect(configuration.entries().first { $0.name == field.key }?.value == expected)
    }

    @Test("what is set can be set to nothing again")
    func emptied() throws {
        for key in [
            "sieve.include-global", "sieve.cache", "sieve.virus-header", "mail.annotations", "sieve.lists",
        ] {
            var configuration = Configuration()
            let isName = key.hasSuffix("header")
            let set = configuration.override("\(key)=\(isName ? "X-Virus" : "/some/where")")
            #expect(set == nil)
            let emptied = configuration.override("\(key)=")
            #expect(emptied == nil)
            #expect(configuration.entries().first { $0.name == key }?.value == "\"\"")
        }
    }

    @Test("options have the mailboxes of special uses between commas")
    func specialUseOption() {
        var configuration = Configuration()
        let problem = configuration.override(#"mail.special-use=\Junk=Junk, \Sent=Sent Items"#)
        #expect(problem == nil)
        #expect(configuration.mail.specialUse.map(\.use) == [#"\Junk"#, #"\Sent"#])
        #expect(configuration.mail.specialUse.map(\.mailbox) == ["Junk", "Sent Items"])
    }

    @Test("an option has schedules between semicolons, since their own waits are between commas")
    func schedulesOption() {
        var configuration = Configuration()
        let problem = configuration.override("retry.schedules=connection: 5m, 1h; example.org: 2h")
        #expect(problem == nil)
        #expect(configuration.retry.schedules.map(\.subject) == ["connection", "example.org"])
        #expect(configuration.retry.schedules.map { $0.schedule.delay(after: 2) } == [3600, 7200])
    }

    @Test("a domain of rewritten senders without a secret is told")
    func secretsAreMissing() {
        var configuration = Configuration()
        for (option, keys) in [
            ("transport.srs-domain=f.example", ["transport.srs-domain"]), ("transport.srs-secrets=s", []),
        ] {
            let problem = configuration.override(option)
            #expect(problem == nil)
            #expect(configuration.inconsistencies().map(\.key) == keys)
        }
    }

    @Test("times between answers that contradict one another are told")
    func vacationTimes() {
        var configuration = Configuration()
        #expect(configuration.inconsistencies().isEmpty)
        let problem = configuration.override("sieve.vacation-max=1h")
        #expect(problem == nil)
        #expect(configuration.inconsistencies().map(\.key) == ["sieve.vacation-min"])
    }
}
