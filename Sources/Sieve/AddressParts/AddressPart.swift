/// The part of an address that a test looks at (RFC 5228 §2.7.4).
protocol AddressPart: Sendable {
    static var tag: String { get }

    /// Nil where the address has no such part, which then matches nothing.
    ///
    /// - Parameter delimiters: The characters of which the first ends the user in a local part (RFC 5233).
    static func value(of address: AddressValue, delimiters: [UInt8]) -> [UInt8]?
}

/// An address as tests look at it.
struct AddressValue: Sendable {
    /// The whole address.
    let text: [UInt8]
    /// Unquoted.
    let localPart: [UInt8]
    /// Empty where there is none.
    let domain: [UInt8]

    /// The null reverse path, all of whose parts are empty (RFC 5228 §5.4).
    static var null: AddressValue { AddressValue(text: [], localPart: [], domain: []) }

    var isNull: Bool { text.isEmpty }
}
