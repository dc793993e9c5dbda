import MailMessage
import Platform
import Testing

@testable import Sieve

@Suite("reject and ereject")
struct RejectTests {
    @Test("each takes the place of the implicit keep", arguments: ["reject", "ereject"])
    func cancelsKeep(command: String) {
        #expect(outcome("require \"\(command)\"; \(command) \"No.\";") == [command])
    }

    @Test("the reason is the string, its lines ending in CRLF")
    func reason() throws {
        let kind = try action("require \"reject\"; reject text:\nNo thanks,\n..dots\n.\n;")
        #expect(kind == .reject(Rejection(reason: "No thanks,\r\n.dots\r\n", isExtended: false)))
        let extended = try action("require [\"ereject\", \"variables\"]; set \"a\" \"x\"; ereject \"${a}é\";")
        #expect(extended == .reject(Rejection(reason: "xé", isExtended: true)))
    }

    @Test(
        "what is wrong with the command is told",
        arguments: [
            ("reject;", "1:28 missing-argument"), ("reject 1;", "1:29 wrong-argument"),
            ("reject [\"a\", \"b\"];", "1:29 wrong-argument"),
            ("reject \"a\" \"b\";", "1:33 unexpected-argument"),
            ("reject :x \"a\";", "1:29 unknown-tag"), ("ereject \"a\";", "1:22 not-required"),
        ])
    func errors(command: String, expected: String) {
        #expect(SieveCase.diagnostics("require \"reject\";    \(command)") == [expected])
    }

    @Test(
        "actions that deliver or answer do not stand beside a refusal in one script (RFC 5429 §2.4)",
        arguments: [
            "keep; reject \"n\";", "reject \"n\"; keep;", "fileinto \"A\"; reject \"n\";",
            "reject \"n\"; fileinto \"A\";",
            "redirect \"a@b.example\"; ereject \"n\";", "ereject \"n\"; redirect :copy \"a@b.example\";",
            "reject \"n\"; reject \"n\";", "reject \"n\"; ereject \"m\";", "vacation \"v\"; reject \"n\";",
            "ereject \"n\"; vacation \"v\";",
        ])
    func conflicts(commands: String) throws {
        let script = "require [\"reject\", \"ereject\", \"fileinto\", \"vacation\", \"copy\"]; \(commands)"
        #expect(try runtimeFailure(script) != nil)
        // RFC 5228 §2.10.6: the message is kept, and nothing else happens.
        #expect(SieveCase(script).result()?.actions.map(\.summary) == ["keep*"])
    }

    @Test("what neither delivers nor answers may stand beside a refusal")
    func harmlessCompany() {
        let require = "require [\"reject\", \"enotify\"];"
        #expect(outcome("\(require) discard; reject \"n\";") == ["discard", "reject"])
        #expect(outcome("\(require) notify \"mailto:a@b.example\"; reject \"n\";") == ["notify", "reject"])
    }

    @Test("a script may refuse what a script before it has filed")
    func sequenceAfterDelivery() {
        #expect(
            outcome(
                "require [\"fileinto\", \"copy\"]; fileinto :copy \"Archive\";",
                "require \"reject\"; reject \"n\";") == ["fileinto Archive copy", "reject"])
    }

    @Test("a refusal takes the place of an answer that a script before it asked for")
    func sequenceAfterVacation() {
        #expect(
            outcome("require \"vacation\"; vacation \"v\";", "require \"reject\"; reject \"n\";") == [
                "reject"
            ])
        // A script that fails changes nothing.
        #expect(
            outcome("require \"vacation\"; vacation \"v\";", "require \"reject\"; reject \"n\"; keep;")
                == ["vacation", "keep*", "failure s2:1: keep cannot stand with reject"])
    }

    @Test("a second answer of a later script is left out")
    func secondAnswer() {
        let vacation = "require \"vacation\"; vacation \"v\";"
        #expect(outcome(vacation, vacation) == ["vacation", "keep*"])
    }
}

@Suite("the way of a refusal")
struct RefusalRouteTests {
    private let message = Message([UInt8](plainMessage.utf8))

    private func route(
        _ reason: String, isExtended: Bool = false, sender: String = "ann@example.org", canReply: Bool = true
    ) -> RefusalRoute {
        Rejection(reason: reason, isExtended: isExtended).route(
            sender: sender, message: message, canReply: canReply)
    }

    @Test("plain text goes into the reply, line by line (RFC 5429 §2.5)")
    func replies() {
        #expect(route("No.") == .protocolReply(["No."]))
        #expect(route("No\r\nthanks.\r\n", isExtended: true) == .protocolReply(["No", "thanks."]))
        #expect(route("a\tb\r\n\r\nc") == .protocolReply(["a b", "", "c"]))
    }

    @Test("reject keeps its exact text, and then takes a message (RFC 5429 §2.2)")
    func rejectKeepsText() {
        #expect(route("Né") == .dispositionNotification)
        #expect(route("\u{1B}[31m") == .dispositionNotification)
        #expect(route("") == .dispositionNotification)
        #expect(route(String(repeating: "line\r\n", count: 21)) == .dispositionNotification)
    }

    @Test("ereject keeps the way, and then takes another text (RFC 5429 §2.1.1)")
    func erejectKeepsWay() {
        guard case .protocolReply(let lines) = route("Né", isExtended: true) else {
            Issue.record("no reply")
            return
        }
        #expect(lines.count == 1)
        #expect(lines.allSatisfy { $0.utf8.allSatisfy { $0 &- 0x20 < 95 } })
    }

    @Test("no line of a reply is longer than SMTP allows, and no text is lost", arguments: 0..<20)
    func longLines(seed: UInt64) {
        var generator = SeededGenerator(seed)
        let count = Int.random(in: 1...4000, using: &generator)
        let text = String((0..<count).map { _ in Bool.random(using: &generator) ? "x" : " " }) + "x"
        guard case .protocolReply(let lines) = route(text) else {
            Issue.record("no reply")
            return
        }
        #expect(lines.allSatisfy { $0.utf8.count <= 500 })
        #expect(lines.joined() == text)
    }

    @Test("without a protocol the two take different messages")
    func messages() {
        #expect(route("n", canReply: false) == .dispositionNotification)
        #expect(route("n", isExtended: true, canReply: false) == .deliveryReport)
    }

    @Test("the null sender is never written to, but may be refused by the protocol")
    func nullSender() {
        for isExtended in [false, true] {
            #expect(route("n", isExtended: isExtended, sender: "", canReply: false) == .silence(.nullSender))
        }
        #expect(route("n", sender: "") == .protocolReply(["n"]))
        #expect(route("é", sender: "") == .silence(.nullSender))
    }

    @Test("programs are not written to", arguments: [true, false])
    func automatic(isExtended: Bool) {
        let message = Message([UInt8]("Auto-Submitted: auto-replied\n\n".utf8))
        let rejection = Rejection(reason: "n", isExtended: isExtended)
        #expect(
            rejection.route(sender: "a@b.example", message: message, canReply: false)
                == .silence(.autoSubmitted))
        #expect(
            rejection.route(sender: "a@b.example", message: message, canReply: true) == .protocolReply(["n"]))
    }
}

@Suite("mail that a program sent")
struct AutomaticMailTests {
    @Test(
        "anything but `no` in Auto-Submitted says so (RFC 3834 §5)",
        arguments: [
            ("no", false), ("NO", false), ("no (really)", false), ("(a (b) \\) c) no", false),
            ("no; x=y", false),
            ("no;x=y", false), ("auto-generated", true), ("auto-replied; a=b", true),
            ("(no) auto-notified", true),
            ("yes", true), ("", true), ("nothing", true), ("no-reply", true), ("(no", true),
        ])
    func autoSubmitted(value: String, expected: Bool) {
        #expect(Message([UInt8]("Auto-Submitted: \(value)\n\n".utf8)).isAutoSubmitted == expected)
    }

    @Test("without the field nobody says so")
    func withoutField() {
        #expect(!Message([UInt8](plainMessage.utf8)).isAutoSubmitted)
    }

    @Test("one field of several is enough")
    func severalFields() {
        #expect(Message([UInt8]("Auto-Submitted: no\nAuto-Submitted: auto-replied\n\n".utf8)).isAutoSubmitted)
    }

    @Test("any octets are read", arguments: 0..<50)
    func randomOctets(seed: UInt64) {
        var generator = SeededGenerator(seed)
        var bytes = [UInt8]("Auto-Submitted: ".utf8)
        for _ in 0..<60 {
            bytes.append([0x28, 0x29, 0x5C, 0x20, 0x6E, 0x6F, 0xFF].randomElement(using: &generator) ?? 0)
        }
        let message = Message(bytes)
        #expect(message.isAutoSubmitted || message.keyword(of: message.header.fields[0]) == Array("no".utf8))
    }
}
