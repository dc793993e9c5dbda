import Foundation
import Platform
import Testing

@testable import Maildir

@Suite("The maildirsize file")
struct MaildirSizeTests {
    @Test(
        "limits are read and written",
        arguments: [
            (QuotaLimit(bytes: 1000), "1000S"), (QuotaLimit(bytes: 0, messages: 5), "5C"),
            (QuotaLimit(bytes: 1000, messages: 5), "1000S,5C"), (.none, "0S"),
            (QuotaLimit(bytes: .max), "\(Int.max)S"),
            (QuotaLimit(bytes: -1, messages: -1), "0S"),
        ])
    func limits(limit: QuotaLimit, text: String) {
        #expect(String(decoding: limit.definition, as: UTF8.self) == text)
        #expect(QuotaLimit(definition: Array(text.utf8)[...]) == limit)
    }

    @Test("limits are read in either order", arguments: ["5C,1000S", "0S,1000S,5C", "1000S,0C,5C"])
    func orders(text: String) {
        #expect(QuotaLimit(definition: Array(text.utf8)[...]) == QuotaLimit(bytes: 1000, messages: 5))
    }

    @Test(
        "a first line that makes no sense is no limit",
        arguments: [
            "", "S", "1000", "1000s", "1000S,", ",1000S", "-5S", "1 000S", "1000S 5C",
            "99999999999999999999S", "NOQUOTA",
        ])
    func badLimits(text: String) {
        #expect(QuotaLimit(definition: Array(text.utf8)[...]) == nil)
    }

    @Test(
        "the lines are added up",
        arguments: [
            ("1000S\n10 1\n", 10, 1, 1), ("1000S\n10 1\n20 2\n-5 -1\n", 25, 2, 3), ("0S\n0 0\n", 0, 0, 1),
            ("1000S\n       10    1\n", 10, 1, 1), ("1000S\n10 1\n20 2", 10, 1, 1), ("x\n10 1\n", 10, 1, 1),
            ("1000S\n9223372036854775807 1\n1 1\n", Int.max, 2, 2),
        ])
    func sums(text: String, bytes: Int, messages: Int, changes: Int) throws {
        let file = try #require(MaildirSize(Array(text.utf8)))
        #expect(file.usage == QuotaUsage(bytes: bytes, messages: messages))
        #expect(file.changes == changes)
    }

    @Test(
        "a file that is broken is to be made anew",
        arguments: [
            "", "\n", "1000S", "1000S\n", "1000S\n10", "1000S\n10\n", "1000S\n10 1 1\n", "1000S\nx y\n",
            "1000S\n10 x\n",
            "1000S\n10 1\n\n20 2\n", "1000S\n-10 1\n", "1000S\n10 -1\n", "1000S\n10 1\0\n", "1000S\n+10 1\n",
            "1000S\n99999999999999999999 1\n", "1000S\n10\t1\n", "1000S\n- -\n", "1000S\r\n10 1\r\n",
        ])
    func broken(text: String) {
        #expect(MaildirSize(Array(text.utf8)) == nil)
    }

    @Test("a file of 5,120 bytes is to be made anew, a shorter one is not")
    func largest() {
        let lines = Array("1000S\n".utf8) + Array(String(repeating: "1 1\n", count: 1278).utf8)
        #expect(lines.count == 5118)
        #expect(MaildirSize(lines)?.usage.messages == 1278)
        #expect(MaildirSize(lines + Array("1 1\n".utf8)) == nil)
    }

    @Test("any bytes are read, and no sum is below nothing")
    func total() {
        var numbers = SeededNumbers(seed: 5)
        let alphabet = Array("0123456789 -+SC,\n\n\0x".utf8)
        var accepted = 0
        for _ in 0..<20_000 {
            let bytes =
                Array("10S\n".utf8)
                + (0..<Int.random(in: 0...40, using: &numbers)).map { _ in
                    alphabet.randomElement(using: &numbers) ?? 0
                }
            guard let file = MaildirSize(bytes) else { continue }
            accepted += 1
            let isSound = file.usage.bytes >= 0 && file.usage.messages >= 0 && file.changes > 0
            if !isSound { Issue.record("\(bytes) became \(file)") }
        }
        #expect(accepted > 20)
    }

    @Test(
        "a file's name tells the message's size",
        arguments: [
            ("1.M2.h,S=10", 10), ("1.M2.h,S=10,W=12:2,S", 10), ("1.h,W=12,S=10:2,", 10), ("1.h:2,S", nil),
            ("1.h", nil),
            ("1.h,S=", nil), ("1.h,S=x", nil), ("1.h,S=10x", nil), ("1.h,S=99999999999999999999", nil),
            (",S=1", 1), ("", nil),
        ] as [(String, Int?)])
    func sizesInNames(name: String, size: Int?) {
        #expect(MaildirSize.size(inFileName: name) == size)
    }
}

@Suite("Quota")
struct QuotaTests {
    static let limit = QuotaLimit(bytes: 100, messages: 3)

    /// A mail root with two messages, of 10 bytes by name and of 5 by size.
    static func place() throws -> TemporaryDirectory {
        let place = try TemporaryDirectory()
        try place.makeMaildir("mail/.a")
        try place.makeMaildir("mail")
        try place.write("", "mail/new/1.h,S=10")
        try place.write("12345", "mail/.a/cur/2.h:2,S")
        try place.write("not a message", "mail/.a/cur/.hidden")
        try place.write("not a message", "mail/tmp/3.h,S=7")
        try place.write("not a folder", "mail/.file")
        for directory in ["new", "cur", ".a/new", ".a/cur"] {
            let ago = WallTime.now().seconds - 100
            place.set(accessed: ago, modified: ago, "mail/" + directory)
        }
        return place
    }

    private func ignoring(_ mailbox: MailboxName) -> QuotaScope { QuotaScope { $0 == mailbox } }

    @Test("without a file the messages are added up, and the sum is written down")
    func missing() throws {
        let place = try Self.place()
        let root = try MailRoot(opening: place.mail, creating: false)
        var quota = root.quota(limit: Self.limit)
        #expect(quota.usage == QuotaUsage(bytes: 15, messages: 2))
        #expect(try place.text("mail/maildirsize") == "100S,3C\n15 2\n")
        #expect(try place.mode("mail/maildirsize") == 0o600 || place.mode("mail") != 0o700)
        #expect(quota.wouldExceed(adding: 85) == false)
        #expect(quota.wouldExceed(adding: 86) == true)
        #expect(quota.wouldExceed(adding: 1, messages: 2) == true)
        quota.add(bytes: 20)
        #expect(quota.wouldExceed(adding: 1) == true)
        #expect(try place.text("mail/maildirsize") == "100S,3C\n15 2\n20 1\n")
        #expect(quota.warnings.isEmpty)
        #expect(place.names("mail/tmp") == ["3.h,S=7"])
    }

    @Test("a sum that is there is believed")
    func believed() throws {
        let place = try Self.place()
        try place.write("100S,3C\n40 1\n2 0\n", "mail/maildirsize")
        let root = try MailRoot(opening: place.mail, creating: false)
        var quota = root.quota(limit: Self.limit)
        #expect(quota.usage == QuotaUsage(bytes: 42, messages: 1))
        #expect(quota.wouldExceed(adding: 50) == false)
        #expect(try place.text("mail/maildirsize") == "100S,3C\n40 1\n2 0\n")
    }

    @Test(
        "a broken file, or one of another limit, is made anew",
        arguments: ["", "100S,3C\n", "100S,3C\nx\n", "99S,3C\n40 1\n", "nonsense\n40 1\n", "100S,3C\n-5 1\n"])
    func remade(contents: String) throws {
        let place = try Self.place()
        try place.write(contents, "mail/maildirsize")
        let root = try MailRoot(opening: place.mail, creating: false)
        let quota = root.quota(limit: Self.limit)
        #expect(quota.usage == QuotaUsage(bytes: 15, messages: 2))
        #expect(try place.text("mail/maildirsize") == "100S,3C\n15 2\n")
        #expect(quota.warnings.isEmpty)
    }

    @Test("nobody is turned away for a sum of many changes, or an old one, that is wrong")
    func doubtful() throws {
        for (contents, age) in [("100S,3C\n90 1\n9 0\n", 0), ("100S,3C\n99 1\n", 16 * 60)] {
            let place = try Self.place()
            try place.write(contents, "mail/maildirsize")
            let then = WallTime.now().seconds - age
            place.set(accessed: then, modified: then, "mail/maildirsize")
            let root = try MailRoot(opening: place.mail, creating: false)
            var quota = root.quota(limit: Self.limit)
            #expect(quota.usage?.bytes == 99)
            #expect(quota.wouldExceed(adding: 50) == false)
            #expect(try place.text("mail/maildirsize") == "100S,3C\n15 2\n")
        }
    }

    @Test("a fresh sum is believed even if it turns a message away")
    func fresh() throws {
        let place = try Self.place()
        try place.write("100S,3C\n99 1\n", "mail/maildirsize")
        let root = try MailRoot(opening: place.mail, creating: false)
        var quota = root.quota(limit: Self.limit)
        #expect(quota.wouldExceed(adding: 50) == true)
        #expect(try place.text("mail/maildirsize") == "100S,3C\n99 1\n")
    }

    @Test("a sum made while messages came is used, but not written down")
    func changing() throws {
        let place = try Self.place()
        let root = try MailRoot(opening: place.mail, creating: false)
        let sum = try MailboxSum(of: root.root)
        #expect(try !sum.isOutdated())
        let later = WallTime.now().seconds + 5
        place.set(accessed: later, modified: later, "mail/.a/new")
        #expect(try sum.isOutdated())
    }

    @Test("mailboxes that do not count are left out")
    func ignored() throws {
        let place = try Self.place()
        let root = try MailRoot(opening: place.mail, creating: false)
        let quota = root.quota(limit: Self.limit, counting: ignoring(try mailbox("a")))
        #expect(quota.usage == QuotaUsage(bytes: 10, messages: 1))
    }

    @Test("in the fs layout all levels count")
    func nested() throws {
        let place = try TemporaryDirectory()
        for folder in ["mail", "mail/a", "mail/a/b", "mail/x/y/z"] {
            try place.makeMaildir(folder)
            try place.write("", folder + "/new/1.h,S=10")
        }
        try place.makeDirectory("mail/new/sub/cur")
        let root = try MailRoot(opening: place.mail, layout: MailboxLayout(kind: .fs), creating: false)
        let quota = root.quota(limit: QuotaLimit(bytes: 1000))
        #expect(quota.usage?.bytes ?? 0 >= 40)
        #expect(
            try MailboxSum(of: root.root, counting: ignoring(try mailbox("a"))).usage.bytes
                == (quota.usage?.bytes ?? 0) - 10)
    }

    @Test("without a configured limit the file's own holds, and no file is made")
    func limitOfFile() throws {
        let place = try Self.place()
        let root = try MailRoot(opening: place.mail, creating: false)
        var none = root.quota(limit: nil)
        #expect(none.wouldExceed(adding: .max) == false)
        none.add(bytes: 5)
        #expect(none.warnings.isEmpty && !place.exists("mail/maildirsize"))
        try place.write("50S\n10 1\n", "mail/maildirsize")
        var quota = root.quota(limit: nil)
        #expect(quota.limit == QuotaLimit(bytes: 50))
        #expect(quota.wouldExceed(adding: 40) == false)
        #expect(quota.wouldExceed(adding: 41) == true)
        quota.add(bytes: 40)
        let warning = root.countPublished(bytes: -4, messages: -1)
        #expect(warning == nil)
        #expect(try place.text("mail/maildirsize") == "50S\n10 1\n40 1\n-4 -1\n")
    }

    @Test("no limit is never exceeded, and the file is kept all the same")
    func unlimited() throws {
        let place = try Self.place()
        let root = try MailRoot(opening: place.mail, creating: false)
        var quota = root.quota(limit: QuotaLimit.none)
        #expect(quota.wouldExceed(adding: .max, messages: .max) == false)
        #expect(try place.text("mail/maildirsize") == "0S\n15 2\n")
    }

    @Test("a file that cannot be read or written is a warning, and the messages are added up")
    func unusable() throws {
        let place = try Self.place()
        try place.makeDirectory("mail/maildirsize/x")
        let root = try MailRoot(opening: place.mail, creating: false)
        var quota = root.quota(limit: Self.limit)
        #expect(quota.usage == QuotaUsage(bytes: 15, messages: 2))
        #expect(quota.wouldExceed(adding: 86) == true)
        quota.add(bytes: 1)
        #expect(!quota.warnings.isEmpty)
        #expect(place.names("mail/tmp") == ["3.h,S=7"])
    }

    @Test("a FIFO in the file's place holds nobody up", .timeLimit(.minutes(1)))
    func pipe() throws {
        let place = try Self.place()
        _ = unsafe mkfifo(place.mail + "/maildirsize", 0o600)
        let root = try MailRoot(opening: place.mail, creating: false)
        let warning = root.countPublished(bytes: 1)
        #expect(warning != nil)
        let quota = root.quota(limit: Self.limit)
        #expect(quota.usage == QuotaUsage(bytes: 15, messages: 2))
        #expect(try place.text("mail/maildirsize") == "100S,3C\n15 2\n")
    }

    @Test("a link does not make a folder count twice")
    func loop() throws {
        let place = try Self.place()
        try place.link("mail/.loop", to: ".loop")
        try place.link("mail/.again", to: ".")
        let root = try MailRoot(opening: place.mail, creating: false)
        #expect(try MailboxSum(of: root.root).usage.messages == 2)
        let nested = try TemporaryDirectory()
        try nested.makeMaildir("mail/a")
        try nested.write("", "mail/a/new/1.h,S=10")
        try nested.link("mail/a/up", to: "..")
        let fs = try MailRoot(opening: nested.mail, layout: MailboxLayout(kind: .fs), creating: false)
        #expect(try MailboxSum(of: fs.root).usage.messages == 1)
    }

    @Test("a link in the file's place is not followed")
    func linked() throws {
        let place = try Self.place()
        try place.write("100S,3C\n1 1\n", "victim")
        try place.link("mail/maildirsize", to: "../victim")
        let root = try MailRoot(opening: place.mail, creating: false)
        var quota = root.quota(limit: Self.limit)
        #expect(quota.usage == QuotaUsage(bytes: 15, messages: 2))
        quota.add(bytes: 7)
        #expect(try place.text("victim") == "100S,3C\n1 1\n")
    }

    @Test("many appends at once are all counted")
    func parallel() async throws {
        let place = try TemporaryDirectory()
        let path = place.mail
        try place.makeMaildir("mail")
        try place.write("1000000S\n0 0\n", "mail/maildirsize")
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    guard let root = try? MailRoot(opening: path, creating: false) else { return }
                    var quota = root.quota(limit: QuotaLimit(bytes: 1_000_000))
                    for _ in 0..<50 { quota.add(bytes: 3) }
                }
            }
        }
        let file = MaildirSize(try place.read("mail/maildirsize"))
        #expect(file?.usage == QuotaUsage(bytes: 1200, messages: 400))
    }

    @Test("grace lets one last message go over, and only the bytes")
    func grace() throws {
        let place = try Self.place()
        let root = try MailRoot(opening: place.mail, creating: false)
        var quota = root.quota(limit: Self.limit)
        for (bytes, messages, grace, exceeds) in [
            (85, 1, 0, false), (86, 1, 0, true), (86, 1, 1, false), (95, 1, 10, false), (96, 1, 10, true),
            (1, 2, 1000, true), (.max, 1, 1000, true), (.max, 1, .max, false),
        ] {
            let found = quota.wouldExceed(adding: bytes, messages: messages, grace: grace)
            #expect(found == exceeds, "\(bytes) bytes, \(messages) messages, \(grace) of grace")
        }
        quota.add(bytes: 85, messages: 0)
        let another = quota.wouldExceed(adding: 1, grace: 1000)
        #expect(another, "it is full: the last message was the one before")
        let empty = quota.wouldExceed(adding: 0, messages: 1, grace: 1000)
        #expect(!empty)
    }

    @Test("an allowance raises what is limited, and limits nothing else")
    func allowance() throws {
        let place = try Self.place()
        let root = try MailRoot(opening: place.mail, creating: false)
        var quota = root.quota(limit: QuotaLimit(bytes: 100))
        let more = QuotaLimit(bytes: 10, messages: 1)
        #expect(quota.wouldExceed(adding: 95, allowance: more) == false)
        #expect(quota.wouldExceed(adding: 96, allowance: more) == true)
        #expect(quota.wouldExceed(adding: 1, messages: 1000, allowance: more) == false)
        var unlimited = root.quota(limit: QuotaLimit.none)
        #expect(unlimited.wouldExceed(adding: .max, messages: .max, allowance: more, grace: 5) == false)
    }

    @Test("who only looks writes nothing, whatever there is")
    func looking() throws {
        for contents in ["", "99S\n1 1\n", "100S,3C\n90 1\n9 0\n", "garbage"] {
            let place = try Self.place()
            if !contents.isEmpty { try place.write(contents, "mail/maildirsize") }
            let root = try MailRoot(opening: place.mail, creating: false)
            var quota = root.quota(limit: Self.limit, access: .looking)
            #expect(quota.wouldExceed(adding: 50) == false)
            quota.add(bytes: 5)
            quota.recalculate()
            let isExact = quota.isExact
            #expect(isExact)
            #expect(quota.usage == QuotaUsage(bytes: 15, messages: 2))
            #expect(quota.warnings.isEmpty)
            #expect(place.exists("mail/maildirsize") == !contents.isEmpty)
            if !contents.isEmpty { #expect(try place.text("mail/maildirsize") == contents) }
        }
    }

    @Test("a sum that somebody knows is taken for it, without a look")
    func believing() throws {
        let place = try Self.place()
        try place.write("100S,3C\n0 0\n", "mail/maildirsize")
        let root = try MailRoot(opening: place.mail, creating: false)
        var quota = root.quota(limit: Self.limit, believing: QuotaUsage(bytes: 100, messages: 1))
        let exceeds = quota.wouldExceed(adding: 1)
        let isExact = quota.isExact
        #expect(exceeds && !isExact)
        quota.add(bytes: 5)
        #expect(try place.text("mail/maildirsize") == "100S,3C\n0 0\n")
    }

    @Test("each mailbox tells what it holds, also one that does not count, and one without a name")
    func byMailbox() throws {
        let place = try Self.place()
        try place.makeMaildir("mail/.b&")
        try place.write("", "mail/.b&/new/1.h,S=7")
        try place.write("100S\n10 1\n", "mail/maildirsize")
        let root = try MailRoot(opening: place.mail, creating: false)
        let found = try root.usageByMailbox(counting: ignoring(try mailbox("a")))
        #expect(found.map(\.directory) == ["", ".a", ".b&"])
        #expect(found.map { $0.mailbox?.text } == ["INBOX", "a", nil])
        #expect(found.map(\.usage.bytes) == [10, 5, 7])
        #expect(found.map(\.counts) == [true, false, true])
        #expect(try root.usage(of: mailbox("a")) == QuotaUsage(bytes: 5, messages: 1))
        #expect(try root.usage(of: .inbox) == QuotaUsage(bytes: 10, messages: 1))
        #expect(try root.usage(of: mailbox("nowhere")) == QuotaUsage())
        #expect(try root.recordedUsage()?.usage == QuotaUsage(bytes: 10, messages: 1))
        try place.write("broken", "mail/maildirsize")
        #expect(try root.recordedUsage() == nil)
    }
}

@Suite("Quota limits")
struct QuotaLimitTests {
    @Test(
        "fullness is that of the fuller, rounded down",
        arguments: [
            (100, 0, 79, 5, 79), (100, 10, 10, 5, 50), (0, 0, .max, .max, 0), (3, 0, 2, 0, 66),
            (1, 0, 5, 0, 500),
            (.max, 0, .max, 0, 100), (60, 0, .max, 0, .max), (.max, .max, 1, 1, 0), (100, 0, -5, 0, 0),
            (1000, 0, 999, 0, 99), (0, 4, .max, 4, 100),
        ])
    func fullness(bytes: Int, messages: Int, usedBytes: Int, usedMessages: Int, percent: Int) {
        let limit = QuotaLimit(bytes: bytes, messages: messages)
        #expect(limit.fullness(with: QuotaUsage(bytes: usedBytes, messages: usedMessages)) == percent)
    }

    @Test(
        "a part of a limit",
        arguments: [
            (1000, 7, 10, 100, 0), (0, 0, 50, 0, 0), (.max, .max, 100, .max, .max), (.max, 3, 200, .max, 6),
        ])
    func percent(bytes: Int, messages: Int, percent: Int, wantedBytes: Int, wantedMessages: Int) {
        let part = QuotaLimit(bytes: bytes, messages: messages).percent(percent)
        #expect(part == QuotaLimit(bytes: wantedBytes, messages: wantedMessages))
    }

    @Test("no numbers are too large to be compared, added or shared out")
    func total() {
        var numbers = SeededNumbers(seed: 11)
        let edges = [0, 1, 2, 59, 60, 99, 100, 101, Int.max / 100, Int.max / 2, Int.max - 1, Int.max]
        for _ in 0..<20_000 {
            func any() -> Int { edges.randomElement(using: &numbers) ?? 0 }
            let limit = QuotaLimit(bytes: any(), messages: any())
            let usage = QuotaUsage(bytes: any(), messages: any())
            let fullness = limit.fullness(with: usage)
            if limit.isExceeded(by: usage), fullness < 100 { Issue.record("\(limit) \(usage)") }
            let raised = limit.raised(by: limit.percent(any()))
            if raised.bytes < limit.bytes || raised.messages < limit.messages { Issue.record("\(limit)") }
        }
    }
}
