import ContentChecks
import Platform
import Settings
import TestSupport
import Testing

@testable import Delivery

/// A scanner that says nothing costs a sweep one wait, not one for each message.
@Suite struct ScannerSilenceTests {
    @Test("a check that was unreachable or too slow is spared for a while, others and other failures are not")
    func spared() throws {
        for reason in ScannerFailure.Reason.allCases {
            let silence = ScannerSilence(milliseconds: 3_600_000)
            try silence.check(.clamd)
            silence.note(ScannerFailure(reason, scanner: "x"), of: .clamd)
            let isSpared = reason == .unreachable || reason == .tooSlow
            #expect(((try? silence.check(.clamd)) == nil) == isSpared, "\(reason)")
            try silence.check(.icap)
            let short = ScannerSilence(milliseconds: 10)
            short.note(ScannerFailure(reason, scanner: "x"), of: .clamd)
            pause(milliseconds: 20)
            try short.check(.clamd)
        }
    }

    @Test("attachments that take too long say nothing of those of the next message")
    func attachments() throws {
        let silence = ScannerSilence(milliseconds: 60_000)
        silence.note(ScannerFailure(.tooSlow, scanner: "x"), of: .attachments)
        try silence.check(.attachments)
    }

    @Test("a sweep waits for a scanner once, and delivers nothing without it")
    func sweep() throws {
        var site = try Site()
        site.askClamd("checks.clamd.timeout=1s", "retry.workers=1")
        let clamd = try Scanner.clamd(at: site.socket("clamd"), .silence(milliseconds: 2000))
        for _ in 0..<5 { _ = try site.commit([.deliver]) }
        let sweep = Sweep(configuration: site.configuration, owner: Identity.current().user)
        var words: [String] = []
        _ = try sweep.run(
            .everything, courier: Courier(local: site.configuration),
            report: { words.append($0.result.word) })
        #expect(words == Array(repeating: "rescheduled", count: 5))
        #expect(clamd.end() == 1)
        #expect(site.files() == [])
    }
}
