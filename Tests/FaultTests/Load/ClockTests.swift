import Foundation
import Testing

extension FaultSuite {
    /// What a clock that jumped back leaves behind: files, counts and entries from a time that has not come
    /// yet.
    ///
    /// The clock itself cannot be moved for one process: a static program asks the kernel's shared page,
    /// which no tracer sees.
    @Suite("after the clock jumped back")
    struct ClockTests {
        private static let ahead = 400 * 86400.0

        private func age(_ path: String) throws {
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSinceNow: Self.ahead)], ofItemAtPath: path)
        }

        @Test("a delivery into a Maildir from the future is as any other")
        func maildirFromTheFuture() throws {
            try withScratch { scratch in
                let world = try World("\(scratch.path)/world")
                let options = ["-o", "quota.limit=1M"]
                let messages = (0..<4).map { SampleMessage(number: $0, size: 2000) }
                let first = try world.delivery(of: scratch.file("in", messages[0].original), options).run()
                #expect(first.status == .exited(0), "\(first.errorText)")
                let later = Int(Date().timeIntervalSince1970 + Self.ahead)
                for name in names(in: "\(world.mail)/new") {
                    let ahead = "\(world.mail)/new/\(later)\(name.drop { $0.isNumber })"
                    try FileManager.default.moveItem(atPath: "\(world.mail)/new/\(name)", toPath: ahead)
                    try age(ahead)
                }
                for place in ["new", "cur", "tmp", "maildirsize"]
                where FileManager.default.fileExists(atPath: "\(world.mail)/\(place)") {
                    try age("\(world.mail)/\(place)")
                }
                for message in messages.dropFirst() {
                    let ended = try world.delivery(of: scratch.file("in", message.original), options).run()
                    #expect(ended.status == .exited(0), "\(ended.errorText)")
                }
                let holdings = world.holdings(messages)
                #expect(
                    holdings.copies.count == 4 && holdings.copies.values.allSatisfy { $0 == 1 }
                        && holdings.queued == 0, "\(holdings)")
            }
        }

        @Test("entries of the spool that are due in a year are not lost, and --now delivers them")
        func spoolFromTheFuture() throws {
            try withScratch { scratch in
                let world = try World("\(scratch.path)/world")
                try world.fill()
                let message = SampleMessage(number: 1, size: 2000)
                let ended = try world.delivery(of: scratch.file("in", message.original), Scenario.full).run()
                #expect(ended.status == .exited(0), "\(ended.errorText)")
                let queue = "\(world.spool)/\(geteuid())/queue"
                let minute = try #require(names(in: queue).first)
                let number = try #require(Int(minute), "the queue's directories are named by the minute")
                let later =
                    String(repeating: "0", count: max(minute.count - "\(number + 525_600)".count, 0))
                    + "\(number + 525_600)"
                try FileManager.default.moveItem(atPath: "\(queue)/\(minute)", toPath: "\(queue)/\(later)")
                let swept = try world.sweep().run()
                #expect(swept.status == .exited(0), "\(swept.errorText)")
                let holdings = world.holdings([message])
                #expect(
                    holdings.copies == ["message 1@INBOX": 1] && holdings.queued == 0
                        && holdings.corrupt == 0, "\(holdings)")
            }
        }
    }
}
