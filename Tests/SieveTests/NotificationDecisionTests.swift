import MailMessage
import Platform
import Testing

@testable import Sieve

private func decision(
    _ notification: Notification, _ test: ResponseCase = ResponseCase(), sender: AddressSource? = nil,
    notified: [String] = []
) throws -> NotificationDecision {
    NotificationDecision(notification, try test.context(), sender: sender, notified: notified)
}

private func notice(
    _ uri: String, _ test: ResponseCase = ResponseCase(), sender: AddressSource? = nil,
    notified: [String] = [],
    _ change: (inout Notification) -> Void = { _ in }
) throws -> (outgoing: OutgoingMessage, message: Message) {
    var notification = Notification(method: uri)
    change(&notification)
    let decision = try decision(notification, test, sender: sender, notified: notified)
    guard case .send(let notice) = decision else {
        Issue.record("suppressed: \(decision)")
        throw Absent()
    }
    return (notice.message, Message(notice.message.bytes))
}

@Suite("notices by mail")
struct NotificationDecisionTests {
    private let simple = "mailto:alm@example.com"

    @Test("the notice, octet by octet")
    func wholeMessage() throws {
        let bytes = try notice(simple).outgoing.bytes
        #expect(
            bytes.text == """
                X-Sieve: Postmaster
                Message-ID: <new@example.net>
                Date: Sun, 9 Sep 2001 02:46:40 +0100
                From: postmaster@example.net
                To: alm@example.com
                Subject: Tulips
                References: <1@example.org>
                Auto-Submitted: auto-notified; owner-email="bob@example.net"
                Precedence: bulk
                X-Priority: 3 (Normal)
                Importance: Normal
                MIME-Version: 1.0
                Content-Type: text/plain; charset=utf-8

                Notification of new message.

                """)
        try expectSound(bytes)
    }

    @Test("mail that a program sent notifies nobody (RFC 5436 §2.7)")
    func autoSubmitted() throws {
        let test = ResponseCase(message: "Auto-Submitted: auto-notified\n\n")
        #expect(try decision(Notification(method: simple), test) == .suppressed(.autoSubmitted))
        _ = try notice(simple, ResponseCase(message: "Auto-Submitted: no\n\n"))
    }

    @Test("a message with the null sender notifies, and the notice has it too (RFC 5436 §2.7)")
    func nullSender() throws {
        for sender in ["", "<>"] {
            let sent = try notice(simple, ResponseCase(sender: sender)) { $0.from = "n@m.example" }
            #expect(sent.outgoing.sender == "")
            #expect(sent.message.raw("From") == "n@m.example")
            let policy = try notice(simple, ResponseCase(sender: sender), sender: .postmaster)
            #expect(policy.outgoing.sender == "")
        }
    }

    @Test("the sender is the script's, the user's, or the postmaster")
    func sender() throws {
        #expect(try notice(simple).outgoing.sender == "postmaster@example.net")
        let owned = try notice(simple, ResponseCase(owner: "b@own.example"))
        #expect(owned.outgoing.sender == "b@own.example")
        #expect(owned.message.raw("From") == "b@own.example")
        let from = try notice(simple) { $0.from = "Nico <n@m.example>" }
        #expect(from.outgoing.sender == "n@m.example")
        #expect(from.message.raw("From") == "Nico <n@m.example>")
    }

    @Test(
        "the site can choose the sender of the envelope; the field stays the script's",
        arguments: [
            (AddressSource.sender, "ann@example.org"), (.recipient, "bob@example.net"),
            (.originalRecipient, "all@example.net"), (.userAddress, "b@own.example"),
            (.postmaster, "postmaster@example.net"), (.null, ""),
        ])
    func senderPolicy(source: AddressSource, expected: String) throws {
        let test = ResponseCase(originalRecipient: "all@example.net", owner: "b@own.example")
        let sent = try notice(simple, test, sender: source) { $0.from = "n@m.example" }
        #expect(sent.outgoing.sender == expected)
        #expect(sent.message.raw("From") == "n@m.example")
    }

    @Test("recipients come from the path and from `to` and `cc`, each once")
    func recipients() throws {
        let sent = try notice(
            "mailto:a@x.example,b@x.example?cc=c@x.example,A@X.example&to=d@x.example&bcc=e@x.example")
        #expect(
            sent.outgoing.recipients == [
                "a@x.example", "b@x.example", "d@x.example", "c@x.example", "A@X.example", "e@x.example",
            ])
        #expect(sent.message.raw("To") == "a@x.example, b@x.example, d@x.example")
        #expect(sent.message.count(named: "Bcc") == 0)
    }

    @Test("who has been told is not told again")
    func duplicates() throws {
        let sent = try notice(
            "mailto:s@o.example?cc=timo@o.example", notified: ["TIMO@o.example", "x@y.example"])
        #expect(sent.outgoing.recipients == ["s@o.example"])
        #expect(sent.message.count(named: "Cc") == 0)
        #expect(
            try decision(Notification(method: "mailto:s@o.example"), notified: ["s@o.example"])
                == .suppressed(.alreadyNotified))
    }

    @Test("nobody is told where the URI names nobody, or is none")
    func nobody() throws {
        #expect(try decision(Notification(method: "mailto:")) == .suppressed(.noRecipients))
        #expect(try decision(Notification(method: "tel:1")) == .suppressed(.unsupportedMethod))
    }

    @Test("the subject is the script's, the URI's, the original's, in this order (RFC 5436 §2.7)")
    func subject() throws {
        let uri = simple + "?subject=Frop%20received"
        #expect(try notice(uri) { $0.message = Array("Häuser".utf8) }.message.values("Subject") == ["Häuser"])
        #expect(try notice(uri).message.values("Subject") == ["Frop received"])
        #expect(try notice(simple).message.values("Subject") == ["Tulips"])
        let none = ResponseCase(message: "From: a@b.example\n\n")
        #expect(try notice(simple, none).message.values("Subject") == ["Notification of new message"])
    }

    @Test("the body is the URI's")
    func body() throws {
        #expect(try notice(simple + "?body=a%0D%0Ab").message.bodyText == "a\nb\n")
    }

    @Test(
        "the importance shows",
        arguments: [(1, "1 (Highest)", "High"), (2, "3 (Normal)", "Normal"), (3, "5 (Lowest)", "Low")])
    func importance(level: Int, priority: String, name: String) throws {
        let message = try notice(simple) { $0.importance = level }.message
        #expect(message.raw("X-Priority") == priority)
        #expect(message.raw("Importance") == name)
    }

    @Test(
        "a URI does not forge what matters (RFC 5436 §2.7)",
        arguments: [
            "from", "Auto-Submitted", "received", "Date", "message-id", "sender", "resent-from", "bcc",
            "Content-Type",
            "mime-version", "Return-Path", "list-id", "references", "in-reply-to", "X-Priority",
            "Disposition-Notification-To",
        ])
    func dangerousFields(name: String) throws {
        let plain = try notice(simple).message
        let message = try notice(simple + "?\(name)=evil@x.example").message
        #expect(
            message.fields(named: name).map { message.rawBody($0) }
                == plain.fields(named: name).map { plain.rawBody($0) })
    }

    @Test("other fields are taken, with capitals at their beginnings")
    func otherFields() throws {
        let message = try notice(simple + "?keywords=a%20b&x-my-field=%C3%A4&keywords=c").message
        let field = try #require(message.firstField(named: "keywords"))
        #expect(message.name(field).text == "Keywords")
        #expect(message.values("Keywords") == ["a b"])
        #expect(message.values("X-My-Field") == ["ä"])
    }

    @Test("whose script it was is told (RFC 5436 §2.7.1)")
    func owner() throws {
        let test = ResponseCase(owner: "\"a\\\"b\"@own.example")
        #expect(
            try notice(simple, test).message.raw("Auto-Submitted")
                == "auto-notified; owner-email=\"\\\"a\\\\\\\"b\\\"@own.example\"")
        let bare = ResponseCase(recipient: "bob")
        #expect(
            try notice(simple, bare).message.raw("Auto-Submitted")
                == "auto-notified; owner-email=\"postmaster@example.net\"")
    }

    @Test("no text of the script or the message makes fields of its own", arguments: 0..<40)
    func randomTexts(seed: UInt64) throws {
        var generator = SeededGenerator(seed)
        let alphabet = Array("a\r\n :?=\u{0}é\u{1B}B".utf8)
        let text = (0..<200).map { _ in alphabet.randomElement(using: &generator) ?? 0 }
        let test = ResponseCase(message: "Subject: \(text.text)\n\n")
        try expectSound(notice(simple, test).outgoing.bytes)
        try expectSound(notice(simple) { $0.message = text }.outgoing.bytes)
    }

    @Test("names that are not ASCII are encoded")
    func names() throws {
        let uri =
            "mailto:?to=G%C3%BCnther%20%3Cg%40example.com%3E&cc=%3D%3Futf-8%3Fq%3FR%3DC3%3DBCbe%3F%3D%20%3Cr%40example.com%3E"
        let message = try notice(uri).message
        #expect(message.values("To") == ["Günther <g@example.com>"])
        #expect(message.values("Cc") == ["Rübe <r@example.com>"])
    }

    @Test("a copy goes where :fcc says")
    func copy() throws {
        let target = MailboxTarget(mailbox: "Sent")
        guard case .send(let notice) = try decision(Notification(method: simple, copy: target)) else {
            Issue.record("no notice")
            return
        }
        #expect(notice.copy == target)
    }
}
