import Foundation
import Platform
import Testing

@testable import Maildir

/// Deliveries in any order, against a plain list of what should be there.
@Suite("Sequences of deliveries")
struct DeliverySequenceTests {
    private struct Expected {
        let path: String
        let text: String
        let message: PublishedMessage
    }

    static let folders = ["INBOX", "a", "a/é", "b c"]

    @Test(
        "after any sequence of deliveries, copies and retractions exactly the right files are there",
        arguments: 0..<12,
        [MailboxLayout(), MailboxLayout(kind: .fs, encoding: .utf8)])
    func sequence(seed: UInt64, layout: MailboxLayout) throws {
        var numbers = SeededNumbers(seed: seed)
        let place = try TemporaryDirectory()
        let root = try MailRoot(opening: place.mail, layout: layout, creating: true)
        var expected: [Expected] = []
        for step in 0..<30 {
            switch numbers.next() % 5 {
            case 0:
                guard let index = expected.indices.randomElement(using: &numbers) else { continue }
                let gone = expected.remove(at: index)
                #expect(try gone.message.retract())
                #expect(try !gone.message.retract())
            case 1:
                let inbox = try root.folder(.inbox)
                var abandoned = try inbox.stage()
                try abandoned.write([1, 2, 3])
            default:
                expected += try Self.deliver("\(step)" + numbers.text(upTo: 40), to: root, &numbers)
            }
        }
        try Self.check(expected, place)
    }

    /// One message to one or several folders, with flags or without.
    private static func deliver(
        _ text: String, to root: borrowing MailRoot, _ numbers: inout SeededNumbers
    ) throws -> [Expected] {
        let first = try root.folder(.inbox)
        var message = try first.stage()
        try message.write(Array(text.utf8))
        var copies: [Expected] = []
        let count = Int.random(in: 1...4, using: &numbers)
        for number in 1...count {
            let name = try mailbox(folders.randomElement(using: &numbers) ?? "INBOX")
            let folder = try root.folder(name, creating: true, subscribing: true)
            let flags: [String] = numbers.next() % 2 == 0 ? [] : ["\\Seen", "k\(numbers.next() % 5)"]
            let copy = try message.publish(
                into: folder, flags: MessageFlags(imapFlags: flags), keepingStaged: number < count)
            try folder.synchronize()
            #expect(copy.warnings.isEmpty && copy.subdirectory == (flags.isEmpty ? .new : .cur))
            copies.append(Expected(path: copy.path, text: text, message: copy))
        }
        return copies
    }

    private static func check(_ expected: [Expected], _ place: TemporaryDirectory) throws {
        var found: Set<String> = []
        let files = FileManager.default.enumerator(atPath: place.mail)
        while let name = files?.nextObject() as? String {
            let parts = name.split(separator: "/")
            guard parts.count >= 2, let part = parts.dropLast().last else { continue }
            if part == "tmp" { Issue.record("\(name) was left behind") }
            if part == "new" || part == "cur" { found.insert(place.mail + "/" + name) }
        }
        #expect(found == Set(expected.map(\.path)))
        for message in expected {
            let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: message.path)))
            #expect(bytes == Array(message.text.utf8))
            let bare = zip([0] + bytes, bytes).count { $0 != 13 && $1 == 10 }
            #expect(message.path.contains(",S=\(bytes.count),W=\(bytes.count + bare)"))
            #expect(MaildirSize.size(inFileName: message.message.fileName) == bytes.count)
        }
    }
}
