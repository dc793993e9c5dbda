/// A modifier of `set` (RFC 5229 §4.1): those of higher precedence are applied first.
protocol SetModifier: Sendable {
    static var tag: String { get }
    static var precedence: Int { get }
    static func apply(to value: [UInt8]) -> [UInt8]
}
