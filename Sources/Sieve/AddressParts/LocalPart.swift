// :localpart                                                                               RFC 5228 §2.7.4

/// What stands before the `@`, without its quotes.
enum LocalPartAddressPart: AddressPart {
    static let tag = "localpart"

    static func value(of address: AddressValue, delimiters: [UInt8]) -> [UInt8]? { address.localPart }
}
