import MailMessage
import Testing

@testable import Delivery

@Suite struct EnvelopeResolutionTests {
    private func envelope(
        environment: [String: String] = [:], user: String = "bob", header: String? = nil,
        fromLine: String? = nil,
        _ change: (inout DeliveryRequest) -> Void = { _ in }
    ) -> Envelope {
        var request = DeliveryRequest()
        change(&request)
        let resolution = EnvelopeResolution(
            request: request, variables: EnvelopeVariables { environment[$0] }, hostName: "host.example")
        return resolution.envelope(userName: user, message: header.map(message), fromLine: fromLine)
    }

    private static let header =
        "Return-Path: <header@s>\nDelivered-To: header@r\nX-Original-To: header@o\nReceived: x\n\n"

    /// Which of the four places tell of the sender; bits: option, environment, header, `From ` line.
    @Test(
        "the first place that tells the sender counts: option, environment, trusted header, From_ line",
        arguments: 0..<16)
    func senderOrder(places: Int) {
        let found = envelope(
            environment: places & 2 != 0 ? ["SENDER": "environment@s"] : [:],
            header: places & 4 != 0 ? Self.header : nil,
            fromLine: places & 8 != 0 ? "line@s" : nil
        ) { if places & 1 != 0 { $0.sender = "option@s" } }
        let expected: (String, Envelope.Source) =
            places & 1 != 0
            ? ("option@s", .option)
            : places & 2 != 0
                ? ("environment@s", .environment)
                : places & 4 != 0
                    ? ("header@s", .header) : places & 8 != 0 ? ("line@s", .fromLine) : ("", .none)
        #expect(found.senderText == expected.0)
        #expect(found.senderSource == expected.1)
    }

    /// Bits: -r, -a, environment, header.
    @Test(
        "the first place that tells the recipient counts; without any it is the user at this host",
        arguments: 0..<16)
    func recipientOrder(places: Int) {
        let found = envelope(
            environment: places & 4 != 0 ? ["RECIPIENT": "environment@r"] : [:],
            header: places & 8 != 0 ? Self.header : nil
        ) {
            if places & 1 != 0 { $0.recipient = "option@r" }
            if places & 2 != 0 { $0.originalRecipient = "original@r" }
        }
        let expected: (String, Envelope.Source) =
            places & 1 != 0
            ? ("option@r", .option)
            : places & 2 != 0
                ? ("original@r", .option)
                : places & 4 != 0
                    ? ("environment@r", .environment)
                    : places & 8 != 0 ? ("header@r", .header) : ("bob@host.example", .user)
        #expect(found.recipient.text == expected.0)
        #expect(found.recipientSource == expected.1)
    }

    /// Bits: -a, environment, header.
    @Test("the first place that tells the original recipient counts", arguments: 0..<8)
    func originalRecipientOrder(places: Int) {
        let found = envelope(
            environment: places & 2 != 0 ? ["ORIGINAL_RECIPIENT": "environment@o"] : [:],
            header: places & 4 != 0 ? Self.header : nil
        ) { if places & 1 != 0 { $0.originalRecipient = "option@o" } }
        let expected: (String?, Envelope.Source) =
            places & 1 != 0
            ? ("option@o", .option)
            : places & 2 != 0
                ? ("environment@o", .environment) : places & 4 != 0 ? ("header@o", .header) : (nil, .none)
        #expect(found.originalRecipient?.text == expected.0)
        #expect(found.originalRecipientSource == expected.1)
    }

    @Test("header fields that are not trusted say nothing")
    func untrusted() {
        let found = envelope()
        #expect(found.sender == nil && found.senderSource == .none)
        #expect(found.recipient.text == "bob@host.example")
    }

    @Test(
        "the null reverse path has many names, and none of them is looked for elsewhere",
        arguments: ["", "<>", "MAILER-DAEMON"])
    func nullSender(text: String) {
        let option = envelope(environment: ["SENDER": "other@s"], fromLine: "line@s") { $0.sender = text }
        #expect(option.sender == nil && option.senderSource == .option)
        let environment = envelope(environment: ["SENDER": text], fromLine: "line@s")
        #expect(environment.sender == nil && environment.senderSource == .environment)
        #expect(envelope(fromLine: text).sender == nil)
    }

    @Test(
        "a sender that is no address is the null sender, and the mail is delivered",
        arguments: [
            "a b@c", "a@", "@b", "a@b c", "a@b\r\nBcc: x@y", "a\0@b", "|/bin/sh", "-oQ/tmp", "<a@b", "a@b>",
            "a,b@c", "\"a@b",
            String(repeating: "a", count: 2000) + "@b", "a@" + String(repeating: "b", count: 300),
        ])
    func hostileSender(text: String) {
        let found = envelope { $0.sender = text }
        // What is an address by the rules of RFC 5321 may stay one; nothing of it breaks a line.
        #expect(found.senderSource == .option)
        #expect(found.sender == nil || found.senderText.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F })
        if text.utf8.contains(where: { $0 <= 0x20 }) || text.utf8.count > 255 { #expect(found.sender == nil) }
    }

    @Test(
        "a recipient that is no address is passed over",
        arguments: ["", "<>", "a b", "x@y\nz", "@", "a@b@c", "MAILER-DAEMON"])
    func hostileRecipient(text: String) {
        let found = envelope(environment: ["RECIPIENT": "right@r"]) {
            $0.recipient = text
            $0.originalRecipient = text
        }
        #expect(found.recipient.text == "right@r" && found.recipientSource == .environment)
        #expect(found.originalRecipient == nil)
    }

    @Test(
        "a bare local part belongs to this host",
        arguments: [
            ("alice", "alice@host.example"), ("<alice>", "alice@host.example"),
            ("alice+x", "alice+x@host.example"),
            ("\"a b\"", "\"a b\"@host.example"), ("alice@there", "alice@there"),
            ("<alice@there>", "alice@there"),
            ("<@relay,@other:alice@there>", "alice@there"),
        ])
    func bareLocalPart(text: String, expected: String) {
        let found = envelope {
            $0.sender = text
            $0.recipient = text
        }
        #expect(found.senderText == expected)
        #expect(found.recipient.text == expected)
    }

    @Test(
        "a user whose name is no local part gets the postmaster's address, so that there always is one",
        arguments: ["", "a\nb", "a@b@c"])
    func hostileUser(user: String) {
        let found = envelope(user: user)
        #expect(found.recipient.text == "postmaster@host.example")
        #expect(found.recipientSource == .none)
    }

    @Test("a host whose name is no domain does not keep the mail from having a recipient")
    func hostileHost() {
        let resolution = EnvelopeResolution(
            request: DeliveryRequest(), variables: EnvelopeVariables { _ in nil }, hostName: "no host\n")
        #expect(
            resolution.envelope(userName: "bob", message: nil, fromLine: nil).recipient.text
                == "postmaster@localhost")
    }

    @Test(
        "words for logs and reports are short and printable",
        arguments: [
            ("4Q1x", "4Q1x"), ("a b", "a_b"), ("a\nb\u{1B}[2J", "a_b_[2J"), ("é", "__"), ("", nil),
            (String(repeating: "x", count: 300), String(repeating: "x", count: 100)), ("\u{7F}~!", "_~!"),
        ] as [(String, String?)])
    func tokens(text: String, expected: String?) {
        let option = envelope {
            ($0.queueIdentifier, $0.envelopeIdentifier, $0.clientAddress) = (text, text, text)
            ($0.clientHELO, $0.clientName, $0.authenticatedUser) = (text, text, text)
        }
        for found in [
            option.queueIdentifier, option.envelopeIdentifier, option.clientAddress, option.clientHELO,
            option.clientName,
            option.authenticatedUser,
        ] {
            #expect(found == expected)
        }
        #expect(envelope(environment: ["QUEUE_ID": text]).queueIdentifier == expected)
    }

    @Test("an option comes before the variable of the same meaning")
    func tokenOrder() {
        let environment = ["MESSAGE_ID": "m", "ENVID": "e", "CLIENT_ADDRESS": "a", "SASL_USERNAME": "s"]
        let found = envelope(environment: environment) {
            ($0.queueIdentifier, $0.authenticatedUser) = ("q", "u")
        }
        #expect(found.queueIdentifier == "q" && found.authenticatedUser == "u")
        #expect(found.envelopeIdentifier == "e" && found.clientAddress == "a")
    }
}
