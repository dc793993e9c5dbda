import Foundation
import Platform
import Testing

@testable import Maildir

@Suite("Publishing")
struct PublicationTests {
    @Test("a message without flags is new, one with flags is not")
    func subdirectories() throws {
        let place = try TemporaryDirectory()
        let root = try MailRoot(opening: place.mail, creating: true)
        let inbox = try root.folder(.inbox)
        let plain = try deliver("a", to: inbox)
        let seen = try deliver("b", to: inbox, flags: MessageFlags([.seen, .flagged]))
        #expect(plain.subdirectory == .new && place.names("mail/new") == [plain.fileName])
        #expect(seen.subdirectory == .cur && place.names("mail/cur") == [seen.fileName])
        #expect(seen.fileName.hasSuffix(",S=1,W=1:2,FS"))
        #expect(plain.mailbox == .inbox && plain.path == place.mail + "/new/" + plain.fileName)
    }

    @Test("copies in one file system are one file")
    func copies() throws {
        let place = try TemporaryDirectory()
        let root = try MailRoot(opening: place.mail, creating: true)
        let inbox = try root.folder(.inbox)
        let other = try root.folder(mailbox("a"), creating: true)
        var message = try inbox.stage()
        try message.write(Array("text\n".utf8))
        let first = try message.publish(into: other, flags: MessageFlags(.seen), keepingStaged: true)
        let second = try message.publish(into: other, keepingStaged: true)
        let third = try message.publish(into: other, keepingStaged: true)
        let last = try message.publish(into: inbox)
        try inbox.synchronize()
        try other.synchronize()
        let paths = [
            "mail/.a/cur/" + first.fileName, "mail/.a/new/" + second.fileName,
            "mail/.a/new/" + third.fileName,
            "mail/new/" + last.fileName,
        ]
        #expect(Set([first, second, third, last].map(\.fileName)).count == 4)
        for path in paths {
            #expect(try place.text(path) == "text\n")
            #expect(try place.status(path).isSameFile(as: place.status(paths[0])))
            #expect(try place.status(path).links == 4)
        }
        #expect(place.names("mail/tmp").isEmpty)
    }

    @Test("a message that is kept for more copies and gets none leaves nothing in tmp/")
    func keptInVain() throws {
        let place = try TemporaryDirectory()
        let root = try MailRoot(opening: place.mail, creating: true)
        let inbox = try root.folder(.inbox)
        do {
            var message = try inbox.stage()
            try message.write([1])
            _ = try message.publish(into: inbox, keepingStaged: true)
            #expect(place.names("mail/tmp").count == 1)
        }
        #expect(place.names("mail/tmp").isEmpty)
        #expect(place.names("mail/new").count == 1)
    }

    @Test("a recorded name is used, found again, and never used twice", arguments: [false, true])
    func recordedName(hasFlags: Bool) throws {
        let place = try TemporaryDirectory()
        let root = try MailRoot(opening: place.mail, creating: true)
        let inbox = try root.folder(.inbox)
        let name = UniqueName.generate(host: "h")
        let flags = hasFlags ? MessageFlags(.seen) : MessageFlags()
        #expect(try !inbox.contains(name))
        let first = try deliver("x", to: inbox, name: name, flags: flags)
        #expect(first.fileName.hasPrefix(name.text + ",S=1,W=1"))
        #expect(!first.wasPresent)
        #expect(try inbox.contains(name))
        let again = try deliver("x", to: inbox, name: name, flags: flags)
        #expect(again.wasPresent)
        #expect(try again.retract() == false)
        #expect(place.names("mail/new").count + place.names("mail/cur").count == 1)
        #expect(place.names("mail/tmp").isEmpty)
    }

    @Test("a name is found in cur/ with the flags that a reader gave it, and not found when it is gone")
    func containedAfterReading() throws {
        let place = try TemporaryDirectory()
        let root = try MailRoot(opening: place.mail, creating: true)
        let inbox = try root.folder(.inbox)
        let name = UniqueName.generate()
        let message = try deliver("x", to: inbox, name: name)
        let moved = "/cur/" + message.fileName + ":2,FSa"
        try FileManager.default.moveItem(atPath: message.path, toPath: place.mail + moved)
        #expect(try inbox.contains(name))
        #expect(try !inbox.contains(UniqueName.generate()))
        #expect(try message.retract() == false)
        try place.remove("mail" + moved)
        #expect(try !inbox.contains(name))
    }

    @Test("a name that was found is made durable by the next synchronizing")
    func containedIsSynchronized() throws {
        let place = try TemporaryDirectory()
        let root = try MailRoot(opening: place.mail, creating: true)
        let name = UniqueName.generate()
        try deliver("x", to: root.folder(.inbox), name: name)
        let later = try root.folder(.inbox)
        #expect(try later.contains(name))
        try place.remove("mail/new")
        #expect(throws: MaildirError.self) { try later.synchronize() }
        #expect(try !later.contains(name))
    }

    @Test("a message that was published can be taken back, once")
    func retract() throws {
        let place = try TemporaryDirectory()
        let root = try MailRoot(opening: place.mail, creating: true)
        let inbox = try root.folder(.inbox)
        let keep = try deliver("keep", to: inbox)
        let message = try deliver("x", to: inbox)
        #expect(try message.retract())
        #expect(try !message.retract())
        #expect(place.names("mail/new") == [keep.fileName])
    }

    @Test("a message that is gone from tmp/ is not published")
    func stolen() throws {
        let place = try TemporaryDirectory()
        let root = try MailRoot(opening: place.mail, creating: true)
        let inbox = try root.folder(.inbox)
        var message = try inbox.stage()
        try message.write([1])
        try place.remove("mail/tmp/" + place.names("mail/tmp")[0])
        do {
            _ = try message.publish(into: inbox)
            Issue.record("was published")
        } catch {
            #expect(error.code == ErrorCode.noSuchFile)
        }
        #expect(place.names("mail/new").isEmpty)
    }

    @Test("a folder on another file system gets a copy", .enabled(if: unsafe access("/dev/shm", W_OK) == 0))
    func otherDevice() throws {
        let place = try TemporaryDirectory()
        let shared = "/dev/shm/maildir-tests-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: shared, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(atPath: shared) }
        try place.makeMaildir("mail")
        try place.link("mail/.far", to: shared)
        let root = try MailRoot(opening: place.mail, creating: true)
        let inbox = try root.folder(.inbox)
        let far = try root.folder(mailbox("far"), creating: true)
        let isOther = try FileStatus.of(shared).device != place.status("mail").device
        try #require(isOther)
        let text = [UInt8](repeating: UInt8(ascii: "x"), count: 3 << 20) + [UInt8(ascii: "\n")]
        var message = try inbox.stage()
        try message.write(text)
        let first = try message.publish(into: far, keepingStaged: true)
        let second = try message.publish(into: far)
        try far.synchronize()
        for published in [first, second] {
            let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: published.path)))
            #expect(bytes == text)
            #expect(published.fileName.hasSuffix(",S=3145729,W=3145730"))
        }
        #expect(first.fileName != second.fileName)
        #expect(place.names("mail/tmp").isEmpty && place.names("mail/new").isEmpty)
        #expect(try FileManager.default.contentsOfDirectory(atPath: shared + "/tmp").isEmpty)
    }

    @Test("a cur/ or new/ that cannot be written is an error, and leaves nothing")
    func notWritable() throws {
        let place = try TemporaryDirectory()
        try place.makeMaildir("mail")
        try place.remove("mail/new")
        try place.write("", "mail/new")
        let root = try MailRoot(opening: place.mail, creating: true)
        let inbox = try root.folder(.inbox)
        do {
            try deliver("x", to: inbox)
            Issue.record("was delivered")
        } catch let error as MaildirError {
            #expect(error.code == ErrorCode.notDirectory)
        }
        #expect(place.names("mail/tmp").isEmpty)
    }

    @Test("synchronizing a folder whose new/ has gone fails, and goes on failing")
    func synchronizeFailure() throws {
        let place = try TemporaryDirectory()
        let root = try MailRoot(opening: place.mail, creating: true)
        let inbox = try root.folder(.inbox)
        try inbox.synchronize()
        var message = try inbox.stage()
        try message.write([1])
        _ = try message.publish(into: inbox)
        try place.remove("mail/new")
        #expect(throws: MaildirError.self) { try inbox.synchronize() }
        try place.makeDirectory("mail/new")
        #expect(throws: MaildirError.self) { try inbox.synchronize() }
    }

    @Test("many threads deliver into one folder: all messages are there, whole")
    func parallel() async throws {
        let place = try TemporaryDirectory()
        let path = place.mail
        _ = try MailRoot(opening: path, creating: true)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for worker in 0..<8 {
                group.addTask {
                    let root = try MailRoot(opening: path, creating: true)
                    for number in 0..<50 {
                        // The clock stands still: only numbers of files tell the names apart.
                        let inbox = try root.folder(mailbox("a"), creating: true)
                        var message = try inbox.stage(now: WallTime(seconds: 1, nanoseconds: 0))
                        try message.write(Array("\(worker) \(number)\n".utf8))
                        _ = try message.publish(into: inbox)
                        try inbox.synchronize()
                    }
                }
            }
            try await group.waitForAll()
        }
        let names = place.names("mail/.a/new")
        #expect(names.count == 400)
        #expect(try Set(names.map { try place.text("mail/.a/new/" + $0) }).count == 400)
        #expect(place.names("mail/.a/tmp").isEmpty)
    }

    @Test("a clock that jumps back changes nothing")
    func clock() throws {
        let place = try TemporaryDirectory()
        let root = try MailRoot(opening: place.mail, creating: true)
        let inbox = try root.folder(.inbox)
        for seconds in [1_700_000_000, 5, -1, 1_700_000_000, .max, 0] {
            var message = try inbox.stage(now: WallTime(seconds: seconds))
            try message.write([1])
            _ = try message.publish(into: inbox)
        }
        #expect(place.names("mail/new").count == 6)
    }
}
