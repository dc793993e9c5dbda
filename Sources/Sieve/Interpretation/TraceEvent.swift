/// Something that happened while scripts ran, for those who ask why a message went where it went.
package struct TraceEvent: Sendable, Equatable {
    package enum Kind: Sendable, Equatable {
        /// A script begins.
        case script
        /// A test has been evaluated; tests that were skipped leave no event.
        case test(name: String, outcome: Bool)
        /// This value matched a key of the test whose event comes next.
        case match(value: [UInt8])
        /// An action has been taken.
        case action(SieveAction)
        /// The script failed here.
        case failure(String)
    }

    /// The script's name.
    package let script: String
    package let line: Int
    package let kind: Kind
}
