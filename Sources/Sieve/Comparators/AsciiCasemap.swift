// i;ascii-casemap                                                                            RFC 4790 §9.2

/// Octets, with `a` to `z` being `A` to `Z`; other letters are left alone. The default comparator.
enum CasemapComparator: Comparator {
    static let name = "i;ascii-casemap"
    static let keepsOctets = true

    static func normalForm(_ value: MatchValue) -> [UInt8] { value.folded }
}

extension SieveExtension {
    /// Requiring it is allowed, and changes nothing (RFC 5228 §2.7.3).
    static var casemapComparator: SieveExtension { SieveExtension("comparator-i;ascii-casemap") { _ in } }
}
