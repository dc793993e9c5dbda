import Foundation
import Platform
import Testing

@testable import Maildir

@Suite("Subscriptions")
struct SubscriptionsTests {
    @Test(
        "a mailbox is added in the version that the file has",
        arguments: [
            ("", ["a", "b"], "V\t2\n\na\tb\n"), ("V\t2\n\nx\n", ["a", "b"], "V\t2\n\nx\na\tb\n"),
            ("V\t2\n\nx", ["a"], "V\t2\n\nx\na\n"), ("x\n", ["a", "b"], "x\na.b\n"), ("x", ["a"], "x\na\n"),
            ("\n", ["a"], "\na\n"), ("V\t2\n\n", ["INBOX"], "V\t2\n\nINBOX\n"),
        ])
    func adding(before: String, levels: [String], after: String) {
        let result = SubscriptionFile.adding(levels, to: Array(before.utf8), listSeparator: UInt8(ascii: "."))
        #expect(result == .contents(Array(after.utf8)))
        guard case .contents(let contents) = result else { return }
        #expect(SubscriptionFile.adding(levels, to: contents, listSeparator: UInt8(ascii: ".")) == .present)
    }

    @Test(
        "a mailbox that is there is not added",
        arguments: [("V\t2\n\na\tb\n", ["a", "b"]), ("a.b\nx\n", ["a", "b"]), ("a", ["a"])])
    func present(before: String, levels: [String]) {
        let result = SubscriptionFile.adding(levels, to: Array(before.utf8), listSeparator: UInt8(ascii: "."))
        #expect(result == .present)
    }

    @Test("the old version has the separator of the layout")
    func separators() throws {
        for (layout, line) in [
            (MailboxLayout(), "a.&AOk-"), (MailboxLayout(kind: .fs, encoding: .utf8), "a/é"),
        ] {
            let place = try TemporaryDirectory()
            try place.makeMaildir("mail")
            try place.write("x\n", "mail/subscriptions")
            let root = try MailRoot(opening: place.mail, layout: layout, creating: false)
            #expect(try root.subscribe(to: mailbox("a/é")) == nil)
            #expect(try root.subscribe(to: mailbox("a/é")) == nil)
            #expect(try place.text("mail/subscriptions") == "x\n" + line + "\n")
            #expect(!place.exists("mail/subscriptions.lock"))
        }
    }

    @Test("a file of a version to come is left alone, with a warning")
    func unknownVersion() throws {
        let place = try TemporaryDirectory()
        try place.makeMaildir("mail")
        try place.write("V\t3\n\nx\n", "mail/subscriptions")
        let root = try MailRoot(opening: place.mail, creating: false)
        #expect(try root.subscribe(to: mailbox("a")) != nil)
        #expect(try place.text("mail/subscriptions") == "V\t3\n\nx\n")
        #expect(!place.exists("mail/subscriptions.lock"))
    }

    @Test("a lock that is held is waited for, and then there is a warning")
    func locked() throws {
        let place = try TemporaryDirectory()
        let options = MaildirOptions(lockWait: 60)
        let root = try MailRoot(opening: place.mail, options: options, creating: true)
        try place.write("", "mail/subscriptions.lock")
        let folder = try root.folder(mailbox("a"), creating: true, subscribing: true)
        let (wasCreated, warnings) = (folder.wasCreated, folder.warnings)
        #expect(wasCreated && warnings.count == 1)
        #expect(!place.exists("mail/subscriptions") && place.exists("mail/subscriptions.lock"))
        try deliver("x", to: folder)
    }

    @Test("a subscription file that is a directory or a link is a warning", arguments: [true, false])
    func broken(isLink: Bool) throws {
        let place = try TemporaryDirectory()
        try place.makeMaildir("mail")
        if isLink {
            try place.write("x\n", "victim")
            try place.link("mail/subscriptions", to: "../victim")
        } else {
            try place.makeDirectory("mail/subscriptions")
        }
        let root = try MailRoot(opening: place.mail, creating: false)
        #expect(try root.subscribe(to: mailbox("a")) != nil)
        if isLink { #expect(try place.text("victim") == "x\n") }
    }

    @Test("many writers lose no subscription")
    func parallel() async throws {
        let place = try TemporaryDirectory()
        let path = place.mail
        _ = try MailRoot(opening: path, creating: true)
        await withTaskGroup(of: Void.self) { group in
            for worker in 0..<6 {
                group.addTask {
                    do {
                        let root = try MailRoot(
                            opening: path, options: MaildirOptions(lockWait: 20_000), creating: true)
                        for number in 0..<10 {
                            #expect(try root.subscribe(to: mailbox("w\(worker)/n\(number)")) == nil)
                        }
                    } catch {
                        Issue.record(error)
                    }
                }
            }
        }
        #expect(try place.text("mail/subscriptions").split(separator: "\n").count == 61)
    }
}

@Suite("Dot locks")
struct DotlockTests {
    static func directory(_ place: TemporaryDirectory) throws -> OpenDirectory {
        OpenDirectory(try Directory(opening: place.path))
    }

    static func permissions(_ place: TemporaryDirectory) throws -> CreationPermissions {
        CreationPermissions(from: try place.status(""), creator: Identity.current())
    }

    @Test("a lock is a file that is there while it is held, and tells its holder")
    func held() throws {
        let place = try TemporaryDirectory()
        do {
            let lock = try Dotlock(
                "f", in: Self.directory(place), staleAfter: 30, Deadline(milliseconds: 0),
                permissions: Self.permissions(place), signed: UniqueName.Origin(hostName: "host"))
            #expect(try place.text("f.lock") == "\(Host.processIdentifier()):host")
            #expect(try lock.modified() > 0)
        }
        #expect(!place.exists("f.lock") && !place.exists("f"))
    }

    @Test("a lock can become the file")
    func replacing() throws {
        let place = try TemporaryDirectory()
        try place.write("old", "f")
        let lock = try Dotlock(
            "f", in: Self.directory(place), staleAfter: 30, Deadline(milliseconds: 0),
            permissions: Self.permissions(place))
        try lock.write(Array("new".utf8))
        try lock.setModified(12345)
        try lock.replace()
        #expect(try place.text("f") == "new")
        #expect(try place.status("f").modified == 12345)
        #expect(!place.exists("f.lock"))
    }

    @Test("a lock that somebody took over is neither removed nor used")
    func stolen() throws {
        let place = try TemporaryDirectory()
        do {
            let lock = try Dotlock(
                "f", in: Self.directory(place), staleAfter: 30, Deadline(milliseconds: 0),
                permissions: Self.permissions(place))
            try place.remove("f.lock")
            try place.write("theirs", "f.lock")
            #expect(try lock.modified() > 0)
            do {
                try lock.replace()
                Issue.record("was replaced")
            } catch {
                #expect(error.code == ErrorCode.again)
            }
        }
        #expect(try place.text("f.lock") == "theirs")
        #expect(!place.exists("f"))
    }

    @Test("a lock is waited for no longer than said")
    func bounded() throws {
        let place = try TemporaryDirectory()
        try place.write("", "f.lock")
        let start = ContinuousClock.now
        do {
            _ = try Dotlock(
                "f", in: Self.directory(place), staleAfter: 30, Deadline(milliseconds: 100),
                permissions: Self.permissions(place))
            Issue.record("was taken")
        } catch let error as SystemError {
            #expect(error.code == ErrorCode.again)
        }
        let waited = ContinuousClock.now - start
        #expect(waited >= .milliseconds(90) && waited < .seconds(10))
    }

    @Test("a lock is had as soon as it is given back")
    func waiting() throws {
        let place = try TemporaryDirectory()
        try place.write("", "f.lock")
        let path = place.path + "/f.lock"
        // A thread, not a task: the tasks' threads may all be waiting in other tests.
        Thread.detachNewThread {
            Thread.sleep(forTimeInterval: 0.1)
            try? FileManager.default.removeItem(atPath: path)
        }
        _ = try Dotlock(
            "f", in: Self.directory(place), staleAfter: 30, Deadline(milliseconds: 60_000),
            permissions: Self.permissions(place))
    }

    @Test("a lock that nobody touched for long enough is taken over")
    func stale() throws {
        let place = try TemporaryDirectory()
        try place.write("", "f.lock")
        let ago = WallTime.now().seconds - 1000
        place.set(accessed: ago, modified: ago, "f.lock")
        // The time of its last change cannot be set: a negative age stands for a long wait.
        _ = try Dotlock(
            "f", in: Self.directory(place), staleAfter: -1, Deadline(milliseconds: 1000),
            permissions: Self.permissions(place))
    }
}
