/// How a value is held against a key: `:is`, `:contains` and the like (RFC 5228 §2.7.1).
///
/// A match type turns each key into a ``MatchKey``, when the script is compiled if the key is a literal.
protocol MatchType: Sendable {
    static var tag: String { get }
    /// Whether it looks for parts of strings, which not all comparators can do.
    var needsSubstrings: Bool { get }
    /// Whether it asks for the number of values, and not for what they are (`:count`).
    var countsValues: Bool { get }

    /// Reads what follows the tag; nil after an error, which has been reported.
    static func compile(_ arguments: inout Arguments, _ validator: inout Validator) -> (any MatchType)?

    /// - Throws: what is wrong with the key.
    func key(_ text: [UInt8], _ comparator: any Comparator.Type) throws(InvalidKey) -> any MatchKey
}

extension MatchType {
    var needsSubstrings: Bool { false }
    var countsValues: Bool { false }
}

/// A key, ready to be held against any number of values.
protocol MatchKey: Sendable {
    /// - Parameters:
    ///   - normal: The value in its comparator's normal form.
    ///   - text: The value itself, at whose offsets captures are taken.
    func matches(
        _ normal: [UInt8], _ text: [UInt8], in run: inout Interpretation
    ) throws(RuntimeFailure) -> Bool
}

/// A key that its match type cannot use.
struct InvalidKey: Error {
    let message: String
}
