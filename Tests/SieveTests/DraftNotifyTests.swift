import MailMessage
import Platform
import Testing

@testable import Sieve

@Suite("notify and denotify before RFC 5435")
struct DraftNotifyTests {
    private func notifications(_ commands: String, message: String = plainMessage) throws -> [Notification] {
        var test = SieveCase("require [\"notify\", \"variables\"]; \(commands)")
        test.message = message
        let result = try #require(test.result(), "\(SieveCase.diagnostics(test.scripts[0]))")
        #expect(result.failure == nil)
        return result.actions.compactMap { action in
            if case .notify(let notification) = action.kind { notification } else { nil }
        }
    }

    private func text(_ message: String, of original: String = plainMessage) throws -> String? {
        try notifications("notify :message \"\(message)\" :options \"a@b.example\";", message: original)
            .first?
            .message?.text
    }

    @Test("options are the recipients, of one notice by mail")
    func recipients() throws {
        let notification = try #require(
            try notifications(
                "notify :method \"mailto\" :id \"i\" :high :options [\"a@b.example\", \"C <c+d@e.example>\"];"
            )
            .first)
        #expect(notification.identifier == Array("i".utf8))
        #expect(notification.importance == 1)
        let uri = try MailtoURI(notification.method)
        #expect(uri.to.map(\.text) == ["a@b.example", "c+d@e.example"])
    }

    @Test(
        "the message names parts of what came in",
        arguments: [
            ("$from$", "Ann <ann@example.org>"), ("$subject$", "Hello  World"),
            ("$env-from$", "ann@example.org"),
            ("$text$", "body"), ("$text[2]$", "bo"), ("$text[100]$", "body"), ("$text[0]$|", "|"),
            ("$a$ $$ $text[x]$ $text[-1]$", "$a$ $$ $text[x]$ $text[-1]$"), ("$from", "$from"),
            ("a$subject$b", "aHello  Worldb"),
            ("$$subject$", "$Hello  World"),
        ])
    func placeholders(message: String, expected: String) throws {
        #expect(try text(message) == expected)
    }

    @Test("what is put in is not looked at again")
    func once() throws {
        #expect(try text("$subject$", of: "Subject: $from$\n\n") == "$from$")
    }

    @Test("without a message there are sender and subject")
    func defaultMessage() throws {
        let notification = try #require(try notifications("notify :options \"a@b.example\";").first)
        #expect(notification.message?.text == "Ann <ann@example.org>: Hello  World")
    }

    @Test("the text is the first one that there is")
    func multipart() throws {
        let original = """
            Content-Type: multipart/mixed; boundary=o

            --o
            Content-Type: application/sieve

            keep;
            --o
            Content-Type: text/plain; charset=iso-8859-1
            Content-Transfer-Encoding: quoted-printable

            Gr=FC=DFe
            --o--
            """
        #expect(try text("$text$", of: original) == "Grüße")
        #expect(try text("$text[3]$", of: original) == "Grü")
    }

    @Test(
        "denotify takes back what it says",
        arguments: [
            ("denotify;", [String]()), ("denotify :is \"frop\";", ["noot", "friep", "-"]),
            ("denotify :matches \"fr*\";", ["noot", "-"]), ("denotify :low;", ["noot", "-"]),
            ("denotify :matches \"*\" :high;", ["frop", "friep", "-"]),
            ("denotify :contains \"x\";", ["frop", "noot", "friep", "-"]),
            ("denotify :low :matches \"*p\";", ["noot", "-"]),
            ("denotify :normal;", ["frop", "noot", "friep"]),
            ("set \"i\" \"noot\"; denotify :is \"${i}\";", ["frop", "friep", "-"]),
        ])
    func denotify(command: String, expected: [String]) throws {
        let left = try notifications(
            "notify :id \"frop\" :low :options \"a@b.example\"; notify :id \"noot\" :high :options \"c@b.example\"; "
                + "notify :id \"friep\" :low :options \"d@b.example\"; notify :options \"e@b.example\"; \(command)"
        )
        #expect(left.map { $0.identifier?.text ?? "-" } == expected)
    }

    @Test("other actions stay, and so do those of scripts before")
    func otherActions() {
        let notify = "require [\"notify\"]; notify :options \"a@b.example\";"
        #expect(outcome("require [\"notify\"]; keep; notify :options \"a@b.example\"; denotify;") == ["keep"])
        #expect(
            outcome(notify, "require [\"notify\"]; notify :options \"c@b.example\"; denotify;") == [
                "notify", "keep*",
            ])
    }

    @Test(
        "what is wrong is told",
        arguments: [
            ("notify :options \"\";", "invalid-address"),
            ("notify :options \"a#b.example\";", "invalid-address"),
            ("notify :method \"xmpp\" :options \"a@b.example\";", "invalid-notification"),
            ("notify :low :high;", "repeated-tag"),
            ("notify \"mailto:a@b.example\";", "unexpected-argument"),
            ("notify :importance \"1\";", "unknown-tag"),
            ("denotify :frop;", "unknown-tag"), ("denotify :is;", ""),
            ("denotify \"a\" \"b\";", "unexpected-argument"),
            ("notify :id \"a\" :id \"b\" :options \"a@b.example\";", "repeated-tag"),
        ])
    func errors(command: String, expected: String) {
        let found = SieveCase.diagnostics("require \"notify\"; \(command)").map {
            $0.split(separator: " ").last.map(String.init) ?? ""
        }
        #expect(found == (expected.isEmpty ? [] : [expected]))
    }

    @Test("it does not stand beside enotify")
    func conflict() {
        #expect(
            SieveCase.diagnostics("require [\"enotify\", \"notify\"];").map {
                $0.split(separator: " ").last ?? ""
            }
                == ["conflicting-capability"])
    }

    @Test("the message is the text of the notice")
    func notice() throws {
        var notification = Notification(method: "mailto:a@b.example", message: Array("Ann: Tulips\n".utf8))
        notification.isDraft = true
        guard case .send(let notice) = NotificationDecision(notification, try ResponseCase().context()) else {
            Issue.record("no notice")
            return
        }
        let message = Message(notice.message.bytes)
        #expect(message.raw("Auto-Submitted") == "auto-generated (notify)")
        #expect(message.values("Subject") == ["Notification of new message"])
        #expect(message.bodyText == "Ann: Tulips\n")
    }
}
