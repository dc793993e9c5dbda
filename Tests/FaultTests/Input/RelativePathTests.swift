import Foundation
import Testing

extension FaultSuite {
    /// Paths that only the directory of the delivery gives a meaning.
    @Suite("relative paths")
    struct RelativePathTests {
        @Test("what was deferred for a relative mail directory arrives there, wherever the sweep is started")
        func deferred() throws {
            try withScratch { scratch in
                let world = try World("\(scratch.path)/world")
                try world.fill()
                let message = SampleMessage(number: 1, size: 2000)
                var delivery = try world.delivery(of: scratch.file("in", message.original), Scenario.full)
                delivery.arguments = delivery.arguments.map {
                    $0 == Data(world.mail.utf8) ? Data("mail".utf8) : $0
                }
                let ended = try delivery.run()
                #expect(
                    ended.status == .exited(0) || ended.status == .exited(75),
                    "\(ended.status) \(ended.errorText)")
                var sweep = try world.sweep()
                sweep.workingDirectory = "/"
                let swept = try sweep.run()
                #expect(swept.status == .exited(0), "\(swept.errorText)")
                let holdings = world.holdings([message])
                #expect(
                    holdings.copies.values.reduce(0, +) == (ended.status == .exited(0) ? 1 : 0),
                    "\(ended.errorText) \(holdings)")
                #expect(holdings.queued == 0 && holdings.corrupt == 0, "\(holdings)")
            }
        }
    }
}
