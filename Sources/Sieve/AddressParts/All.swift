// :all                                                                                     RFC 5228 §2.7.4

/// The whole address. The default.
enum AllAddressPart: AddressPart {
    static let tag = "all"

    static func value(of address: AddressValue, delimiters: [UInt8]) -> [UInt8]? { address.text }
}
