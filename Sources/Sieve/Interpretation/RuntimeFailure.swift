/// Why a script was stopped while it ran.
///
/// Nothing has been done by then: the engine only collects actions.
package struct RuntimeFailure: Error, Sendable, Equatable {
    /// The script's name.
    package let script: String
    package let line: Int
    /// One line of text, without a full stop.
    package let message: String
}

extension RuntimeFailure: CustomStringConvertible {
    /// `personal:12: more than 4 redirects`
    package var description: String { "\(script):\(line): \(message)" }
}
