/// What is remembered from one delivery to the next. The numbers stand in files and never change.
package enum StateKind: Int, CaseIterable, Sendable {
    /// A vacation reply was sent to somebody.
    case vacation = 1
    /// A message was delivered, by the `duplicate` test's handle and identifier.
    case duplicate = 2
    /// A message was redirected.
    case redirect = 3
    /// The user was told of something.
    case notice = 4
    /// An answer, a notice or a report was sent to somebody.
    case reply = 5
}

/// One thing to remember.
package struct StateEntry: Equatable, Sendable {
    package let kind: StateKind
    /// Tells it from all others of its kind. Any octets; the caller divides what it puts together.
    package let key: [UInt8]
    /// When it is to be forgotten, in seconds since the epoch.
    package let until: Int

    package init(_ kind: StateKind, key: [UInt8], until: Int) {
        self.kind = kind
        self.key = key
        self.until = until
    }
}

package struct StateLimits: Sendable {
    /// How many entries of each kind are kept, at least 16. (RFC 5230 §4.2 wants 1,000 or more.)
    package var entriesPerKind = 10_000
    /// The longest that anything is remembered, in seconds.
    package var longestPeriod = 90 * 86_400
    /// How long to wait for other deliveries to the user, in milliseconds.
    package var waitMilliseconds = 5000

    package init() {}
}
