import MailMessage
import Maildir
import Platform
import Testing

@testable import Delivery

@Suite struct RulesTests {
    private var site: Site

    init() throws { site = try Site() }

    private func plan(_ script: String, message: String = Site.message) throws -> Plan {
        var test = self
        try test.site.use(script)
        return try test.site.rules(message)
    }

    /// `store INBOX`, `store A/B \Seen`, `forward a@b`, `discard`.
    private func words(_ plan: Plan) -> [String] {
        plan.actions.map { action in
            var words = [action.kind.word, action.kind.target]
            if case .store(_, let flags, let creating) = action.kind {
                words += flags
                if creating { words.append("create") }
            }
            return words.filter { !$0.isEmpty }.joined(separator: " ")
        }
    }

    @Test("without a script the message is kept in INBOX, and no rule asked for it")
    func noScript() throws {
        let plan = try site.rules()
        #expect(words(plan) == ["store INBOX create"])
        #expect(plan.actions[0].origin == .none && plan.warnings == [] && plan.notice == nil)
    }

    private static let becoming: [(String, [String])] = [
        ("", ["store INBOX create"]), ("keep;", ["store INBOX create"]), ("discard;", ["discard"]),
        ("require \"fileinto\"; fileinto \"A\";", ["store A"]),
        ("require \"fileinto\"; fileinto \"a/b\"; keep;", ["store a/b", "store INBOX create"]),
        ("require [\"fileinto\", \"mailbox\"]; fileinto :create \"A\";", ["store A create"]),
        (
            "require [\"fileinto\", \"imap4flags\"]; fileinto :flags [\"\\\\Seen\", \"work\"] \"A\";",
            ["store A \\Seen work"]
        ),
        ("redirect \"x@example.net\";", ["forward x@example.net"]),
        (
            "require \"copy\"; redirect :copy \"x@example.net\";",
            ["forward x@example.net", "store INBOX create"]
        ),
        ("redirect \"x@example.net\"; redirect \"x@EXAMPLE.NET\";", ["forward x@example.net"]),
        // RFC 5228 §2.10.3: one copy a mailbox.
        ("require \"fileinto\"; fileinto \"A\"; fileinto \"A\";", ["store A"]),
        ("require \"fileinto\"; fileinto \"INBOX\"; keep; fileinto \"inbox\";", ["store INBOX create"]),
        ("if header :is \"Subject\" \"hello\" { discard; }", ["discard"]),
        ("require \"envelope\"; if envelope \"from\" \"alice@example.net\" { discard; }", ["discard"]),
        (
            "require [\"mailbox\", \"fileinto\"]; if mailboxexists \"A\" { fileinto \"A\"; }",
            ["store INBOX create"]
        ),
    ]

    @Test("scripts become actions", arguments: becoming)
    func actions(script: String, expected: [String]) throws {
        let plan = try plan(script)
        #expect(words(plan) == expected)
        #expect(plan.warnings == [])
    }

    @Test("mailboxexists sees the user's mailboxes")
    func mailboxExists() throws {
        try site.makeFolder(".A")
        let script =
            "require [\"mailbox\", \"fileinto\"]; if mailboxexists [\"A\", \"INBOX\"] { fileinto \"A\"; }"
        #expect(words(try plan(script)) == ["store A"])
        #expect(
            words(try plan(script.replacing("\"A\", \"INBOX\"", with: "\"A\", \"../B\""))) == [
                "store INBOX create"
            ])
    }

    @Test("an action knows the rule that asked for it")
    func origin() throws {
        let plan = try plan("require \"fileinto\";\n\nfileinto \"A\";\n")
        #expect(plan.actions.first?.origin == .init(script: "rules", line: 3))
    }

    @Test(
        "a script with an error keeps the message, and its owner is told why",
        arguments: [
            "keep", "fileinto \"A\";", "require \"no-such\";", "if true { discard; ", "\0",
            "discard; discard",
        ])
    func broken(script: String) throws {
        let plan = try plan(script)
        #expect(words(plan) == ["store INBOX create"])
        #expect(plan.warnings.count == 1 && plan.warnings[0].contains("rules.sieve:"))
        let notice = try #require(plan.notice)
        #expect(notice.script == "rules" && !notice.text.isEmpty && notice.digest.utf8.count == 16)
        #expect(try self.plan(script).notice == notice)
        #expect(try self.plan(script + " ").notice?.digest != notice.digest)
    }

    @Test("a script that fails while it runs keeps the message; its notice is the same whatever the message")
    func fails() throws {
        let script = """
            require "variables"; if header :matches "Subject" "*" { set "s" "${1}"; }
            redirect "${s}";
            """
        let first = try plan(script, message: "Subject: no address\n\n")
        #expect(words(first) == ["store INBOX create"])
        #expect(first.warnings.count == 1)
        let notice = try #require(first.notice)
        let second = try plan(script, message: "Subject: none either\n\n")
        #expect(second.notice?.digest == notice.digest)
    }

    @Test("a broken site script does not keep the user's own from running, and the user is told nothing")
    func brokenSiteScript() throws {
        var test = self
        test.site.set("sieve.before=\(try site.temporary.write("before.sieve", "nonsense"))")
        let plan = try test.plan("discard;")
        #expect(words(plan) == ["discard"])
        #expect(plan.warnings.count == 1 && plan.notice == nil)
    }

    @Test(
        "scripts before, personal and after run in this order, as long as the message is kept",
        arguments: [
            ("keep;", "keep;", "discard;", ["discard"]),
            ("discard;", "keep;", "keep;", ["discard"]),
            ("require \"fileinto\"; fileinto \"B\";", "keep;", "keep;", ["store B"]),
            (
                "require [\"fileinto\", \"copy\"]; fileinto :copy \"B\";",
                "require \"fileinto\"; fileinto \"P\";", "discard;", ["store B", "store P"]
            ),
            ("", "stop;", "require \"fileinto\"; fileinto \"A\";", ["store A"]),
        ])
    func sequence(before: String, personal: String, after: String, expected: [String]) throws {
        var test = self
        test.site.set(
            "sieve.before=\(try site.temporary.write("b.sieve", before))",
            "sieve.after=\(try site.temporary.write("a.sieve", after))")
        #expect(words(try test.plan(personal)) == expected)
    }

    @Test(
        "a mailbox that cannot be one is INBOX, with a warning",
        arguments: ["../x", "/etc/passwd", "a//b", "..", "~joe", "a\u{1}b", "x/../../y"])
    func hostileName(name: String) throws {
        let plan = try plan("require [\"fileinto\", \"mailbox\"];\nfileinto :create \"\(name)\";")
        // The validator may refuse the script, or Rules the name: INBOX both ways.
        #expect(words(plan) == ["store INBOX create"])
        #expect(plan.warnings.count == 1)
    }

    @Test("a name that comes from the message leads nowhere but to INBOX")
    func hostileVariable() throws {
        let script = """
            require ["fileinto", "variables", "mailbox"];
            if header :matches "Subject" "*" { fileinto :create "${1}"; }
            """
        let plan = try plan(script, message: "Subject: ../../../etc/cron.d/x\n\n")
        #expect(words(plan) == ["store INBOX create"])
        #expect(plan.warnings.count == 1 && plan.warnings[0].contains("line 2"))
    }

    @Test("a header over the limit is kept without looking at the rules, and the log says why")
    func overTheLimit() throws {
        var test = self
        test.site.set("limits.header-fields=3")
        let plan = try test.plan("discard;", message: "A: 1\nB: 2\nC: 3\nD: 4\n\n")
        #expect(words(plan) == ["store INBOX create"])
        #expect(plan.warnings.first?.contains("headerFields") == true)
        #expect(words(try test.plan("discard;", message: "A: 1\nB: 2\nC: 3\n\n")) == ["discard"])
    }

    @Test("-m names the mailbox of what is kept; it is not made, for a stranger may have chosen the name")
    func requested() throws {
        var test = self
        test.site.request.mailbox = "Lists"
        #expect(words(try test.plan("")) == ["store Lists"])
        #expect(words(try test.plan("keep;")) == ["store Lists"])
        #expect(
            words(try test.plan("require [\"fileinto\", \"mailbox\"]; fileinto :create \"Lists\"; keep;"))
                == ["store Lists create"])
        #expect(words(try test.plan("broken")) == ["store Lists"])
        test.site.request.mailbox = "../x"
        #expect(words(try test.plan("")) == ["store INBOX create"])
    }

    @Test(
        "the site's limits hold for scripts",
        arguments: ["sieve.max-redirects=1", "sieve.max-actions=1", "sieve.max-steps=1"])
    func limits(setting: String) throws {
        var test = self
        test.site.set(setting)
        let plan = try test.plan("redirect \"a@x\"; redirect \"b@x\";")
        #expect(words(plan) == ["store INBOX create"])
        #expect(plan.warnings.count == 1)
    }

    @Test("extensions that the site does not allow are errors")
    func extensions() throws {
        var test = self
        test.site.set("sieve.extensions=fileinto")
        #expect(try test.plan("require \"fileinto\"; fileinto \"A\";").notice == nil)
        #expect(try test.plan("require \"copy\"; redirect :copy \"a@x\";").notice != nil)
    }
}
