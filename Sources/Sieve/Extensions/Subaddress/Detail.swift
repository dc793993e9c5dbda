// :detail                                                                                    RFC 5233 §4

/// The local part behind the first delimiter, which may be empty; without a delimiter there is no detail, and
/// nothing matches.
enum DetailAddressPart: AddressPart {
    static let tag = "detail"

    static func value(of address: AddressValue, delimiters: [UInt8]) -> [UInt8]? {
        if address.isNull { return [] }
        guard let end = address.localPart.firstIndex(where: delimiters.contains) else { return nil }
        return [UInt8](address.localPart[(end + 1)...])
    }
}
