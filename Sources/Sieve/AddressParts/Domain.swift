// :domain                                                                                  RFC 5228 §2.7.4

/// What stands behind the `@`; an address without one has no domain to match.
enum DomainAddressPart: AddressPart {
    static let tag = "domain"

    static func value(of address: AddressValue, delimiters: [UInt8]) -> [UInt8]? {
        address.domain.isEmpty && !address.isNull ? nil : address.domain
    }
}
