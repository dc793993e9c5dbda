/// When something that failed is tried again: `1m, 5m, 15m, 30m, 4*1h, 4h`.
///
/// Each item is the wait before the next attempt, with how often it is used before it; the last one repeats.
/// Invariant: there is at least one step, and every wait and count is at least 1; no schedule of a site's own is
/// equal to ``standard``.
package struct RetrySchedule: Sendable, Equatable, TextualSetting {
    package struct Step: Sendable, Equatable {
        /// Seconds.
        package let delay: Int
        package let count: Int
    }

    /// What a site has set; empty for the standard, which so costs nothing until it is asked for.
    private let own: [Step]

    package var steps: [Step] { own.isEmpty ? Self.standardSteps : own }

    static let maximumSteps = 64
    static let maximumCount = 1000
    static let longestDelay = 30 * 86400

    package static var standard: RetrySchedule { RetrySchedule(steps: []) }

    private static var standardSteps: [Step] {
        [
            Step(delay: 60, count: 1), Step(delay: 300, count: 1), Step(delay: 900, count: 1),
            Step(delay: 1800, count: 1), Step(delay: 3600, count: 4), Step(delay: 4 * 3600, count: 1),
        ]
    }

    private init(steps: [Step]) {
        own = steps
    }

    /// Seconds to wait after `attempts` attempts have failed.
    package func delay(after attempts: Int) -> Int {
        var left = max(attempts, 1)
        for step in steps {
            if left <= step.count { return step.delay }
            left -= step.count
        }
        return steps.last?.delay ?? 3600
    }

    static var grammar: String {
        "a list of waits like \"1m, 5m, 4*1h, 4h\", each at least 1s and at most 30d"
    }

    var text: String {
        steps.map { ($0.count == 1 ? "" : "\($0.count)*") + TimeSpan.text($0.delay) }.joined(separator: ", ")
    }

    init?(text: String) {
        let items = text.split(separator: ",", omittingEmptySubsequences: false)
        guard items.count <= Self.maximumSteps else { return nil }
        var steps: [Step] = []
        for item in items {
            guard let step = Self.step(item.trimmed) else { return nil }
            steps.append(step)
        }
        self.init(steps: steps == Self.standardSteps ? [] : steps)
    }

    private static func step(_ item: Substring) -> Step? {
        let parts = item.split(separator: "*", maxSplits: 1, omittingEmptySubsequences: false)
        guard let last = parts.last, let delay = TimeSpan.seconds(String(last.trimmed)) else { return nil }
        guard (1...longestDelay).contains(delay) else { return nil }
        guard parts.count == 2, let first = parts.first else { return Step(delay: delay, count: 1) }
        guard let count = Quantity.natural(first.trimmed), (1...maximumCount).contains(count) else {
            return nil
        }
        return Step(delay: delay, count: count)
    }
}

extension Substring {
    /// Without spaces and tabs around it.
    var trimmed: Substring {
        var text = self
        while let first = text.utf8.first, first == 0x20 || first == 0x09 { text = text.dropFirst() }
        while let last = text.utf8.last, last == 0x20 || last == 0x09 { text = text.dropLast() }
        return text
    }
}
