extension SieveExtension {
    /// `:user` and `:detail` (RFC 5233).
    static var subaddress: SieveExtension {
        SieveExtension("subaddress") { language in
            language.add(addressPart: UserAddressPart.self)
            language.add(addressPart: DetailAddressPart.self)
        }
    }
}
