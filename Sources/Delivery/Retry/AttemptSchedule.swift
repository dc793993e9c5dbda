import Platform
package import Settings
import Spool

/// When what has failed is tried again: by the schedule of its destination, else by that of its cause, else by that
/// of everything.
package struct AttemptSchedule: Sendable {
    private let general: RetrySchedule
    private let special: [SpecialSchedule]
    private let jitter: Jitter

    package init(_ retry: Configuration.Retry) {
        general = retry.schedule
        special = retry.schedules
        jitter = Jitter(percent: retry.jitter)
    }

    /// Seconds to wait after `attempts` attempts have failed.
    ///
    /// - Parameter causes: of all that is left to do, with the domain that it was to go to; the shortest of their
    ///   waits counts. Without any it is the general one.
    package func wait(
        after attempts: Int, causes: [(cause: DelayCause, domain: String?)], random: UInt64 = Host.random()
    ) -> Int {
        let waits = causes.map { schedule(for: $0.cause, domain: $0.domain).delay(after: attempts) }
        return jitter.spread(waits.min() ?? general.delay(after: attempts), random: random)
    }

    private func schedule(for cause: DelayCause, domain: String?) -> RetrySchedule {
        if let domain = domain?.lowercased(), !domain.isEmpty {
            let fitting = special.filter { Self.names($0.subject, domain) }
            if let best = fitting.max(by: { $0.subject.utf8.count < $1.subject.utf8.count }) {
                return best.schedule
            }
        }
        return special.first { $0.subject == cause.rawValue }?.schedule ?? general
    }

    /// Whether a subject is this domain, or, with a leading dot, one above it. The words of causes are no domains.
    private static func names(_ subject: String, _ domain: String) -> Bool {
        guard DelayCause(rawValue: subject) == nil else { return false }
        return subject.utf8.first == UInt8(ascii: ".") ? domain.hasSuffix(subject) : domain == subject
    }
}
