import Foundation
import Maildir
import Platform
import Testing

@Suite("Staged messages")
struct StagedMessageTests {
    @Test(
        "sizes are counted on the way, whatever the pieces",
        arguments: [
            ("", 0, 0), ("a", 1, 1), ("a\n", 2, 3), ("a\r\n", 3, 3), ("\n\n", 2, 4), ("\r", 1, 1),
            ("\r\r\n\n", 4, 5),
            ("a\nb\r\nc", 6, 7),
        ])
    func sizes(text: String, size: Int, virtualSize: Int) throws {
        let place = try TemporaryDirectory()
        let root = try MailRoot(opening: place.mail, creating: true)
        let inbox = try root.folder(.inbox)
        let bytes = Array(text.utf8)
        for cut in 0...bytes.count {
            var message = try inbox.stage()
            let head = Array(bytes[..<cut])
            let rest = Array(bytes[cut...])
            try message.write(head, then: rest.span)
            #expect(message.size == size)
            #expect(message.virtualSize == virtualSize)
            let published = try message.publish(into: inbox)
            #expect(published.fileName.hasSuffix(",S=\(size),W=\(virtualSize)"))
            #expect(try place.read("mail/new/" + published.fileName) == bytes)
        }
    }

    @Test("nobody sees a message before it is published, and nothing stays of one that is not")
    func invisible() throws {
        let place = try TemporaryDirectory()
        let root = try MailRoot(opening: place.mail, creating: true)
        let inbox = try root.folder(.inbox)
        do {
            var message = try inbox.stage()
            try message.write(Array("secret".utf8))
            try message.synchronize()
            #expect(place.names("mail/tmp").count == 1)
            #expect(place.names("mail/new").isEmpty && place.names("mail/cur").isEmpty)
        }
        #expect(place.names("mail/tmp").isEmpty)
    }

    @Test("what was written can be mapped, before and after it was closed")
    func mapping() throws {
        let place = try TemporaryDirectory()
        let root = try MailRoot(opening: place.mail, creating: true)
        let inbox = try root.folder(.inbox)
        var message = try inbox.stage()
        #expect(try message.map().count == 0)
        let bytes = [UInt8](repeating: 7, count: 100_000)
        try message.write(bytes)
        let open = try message.map()
        #expect(open.array(0..<open.count) == bytes)
        try message.synchronize()
        let closed = try message.map()
        #expect(closed.array(0..<closed.count) == bytes)
    }

    @Test("nothing is written after synchronizing, and synchronizing again is nothing")
    func order() throws {
        let place = try TemporaryDirectory()
        let root = try MailRoot(opening: place.mail, creating: true)
        let inbox = try root.folder(.inbox)
        var message = try inbox.stage()
        try message.synchronize()
        try message.synchronize()
        do {
            try message.write([1])
            Issue.record("was written")
        } catch {
            #expect(error == .notPublishable(path: message.path))
        }
        _ = try message.publish(into: inbox)
        do {
            _ = try message.publish(into: inbox)
            Issue.record("was published twice")
        } catch {
            #expect(error == .notPublishable(path: message.path))
        }
        #expect(place.names("mail/new").count == 1)
    }

    @Test("a message that could not be written cannot be published, and leaves nothing")
    func failedWrite() async {
        // In a process of its own, since the limit holds for all files of a process.
        await #expect(processExitsWith: .success) {
            let place = try TemporaryDirectory()
            let root = try MailRoot(opening: place.mail, creating: true)
            let inbox = try root.folder(.inbox)
            signal(SIGXFSZ, SIG_IGN)
            let limit = rlimit(rlim_cur: 10, rlim_max: 10)
            _ = unsafe withUnsafePointer(to: limit) {
                unsafe setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), $0)
            }
            var failures: [CInt?] = []
            do {
                var message = try inbox.stage()
                for step in 0..<4 {
                    do {
                        switch step {
                        case 0: try message.write([UInt8](repeating: 1, count: 11))
                        case 1: try message.write([1])
                        case 2: try message.synchronize()
                        default: _ = try message.publish(into: inbox)
                        }
                    } catch let error as MaildirError {
                        failures.append(error.isQuota ? error.code : nil)
                    }
                }
            }
            let isAsItShouldBe =
                failures == Array(repeating: ErrorCode.fileTooLarge, count: 4)
                && place.names("mail/new").isEmpty
                && place.names("mail/tmp").isEmpty
            exit(isAsItShouldBe ? 0 : 1)
        }
    }

    @Test("a name in tmp/ that is taken is passed over")
    func takenName() throws {
        let place = try TemporaryDirectory()
        let root = try MailRoot(opening: place.mail, options: MaildirOptions(hostName: "h"), creating: true)
        let inbox = try root.folder(.inbox)
        let now = WallTime(seconds: 5, nanoseconds: 6000)
        let first = try inbox.stage(now: now)
        let second = try inbox.stage(now: now)
        #expect(first.path != second.path)
        let process = Host.processIdentifier()
        #expect(place.names("mail/tmp") == ["5.M6P\(process)Q0.h", "5.M6P\(process)Q1.h"])
    }

    @Test("when every name is taken, that is the error")
    func noFreeName() throws {
        let place = try TemporaryDirectory()
        try place.makeMaildir("mail")
        let root = try MailRoot(opening: place.mail, options: MaildirOptions(hostName: "h"), creating: true)
        let inbox = try root.folder(.inbox)
        let process = Host.processIdentifier()
        for number in 0...100 { try place.write("", "mail/tmp/5.M6P\(process)Q\(number).h") }
        do {
            _ = try inbox.stage(now: WallTime(seconds: 5, nanoseconds: 6000))
            Issue.record("was staged")
        } catch {
            guard case .noFreeName = error else { throw error }
            #expect(error.mayPass)
        }
        #expect(place.names("mail/tmp").count == 101)
    }

    @Test("a FIFO or a link in tmp/ of the same name is never opened")
    func trapInTmp() throws {
        let place = try TemporaryDirectory()
        try place.makeMaildir("mail")
        let root = try MailRoot(opening: place.mail, options: MaildirOptions(hostName: "h"), creating: true)
        let inbox = try root.folder(.inbox)
        let process = Host.processIdentifier()
        _ = unsafe mkfifo(place.mail + "/tmp/5.M6P\(process)Q0.h", 0o600)
        try place.link("mail/tmp/5.M6P\(process)Q1.h", to: "../../victim")
        let message = try inbox.stage(now: WallTime(seconds: 5, nanoseconds: 6000))
        #expect(message.path.hasSuffix("Q2.h"))
        #expect(!place.exists("victim"))
    }
}
