import MailMessage
import Platform
import Testing

@testable import Sieve

@Suite("whether vacation answers")
struct VacationDecisionTests {
    private func suppression(
        _ test: ResponseCase, _ request: VacationRequest = vacationRequest(),
        _ settings: VacationSettings = VacationSettings()
    ) throws -> VacationSuppression? {
        guard case .suppressed(let reason) = try vacationDecision(request, test, settings) else { return nil }
        #expect(!reason.description.isEmpty)
        return reason
    }

    private func field(_ field: String) -> ResponseCase {
        ResponseCase(message: field + "\n" + answerableMessage)
    }

    @Test("an ordinary message is answered, to the sender of the envelope alone")
    func ordinary() throws {
        let reply = try vacationReply().reply
        #expect(reply.message.recipients == ["ann@example.org"])
        #expect(reply.message.sender == "")
        #expect(reply.message.wantsNoReports)
        #expect(reply.seconds == 604_800)
        #expect(reply.copy == nil)
    }

    @Test("the null sender is not answered (RFC 5230 §4.6)", arguments: ["", "<>"])
    func nullSender(sender: String) throws {
        #expect(try suppression(ResponseCase(sender: sender)) == .nullSender)
    }

    @Test("a sender that is no address is not answered")
    func invalidSender() throws {
        #expect(try suppression(ResponseCase(sender: "ann")) == .invalidSender("ann"))
    }

    @Test("nobody answers for a recipient that is no address")
    func invalidRecipient() throws {
        #expect(try suppression(ResponseCase(recipient: "")) == .noRecipient)
        #expect(try suppression(ResponseCase(recipient: "a b@c")) == .noRecipient)
    }

    @Test("the user's own mail is not answered, in whatever case its address is written")
    func ownAddress() throws {
        let own = try address("BOB@example.NET")
        #expect(try suppression(ResponseCase(sender: own.text)) == .ownAddress(address("bob@example.net")))
        #expect(
            try suppression(
                ResponseCase(sender: "b@x.example"), vacationRequest { $0.addresses = ["B@x.example"] })
                == .ownAddress(address("B@x.example")))
        #expect(
            try suppression(ResponseCase(sender: "b@x.example", owner: "b@x.example"))
                == .ownAddress(address("b@x.example")))
        #expect(
            try suppression(ResponseCase(sender: "b@x.example", aliases: ["b@x.example"]))
                == .ownAddress(address("b@x.example")))
        #expect(
            try suppression(ResponseCase(sender: "b@x.example", originalRecipient: "b@x.example"))
                == .ownAddress(address("b@x.example")))
    }

    @Test(
        "mail of lists is not answered (RFC 5230 §4.6)",
        arguments: [
            "List-Id", "List-Help", "List-Subscribe", "List-Unsubscribe", "List-Post", "List-Owner",
            "List-Archive",
        ])
    func lists(name: String) throws {
        #expect(try suppression(field("\(name): <x>")) == .listMessage(field: name))
        #expect(try suppression(field("\(name.lowercased()):")) == .listMessage(field: name))
    }

    @Test("mail that a program sent is not answered (RFC 3834 §5)")
    func autoSubmitted() throws {
        #expect(try suppression(field("Auto-Submitted: auto-generated")) == .autoSubmitted)
        #expect(try suppression(field("Auto-Submitted: No (typed)")) == nil)
    }

    @Test("bulk mail is not answered", arguments: ["bulk", "list", "junk", "BULK", "junk (x)"])
    func precedence(value: String) throws {
        let word = value.lowercased().split(separator: " ").first.map(String.init) ?? ""
        #expect(try suppression(field("Precedence: \(value)")) == .precedence(word))
    }

    @Test(
        "other precedences are answered", arguments: ["first-class", "normal", "special-delivery", "bulky"])
    func otherPrecedence(value: String) throws {
        #expect(try suppression(field("Precedence: \(value)")) == nil)
    }

    @Test(
        "who wants no answer gets none",
        arguments: [("All", "all"), ("OOF", "oof"), ("DR, OOF,\tRN", "oof"), ("rn,all", "all")])
    func unwanted(value: String, word: String) throws {
        #expect(try suppression(field("X-Auto-Response-Suppress: \(value)")) == .unwanted(word))
    }

    @Test("who minds other answers gets this one", arguments: ["None", "DR, RN", "", "OOFS"])
    func wanted(value: String) throws {
        #expect(try suppression(field("X-Auto-Response-Suppress: \(value)")) == nil)
    }

    @Test(
        "programs' addresses are not answered (RFC 5230 §4.6)",
        arguments: [
            "MAILER-DAEMON", "listserv", "Majordomo", "owner-list", "list-request", "list-owner",
            "list-bounces",
            "list-bounces+bob=example.net", "bounces+17", "bounce-17", "noreply", "No-Reply", "do-not-reply",
            "mailer", "a-request-b", "list-request+x", "mail-relay", "bounce+17", "bounces-17", "no_reply",
            "noreply+17", "calendar-noreply", "No.Reply.Please", "do_not_reply-1", "donotreply",
        ])
    func systemAddresses(localPart: String) throws {
        let sender = "\(localPart)@example.org"
        #expect(try suppression(ResponseCase(sender: sender)) == .systemAddress(address(sender)))
    }

    @Test(
        "people are, whatever they are called",
        arguments: [
            "postmaster", "owner", "request", "bounces", "mailers", "lister", "noreplying", "no", "reply",
            "no-replies", "noreplyx", "relay", "requests",
        ])
    func people(localPart: String) throws {
        #expect(try suppression(ResponseCase(sender: "\(localPart)@example.org")) == nil)
    }

    @Test(
        "only what names the user is answered (RFC 5230 §4.5)",
        arguments: ["To", "Cc", "Bcc", "Resent-To", "Resent-Cc", "Resent-Bcc", "cc"])
    func addressed(name: String) throws {
        let named = "From: ann@example.org\n\(name): x@y.example, Bob <BOB@example.net>\n\n"
        #expect(try suppression(ResponseCase(message: named)) == nil)
        let other = "From: ann@example.org\n\(name): x@y.example\n\n"
        #expect(try suppression(ResponseCase(message: other)) == .notAddressed)
    }

    @Test("no other field names the user", arguments: ["From", "Sender", "Reply-To", "Delivered-To", "X-To"])
    func otherFields(name: String) throws {
        let message = "\(name): bob@example.net\nTo: x@y.example\n\n"
        #expect(try suppression(ResponseCase(message: message)) == .notAddressed)
    }

    @Test("members of groups are named, display names are not")
    func groups() throws {
        #expect(try suppression(ResponseCase(message: "To: us: bob@example.net, c@d.example;\n\n")) == nil)
        #expect(
            try suppression(ResponseCase(message: "To: \"bob@example.net\" <x@y.example>\n\n"))
                == .notAddressed)
    }

    @Test("the site can do without that")
    func uncheckedRecipient() throws {
        var settings = VacationSettings()
        settings.checksRecipient = false
        let test = ResponseCase(message: "To: x@y.example\n\n")
        #expect(try suppression(test, vacationRequest(), settings) == nil)
        #expect(try vacationReply(vacationRequest(), test, settings).message.raw("From") == "bob@example.net")
        let owned = ResponseCase(message: "To: x@y.example\n\n", owner: "b@own.example")
        #expect(try vacationReply(vacationRequest(), owned, settings).message.raw("From") == "b@own.example")
    }

    @Test("the recipient before aliases counts only where the site says so")
    func originalRecipient() throws {
        let test = ResponseCase(message: "To: all@example.net\n\n", originalRecipient: "all@example.net")
        #expect(try suppression(test) == .notAddressed)
        var settings = VacationSettings()
        settings.usesOriginalRecipient = true
        #expect(try vacationReply(vacationRequest(), test, settings).message.raw("From") == "all@example.net")
    }

    @Test("an answer comes from the address that was written to")
    func answeringAddress() throws {
        let test = ResponseCase(
            message: "To: b@two.example\nCc: c@own.example\n\n", owner: "c@own.example",
            aliases: ["d@x.example"])
        #expect(
            try vacationReply(vacationRequest { $0.addresses = ["b@two.example"] }, test).message.raw("From")
                == "b@two.example")
        #expect(try vacationReply(vacationRequest(), test).message.raw("From") == "c@own.example")
        let alias = ResponseCase(message: "To: d@x.example\n\n", aliases: ["d@x.example"])
        #expect(try vacationReply(vacationRequest(), alias).message.raw("From") == "d@x.example")
        // The final recipient comes first, where several are named in the same field.
        let both = ResponseCase(message: "To: c@own.example, bob@example.net\n\n", owner: "c@own.example")
        #expect(try vacationReply(vacationRequest(), both).message.raw("From") == "bob@example.net")
    }

    @Test("whatever the message is, there is a decision", arguments: 0..<60)
    func randomMessages(seed: UInt64) throws {
        var generator = SeededGenerator(seed)
        var bytes = [UInt8](answerableMessage.utf8)
        for _ in 0..<Int.random(in: 1...40, using: &generator) {
            let index = Int.random(in: 0..<bytes.count, using: &generator)
            bytes[index] = UInt8.random(in: 0...255, using: &generator)
        }
        var test = ResponseCase()
        test.message = String(decoding: bytes, as: UTF8.self)
        var settings = VacationSettings()
        settings.checksRecipient = false
        guard case .reply(let reply) = try vacationDecision(vacationRequest(), test, settings) else { return }
        try expectSound(reply.message.bytes)
    }
}
