import Foundation
import Platform
import Testing

@testable import Maildir

@Suite("Stale files")
struct StaleFilesTests {
    static let hour = 3600

    /// A mail root in whose `tmp/` nobody looked for eight days.
    static func place() throws -> (TemporaryDirectory, now: WallTime) {
        let place = try TemporaryDirectory()
        try place.makeMaildir("mail")
        return (place, WallTime.now())
    }

    static func age(
        _ name: String, in place: TemporaryDirectory, read: Int, written: Int, _ now: WallTime
    ) throws {
        try place.write("x", "mail/tmp/" + name)
        place.set(
            accessed: now.seconds - read * hour, modified: now.seconds - written * hour, "mail/tmp/" + name)
    }

    static func lookedEightDaysAgo(_ place: TemporaryDirectory, _ now: WallTime) {
        place.set(accessed: now.seconds - 8 * 24 * hour, modified: now.seconds, "mail/tmp")
    }

    @Test("files that nobody read or wrote for 36 hours go, all else stays")
    func removed() throws {
        let (place, now) = try Self.place()
        try Self.age("old", in: place, read: 37, written: 37, now)
        try Self.age("read", in: place, read: 1, written: 100, now)
        try Self.age("written", in: place, read: 100, written: 35, now)
        try Self.age("young", in: place, read: 0, written: 0, now)
        try Self.age(".nfs0001", in: place, read: 100, written: 100, now)
        try Self.age("linked", in: place, read: 100, written: 100, now)
        try FileManager.default.linkItem(
            atPath: place.mail + "/tmp/linked", toPath: place.mail + "/cur/linked")
        try place.makeDirectory("mail/tmp/directory")
        try place.link("mail/tmp/link", to: "old")
        Self.lookedEightDaysAgo(place, now)
        let root = try MailRoot(opening: place.mail, creating: false)
        let inbox = try root.folder(.inbox)
        #expect(inbox.cleanStaleFiles(now: now) == 1)
        #expect(
            place.names("mail/tmp") == [
                ".nfs0001", "directory", "link", "linked", "read", "written", "young",
            ])
    }

    @Test("one look a week is enough")
    func weekly() throws {
        let (place, now) = try Self.place()
        let root = try MailRoot(opening: place.mail, creating: false)
        let inbox = try root.folder(.inbox)
        Self.lookedEightDaysAgo(place, now)
        #expect(inbox.cleanStaleFiles(now: now) == 0)
        try Self.age("old", in: place, read: 100, written: 100, now)
        #expect(inbox.cleanStaleFiles(now: now) == 0)
        #expect(inbox.cleanStaleFiles(now: WallTime(seconds: now.seconds + 6 * 24 * Self.hour)) == 0)
        #expect(place.names("mail/tmp") == ["old"])
        #expect(inbox.cleanStaleFiles(now: WallTime(seconds: now.seconds + 8 * 24 * Self.hour)) == 1)
    }

    @Test("a clock that jumped back removes nothing")
    func clock() throws {
        let (place, now) = try Self.place()
        try Self.age("old", in: place, read: 100, written: 100, now)
        Self.lookedEightDaysAgo(place, now)
        let root = try MailRoot(opening: place.mail, creating: false)
        #expect(try root.folder(.inbox).cleanStaleFiles(now: WallTime(seconds: 5)) == 0)
        #expect(place.names("mail/tmp") == ["old"])
    }

    @Test("a folder without tmp/ is nothing to worry about")
    func missing() throws {
        let (place, now) = try Self.place()
        try place.remove("mail/tmp")
        let root = try MailRoot(opening: place.mail, creating: false)
        #expect(try root.folder(.inbox).cleanStaleFiles(now: now) == 0)
    }

    @Test("the mark is the time of the last access, and leaves the time of modification alone")
    func mark() throws {
        let (place, now) = try Self.place()
        Self.lookedEightDaysAgo(place, now)
        let before = try place.status("mail/tmp").modified
        let root = try MailRoot(opening: place.mail, creating: false)
        try root.folder(.inbox).cleanStaleFiles(now: now)
        let directory = try Directory(opening: place.mail)
        #expect(try directory.lastAccess(of: "tmp") >= now.seconds)
        #expect(try place.status("mail/tmp").modified == before)
    }
}
