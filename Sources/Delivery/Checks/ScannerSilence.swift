import ContentChecks
import Platform

/// Which checks have given no answer a moment ago, for all threads of a process: a queue full of messages that wait
/// for a scanner is not to wait for it with each of them.
final class ScannerSilence: Sendable {
    /// When each is asked again.
    private let ends = Monitor<[CheckResult.Check: SteadyTime]>([:])
    private let milliseconds: Int

    init(milliseconds: Int = 60_000) { self.milliseconds = milliseconds }

    /// - Throws: that the check is not worth a question now.
    func check(_ check: CheckResult.Check) throws(ScannerFailure) {
        let isSilent = ends.withLock { ends in
            guard let end = ends[check] else { return false }
            return SteadyTime.now() < end
        }
        guard !isSilent else {
            throw ScannerFailure(.unreachable, scanner: check.rawValue, "it gave no answer a moment ago")
        }
    }

    /// What one message brings about, such as a limit that it is beyond, says nothing of the next; nor does what comes
    /// of its attachments, for which a process of their own is started.
    func note(_ failure: ScannerFailure, of check: CheckResult.Check) {
        guard check != .attachments, failure.reason == .unreachable || failure.reason == .tooSlow else {
            return
        }
        let now = SteadyTime.now()
        ends.withLock { ends in
            // That it was spared is no news.
            if let end = ends[check], now < end { return }
            ends[check] = now.advanced(milliseconds: milliseconds)
        }
    }
}
