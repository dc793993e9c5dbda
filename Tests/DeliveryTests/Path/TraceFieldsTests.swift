import MailMessage
import Testing

@testable import Delivery

@Suite struct TraceFieldsTests {
    private func fields(
        _ text: String, sender: String = "alice@example.net", returnPath: Bool = true,
        deliveredTo: Bool = true
    ) throws -> String {
        let envelope = Envelope(
            sender: MailAddress(path: sender), senderSource: .option,
            recipient: try address("bob@example.org"),
            recipientSource: .option)
        let bytes = TraceFields(returnPath: returnPath, deliveredTo: deliveredTo).bytes(
            for: envelope, before: message(text))
        return String(decoding: bytes, as: UTF8.self)
    }

    private static let returnPath = "Return-Path: <alice@example.net>\n"
    private static let deliveredTo = "Delivered-To: bob@example.org\n"
    private static let both = returnPath + deliveredTo

    private static let standing: [(String, String)] = [
        ("Received: 1\n\n", returnPath + deliveredTo), ("", returnPath + deliveredTo),
        ("\nbody", returnPath + deliveredTo),
        (returnPath + "Received: 1\n\n", deliveredTo), (deliveredTo + "Received: 1\n\n", returnPath),
        (deliveredTo + returnPath + "\n", ""), ("Delivered-To: BOB@EXAMPLE.ORG\n\n", returnPath),
        ("Received: 1\n" + returnPath + deliveredTo + "\n", returnPath + deliveredTo),
        ("Return-Path: <other@x>\nDelivered-To: other@x\nReceived: 1\n\n", returnPath + deliveredTo),
        ("Return-Path: alice@example.net\n\n", returnPath + deliveredTo),
    ]

    private static let table: [(String, String)] = [
        ("Received: 1\n\n", both), ("", both), ("\nbody", both),
        (returnPath + "Received: 1\n\n", deliveredTo),
        (deliveredTo + "Received: 1\n\n", returnPath), (both + "\n", ""),
        ("Delivered-To: BOB@EXAMPLE.ORG\n\n", returnPath), ("Received: 1\n" + both + "\n", both),
        ("Return-Path: <other@x>\nDelivered-To: other@x\nReceived: 1\n\n", both),
        ("Return-Path: alice@example.net\n\n", both),
    ]

    @Test("what the transfer agent wrote above the first Received is not written again", arguments: table)
    func present(text: String, expected: String) throws {
        #expect(try fields(text) == expected)
    }

    @Test(
        "they end their lines as the message does",
        arguments: ["Received: 1\r\nSubject: x\n\n", "Subject: x\r\n"])
    func lineEnds(text: String) throws {
        #expect(try fields(text) == "Return-Path: <alice@example.net>\r\nDelivered-To: bob@example.org\r\n")
    }

    @Test("the null reverse path is <>")
    func nullSender() throws {
        #expect(try fields("\n", sender: "") == "Return-Path: <>\n" + Self.deliveredTo)
        #expect(try fields("Return-Path: <>\n\n", sender: "") == Self.deliveredTo)
    }

    @Test("a field that is not wanted is not written")
    func unwanted() throws {
        #expect(try fields("\n", returnPath: false) == Self.deliveredTo)
        #expect(try fields("\n", deliveredTo: false) == Self.returnPath)
        #expect(try fields("\n", returnPath: false, deliveredTo: false) == "")
    }
}
