/// How a value is held against a key: `:is`, `:contains` and the like (RFC 5228 §2.7.1).
///
/// A match type turns each key into a ``MatchKey``, when the script is compiled if the key is a literal.
protocol MatchType: Sendable {
    static var tag: String { get }
    /// Whether it looks for parts of strings, which not all comparators can do.
    var needsSubstrings: Bool { get }
    /// Whether it asks for the number of values, and not for what they are (`:count`).
    var countsValues: Bool { get }

    /// Whether a match leaves something behind for `${1}` and up, if the script asks for it.
    var leavesCaptures: Bool { get }

    /// Whether holding a value against a literal key can fail, but for the time it takes.
    var canFail: Bool { get }

    /// Whether a key that is known only when the script runs, and that is none, matches nothing and stops nothing.
    var passesOverInvalidKeys: Bool { get }

    /// Reads what follows the tag; nil after an error, which has been reported.
    static func compile(_ arguments: inout Arguments, _ validator: inout Validator) -> (any MatchType)?

    /// - Throws: what is wrong with the key.
    func key(_ text: [UInt8], _ comparator: any Comparator.Type) throws(InvalidKey) -> any MatchKey

    /// Why a key that is none the less valid can hardly be what its author meant; nil if it may.
    func doubt(about key: [UInt8]) -> String?
}

extension MatchType {
    var needsSubstrings: Bool { false }
    var countsValues: Bool { false }
    var passesOverInvalidKeys: Bool { false }
    func doubt(about key: [UInt8]) -> String? { nil }
    var leavesCaptures: Bool { true }
    var canFail: Bool { true }
}

/// A key, ready to be held against any number of values.
protocol MatchKey: Sendable {
    /// What a value must have for the key to match it; nil where that is not known.
    var hint: KeyHint? { get }

    /// - Parameters:
    ///   - normal: The value in its comparator's normal form.
    ///   - text: The value itself, at whose offsets captures are taken.
    func matches(
        _ normal: [UInt8], _ text: [UInt8], in run: inout Interpretation
    ) throws(RuntimeFailure) -> Bool
}

extension MatchKey {
    var hint: KeyHint? { nil }
}

/// A key that its match type cannot use.
struct InvalidKey: Error {
    let message: String
    /// What its author may have meant.
    var hint: String?
}
