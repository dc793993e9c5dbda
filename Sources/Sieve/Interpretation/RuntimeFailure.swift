/// Why a script was stopped while it ran.
///
/// Nothing has been done by then: the engine only collects actions.
package struct RuntimeFailure: Error, Sendable, Equatable {
    /// The script's name.
    package let script: String
    package let line: Int
    /// One line of text, without a full stop.
    package let message: String
    /// Whether a limit was reached or actions contradict one another, and not one command went wrong.
    package var isPolicy = false
}

extension RuntimeFailure: CustomStringConvertible {
    /// `personal:12: number of redirect actions exceeds policy limit (4)`
    package var description: String { "\(script):\(line): \(message)" }
}
