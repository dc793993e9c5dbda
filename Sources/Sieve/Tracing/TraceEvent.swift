/// Something that happened while scripts ran, for those who ask why a message went where it went.
package struct TraceEvent: Sendable, Equatable {
    package enum Kind: Sendable, Equatable {
        /// A script begins, perhaps in the place of a command of another one.
        case script(isIncluded: Bool)
        /// An included script has ended, and this one goes on.
        case resumed
        /// A command begins; `if`, `elsif` and `else` are only told of by their tests.
        case command
        /// A test has been evaluated. The tests within it come before it; tests that were skipped leave no event.
        case test(TestTrace)
        /// The command has given its variable this value.
        case variable(TracedText)
        /// An action has been taken.
        case action(SieveAction)
        /// The action before was the same as one of this script's line, which now stands for both.
        case merged(script: String, line: Int)
        /// Something was not done, or not all of it, that is no failure; in words.
        case note(String)
        /// The script failed here.
        case failure(String)
        /// There are too many events: from here on tests that are false, and commands, are left out.
        case cut
    }

    /// The script's name.
    package let script: String
    package let line: Int
    /// Where the command or the test begins, in octets of the script.
    package let offset: Int
    package let kind: Kind
}

/// A text as far as a trace holds it.
package struct TracedText: Sendable, Equatable {
    /// At most ``limit`` octets of it.
    package let octets: [UInt8]
    /// How many more there are.
    package let omitted: Int

    package static var limit: Int { 1000 }

    package init(_ text: [UInt8]) {
        octets = text.truncated(to: Self.limit)
        omitted = text.count - octets.count
    }
}
