import TestSupport
import Testing

@testable import DeliveryStatus

@Suite struct EnhancedStatusTests {
    @Test("a code is written as it is read", arguments: ["2.0.0", "4.2.2", "5.1.1", "5.7.999", "4.100.7"])
    func roundTrip(_ text: String) throws {
        let status = try #require(EnhancedStatus(text))
        #expect(status.description == text)
    }

    @Test(
        "what is no code",
        arguments: [
            "", "5", "5.1", "5.1.", "5..1", ".1.1", "5.1.1.1", "1.0.0", "3.0.0", "6.0.0", "5.1.1 ", " 5.1.1",
            "5.1000.1", "5.01.1",
            "05.1.1", "5.-1.1", "5.+1.1", "5.1.x", "5.1.١",
        ])
    func invalid(_ text: String) {
        #expect(EnhancedStatus(text) == nil)
    }

    @Test("numbers out of range are clamped")
    func clamped() {
        #expect(EnhancedStatus(.success, -1, 1000).description == "2.0.999")
        #expect(EnhancedStatus(.permanentFailure, .max, .min).description == "5.999.0")
    }

    @Test("the named codes are those of RFC 3463")
    func names() {
        let table: [(EnhancedStatus, String)] = [
            (.success, "2.0.0"), (.unknownUser, "5.1.1"), (.badRecipientSyntax, "5.1.3"),
            (.badSenderAddress, "5.1.7"),
            (.mailboxTrouble, "4.2.0"), (.mailboxDisabled, "4.2.1"), (.mailboxFull, "4.2.2"),
            (.tooLongForMailbox, "5.2.3"),
            (.systemTrouble, "4.3.0"), (.systemFull, "4.3.1"), (.notAccepting, "4.3.2"),
            (.tooLongForSystem, "5.3.4"),
            (.misconfigured, "4.3.5"), (.noAnswer, "4.4.1"), (.badConnection, "4.4.2"),
            (.routingLoop, "5.4.6"),
            (.expired, "5.4.7"), (.delayed, "4.4.7"), (.badContent, "5.6.0"), (.refused, "5.7.1"),
            (.accessTrouble, "4.7.0"),
        ]
        for (status, text) in table {
            #expect(status.description == text)
            #expect(EnhancedStatus(text) == status)
        }
        #expect(EnhancedStatus.mailboxFull.asPermanent.description == "5.2.2")
        #expect(EnhancedStatus.unknownUser.asTransient.description == "4.1.1")
    }

    @Test("random text is a code only if it is written like one")
    func random() {
        var generator = SeededGenerator(seed: 21)
        let letters = Array("012459..".utf8)
        for _ in 0..<5000 {
            let bytes = generator.bytes(upTo: 8).map { letters[Int($0) % letters.count] }
            let text = String(decoding: bytes, as: UTF8.self)
            if let status = EnhancedStatus(text) { #expect(status.description == text) }
        }
    }
}
