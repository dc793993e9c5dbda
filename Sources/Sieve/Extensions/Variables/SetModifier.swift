/// A modifier of `set` (RFC 5229 §4.1): those of higher precedence are applied first.
protocol SetModifier: Sendable {
    static var tag: String { get }
    static var precedence: Int { get }
    static func apply(to value: [UInt8]) -> [UInt8]
    /// As ``apply(to:)``, but what exceeds the limit, in octets, may be left out already: for a modifier that knows better
    /// than others where to end.
    static func apply(to value: [UInt8], limit: Int) -> [UInt8]
}

extension SetModifier {
    static func apply(to value: [UInt8], limit: Int) -> [UInt8] { apply(to: value) }
}
