/// Keeps what failed together from being tried together: waits are made longer or shorter by chance.
package struct Jitter: Equatable, Sendable {
    /// By how much at the most, 0 to 100.
    package let percent: Int

    package init(percent: Int) {
        self.percent = min(max(percent, 0), 100)
    }

    /// A wait within ``percent`` of `seconds`, evenly spread, and at least one second.
    package func spread(_ seconds: Int, random: UInt64) -> Int {
        // Longer than any sensible wait, and far from overflow.
        let seconds = min(max(seconds, 1), 1 << 40)
        let reach = seconds * percent / 100
        let offset = Int(truncatingIfNeeded: random % UInt64(2 * reach + 1)) - reach
        return max(seconds + offset, 1)
    }
}
