// :user                                                                                      RFC 5233 §4

/// The local part up to the first delimiter; all of it where there is none.
enum UserAddressPart: AddressPart {
    static let tag = "user"

    static func value(of address: AddressValue, delimiters: [UInt8]) -> [UInt8]? {
        guard let end = address.localPart.firstIndex(where: delimiters.contains) else {
            return address.localPart
        }
        return [UInt8](address.localPart[..<end])
    }
}
