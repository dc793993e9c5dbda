import Testing

@testable import Sieve

@Suite("notify")
struct NotifyTests {
    private func notification(_ arguments: String) throws -> Notification {
        let kind = try action("require [\"enotify\", \"variables\"]; \(arguments)")
        guard case .notify(let notification) = kind else {
            Issue.record("no notification")
            return Notification(method: "")
        }
        return notification
    }

    @Test("the message is kept all the same (RFC 5435 §7)")
    func keeps() {
        #expect(outcome("require \"enotify\"; notify \"mailto:a@b.example\";") == ["notify", "keep*"])
    }

    @Test("tags come in any order and say what they say")
    func tags() throws {
        #expect(
            try notification(
                "notify :message \"M\" :options [\"a=b\", \"c.d-e_f=\"] :importance \"1\" :from \"N <n@m.example>\" "
                    + "\"mailto:a@b.example\";")
                == Notification(
                    method: "mailto:a@b.example", message: Array("M".utf8), from: "N <n@m.example>",
                    importance: 1,
                    options: ["a=b", "c.d-e_f="]))
        #expect(try notification("notify \"MAILTO:a@b.example\";").importance == 2)
    }

    @Test("variables are put in while the script runs")
    func variables() throws {
        let notification = try notification(
            "set \"v\" \"3\"; notify :importance \"${v}\" :message \"x${v}\" :from \"a${v}@b.example\" :options \"o=${v}\" \"mailto:c${v}@d.example\";"
        )
        #expect(
            notification
                == Notification(
                    method: "mailto:c3@d.example", message: Array("x3".utf8), from: "a3@b.example",
                    importance: 3,
                    options: ["o=3"]))
    }

    @Test(
        "what is wrong with the command is told",
        arguments: [
            ("notify;", "1:26 missing-argument"), ("notify \"x:y\";", "1:27 invalid-notification"),
            ("notify \"\";", "1:27 invalid-notification"),
            ("notify \"mailto:a\";", "1:27 invalid-notification"),
            ("notify \"mailto:a@b.example;?x=y\";", "1:27 invalid-notification"),
            ("notify \"mailto:a@b.example?x<=y\";", "1:27 invalid-notification"),
            ("notify \"mailto:a@b.example?x=y>\";", "1:27 invalid-notification"),
            ("notify \"mailto:a@b.example?x:=y\";", "1:27 invalid-notification"),
            ("notify \"mailto:a%23b.example\";", "1:27 invalid-notification"),
            ("notify \"mailto:a@b.example?to=c%23d\";", "1:27 invalid-notification"),
            ("notify :importance \"4\" \"mailto:a@b.example\";", "1:39 invalid-notification"),
            ("notify :importance 1 \"mailto:a@b.example\";", "1:39 wrong-argument"),
            ("notify :from \"a\" \"mailto:a@b.example\";", "1:33 invalid-notification"),
            ("notify :from \"\" \"mailto:a@b.example\";", "1:33 invalid-notification"),
            ("notify :options \"\" \"mailto:a@b.example\";", "1:36 invalid-notification"),
            ("notify :options \"a\" \"mailto:a@b.example\";", "1:36 invalid-notification"),
            ("notify :options \"_a=\" \"mailto:a@b.example\";", "1:36 invalid-notification"),
            ("notify :options \"=a\" \"mailto:a@b.example\";", "1:36 invalid-notification"),
            ("notify :options \"a=b\nc\" \"mailto:a@b.example\";", "1:36 invalid-notification"),
            ("notify :message \"a\" :message \"b\" \"mailto:a@b.example\";", "1:40 repeated-tag"),
            ("notify :method \"mailto\";", "1:27 unknown-tag"),
        ])
    func errors(command: String, expected: String) {
        #expect(SieveCase.diagnostics("require \"enotify\"; \(command)") == [expected])
    }

    @Test(
        "what only shows while the script runs makes it fail (RFC 5435 §3.2)",
        arguments: [
            "notify \"${x}\";", "notify \"tel:${x}\";", "notify \"mailto:${x}a\";",
            "notify :from \"${x}\" \"mailto:a@b.example\";",
            "notify :importance \"${x}\" \"mailto:a@b.example\";",
            "notify :options \"${x}\" \"mailto:a@b.example\";",
        ])
    func failures(command: String) throws {
        #expect(try runtimeFailure("require [\"enotify\", \"variables\"]; \(command)") != nil)
    }

    @Test("a script that asks first may name a method that there is not (RFC 5435 §3.2)")
    func guarded() throws {
        let script =
            "require \"enotify\"; if valid_notify_method \"xmpp:a@b.example\" { notify \"xmpp:a@b.example\"; } else { notify \"mailto:a@b.example\"; }"
        #expect(SieveCase.diagnostics(script) == ["warning 1:71 invalid-notification"])
        #expect(outcome(script) == ["notify", "keep*"])
        #expect(
            try runtimeFailure(
                "require \"enotify\"; if not valid_notify_method \"tel:1\" { notify \"tel:1\"; }") != nil)
    }

    @Test("notifications are limited")
    func limit() throws {
        let commands = (1...3).map { "notify \"mailto:a\($0)@b.example\";" }.joined()
        var limits = SieveLimits()
        #expect(try runtimeFailure("require \"enotify\"; \(commands)", limits: limits) == nil)
        limits.notifications = 2
        #expect(try runtimeFailure("require \"enotify\"; \(commands)", limits: limits) != nil)
    }

    @Test("recipients and fields of a URI are limited")
    func uriLimits() {
        var limits = SieveLimits()
        limits.notificationRecipients = 2
        limits.notificationFields = 1
        let errors = { (uri: String) in
            SieveCase.diagnostics("require \"enotify\"; notify \"mailto:\(uri)\";", limits: limits).count
        }
        #expect(errors("a@b.example,c@d.example?subject=x") == 0)
        #expect(errors("a@b.example,c@d.example,e@f.example") == 1)
        #expect(errors("a@b.example?subject=x&keywords=y") == 1)
    }
}

/// A host that can notify some.
private struct NotifyingHost: SieveHost {
    let reachable: String
    func mailboxExists(_ name: String) -> Bool { false }
    func canNotify(_ uri: String) -> Bool { uri == reachable }
}

@Suite("tests on methods of notification")
struct NotifyMethodTests {
    @Test(
        "a method is valid if all of its URIs are (RFC 5435 §4)",
        arguments: [
            ("\"mailto:a@b.example\"", true),
            ("[\"mailto:a@b.example\", \"mailto:c@d.example?subject=x\"]", true),
            ("\"mailto:a@b.example?x:=y\"", false), ("\"mailto:a%23b.example\"", false), ("\"tel:1\"", false),
            ("\"\"", false), ("[\"mailto:a@b.example\", \"xmpp:a@b.example\"]", false),
            ("\"mailto:a@b.example?to=c%23d\"", false), ("\"mailto:?to=a@b.example\"", true),
        ])
    func validity(uris: String, expected: Bool) {
        #expect(holds("valid_notify_method \(uris)", require: "enotify") == expected)
    }

    @Test("the host has a say")
    func host() throws {
        let compilation = SieveCompiler().compile(
            Array("require \"enotify\"; if valid_notify_method \"mailto:a@b.example\" { discard; }".utf8),
            name: "s")
        let program = try #require(compilation.program)
        let run = { (uri: String) in
            ScriptSequence([program]).run(on: emptyInput, host: NotifyingHost(reachable: uri)).actions.map(
                \.name)
        }
        #expect(run("mailto:a@b.example") == ["discard"])
        #expect(run("mailto:c@d.example") == ["keep"])
    }

    @Test("a notification that the host cannot deliver is an error (RFC 5435 §3.2)")
    func unreachable() throws {
        let compilation = SieveCompiler().compile(
            Array("require \"enotify\"; notify \"mailto:a@b.example\";".utf8), name: "s")
        let program = try #require(compilation.program)
        let fails = { (uri: String) in
            ScriptSequence([program]).run(on: emptyInput, host: NotifyingHost(reachable: uri)).failure != nil
        }
        #expect(!fails("mailto:a@b.example"))
        #expect(fails("mailto:c@d.example"))
    }

    @Test(
        "whether somebody is online, mail cannot tell (RFC 5436 §2.2)",
        arguments: [
            ("\"mailto:a@b.example\" \"online\" \"maybe\"", true),
            ("\"mailto:a@b.example\" \"ONLINE\" \"maybe\"", true),
            ("\"mailto:a@b.example\" \"online\" [\"yes\", \"no\"]", false),
            (":contains \"mailto:a@b.example\" \"online\" \"may\"", true),
            ("\"mailto:a@b.example\" \"away\" \"maybe\"", false),
            ("\"xmpp:a@b.example\" \"online\" \"maybe\"", false),
            ("\"mailto:a\" \"online\" \"maybe\"", false),
        ])
    func capability(arguments: String, expected: Bool) {
        #expect(holds("notify_method_capability \(arguments)", require: "enotify") == expected)
    }
}

@Suite(":encodeurl")
struct EncodeURLTests {
    private func encoded(_ value: String, _ modifiers: String = ":encodeurl", limit: Int = 4096) -> String? {
        var test = SieveCase(
            "require [\"enotify\", \"variables\", \"fileinto\"]; set \(modifiers) \"a\" \"\(value)\"; fileinto \"${a}\";"
        )
        test.limits.variableBytes = limit
        return test.result()?.actions.first?.summary
    }

    @Test(
        "all but unreserved characters are encoded (RFC 5435 §6)",
        arguments: [
            ("Safe body&evil=evilbody", "Safe%20body%26evil%3Devilbody"), ("a-Z_0.9~", "a-Z_0.9~"),
            ("\\\\/^@é", "%5C%2F%5E%40%C3%A9"),
        ])
    func encoding(value: String, expected: String) {
        #expect(encoded(value) == "fileinto \(expected)")
    }

    @Test("what is too long ends with a whole character", arguments: 4...30)
    func limits(limit: Int) {
        let value = "aé日😀"
        let pieces = ["a", "%C3%A9", "%E6%97%A5", "%F0%9F%98%80"]
        var expected = ""
        for piece in pieces {
            guard expected.count + piece.count <= limit else { break }
            expected += piece
        }
        #expect(encoded(value, limit: limit) == "fileinto \(expected)")
    }

    @Test("it comes after :quotewildcard and before :length (RFC 5435 §6)")
    func precedence() {
        #expect(encoded("a*", ":encodeurl :quotewildcard") == "fileinto a%5C%2A")
        #expect(encoded("a*", ":length :encodeurl") == "fileinto 4")
        #expect(encoded("A*", ":lower :encodeurl") == "fileinto a%2A")
    }
}
