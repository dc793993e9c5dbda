import MailMessage
import Testing

@testable import Delivery

@Suite struct LoopGuardTests {
    private func reason(
        _ text: String, recipient: String = "bob@example.org", maxReceived: Int = 100
    ) throws -> String? {
        LoopGuard(recipient: try address(recipient), maxReceived: maxReceived).reason(against: message(text))
    }

    @Test(
        "our Delivered-To below the first Received is a loop, above it is this delivery's own",
        arguments: [
            ("Received: 1\nDelivered-To: bob@example.org\n\n", true),
            ("Delivered-To: bob@example.org\nReceived: 1\n\n", false),
            (
                "Delivered-To: bob@example.org\nReceived: 2\nDelivered-To: bob@example.org\nReceived: 1\n\n",
                true
            ),
            ("Received: 1\nDelivered-To: alice@example.org\n\n", false),
            ("Received: 1\nDELIVERED-TO: Bob@Example.ORG\n\n", true),
            ("Received: 1\nDelivered-To:\n <bob@example.org>\n\n", true),
            ("Received: 1\nDelivered-To: other@example.org\nDelivered-To: bob@example.org\n\n", true),
            ("Received: 1\nDelivered-To: bob@example.org.evil\n\n", false),
            ("Received: 1\nDelivered-To: bob\n\n", false), ("Received: 1\nDelivered-To: \n\n", false),
            ("Received: 1\nX-Delivered-To: bob@example.org\n\n", false),
            ("Received: 1\n\nDelivered-To: bob@example.org\n", false),
            ("Delivered-To: bob@example.org\n\n", false),
            ("Received: 1\r\nDelivered-To: bob@example.org\r\n\r\n", true), ("", false),
        ])
    func deliveredTo(text: String, isLoop: Bool) throws {
        let found = try reason(text)
        #expect((found != nil) == isLoop)
        if isLoop { #expect(found?.contains("bob@example.org") == true) }
    }

    @Test(
        "so many hops are too many", arguments: [(0, 1), (1, 1), (2, 1), (100, 100), (101, 100), (3000, 100)])
    func hops(count: Int, limit: Int) throws {
        let found = try reason(String(repeating: "Received: x\n", count: count) + "\n", maxReceived: limit)
        #expect((found != nil) == (count > limit))
    }

    @Test("Received fields in the body and in other names are no hops")
    func noHops() throws {
        let text =
            "Received: x\nX-Received: y\nReceived-SPF: z\n\n" + String(repeating: "Received: x\n", count: 200)
        #expect(try reason(text, maxReceived: 1) == nil)
    }

    @Test("where deliveries write no Delivered-To, one that is there says nothing; hops count all the same")
    func withoutOwnField() throws {
        let quiet = LoopGuard(
            recipient: try address("bob@example.org"), maxReceived: 1, looksForOwnField: false)
        #expect(quiet.reason(against: message("Received: 1\nDelivered-To: bob@example.org\n\n")) == nil)
        #expect(quiet.reason(against: message("Received: 1\nReceived: 2\n\n")) != nil)
    }
}
