/// A service of an ICAP server (RFC 3507 §4.2): `icap://HOST:PORT/SERVICE`.
///
/// Invariant: parsing ``text`` gives the same value.
package struct ICAPService: Hashable, Sendable {
    package let address: ScannerAddress
    /// What stands behind the host, with its slash.
    package let path: String

    package static var grammar: String { "\"icap://HOST:PORT/SERVICE\"" }

    package var text: String { "icap://\(address.text)\(path)" }

    package init?(text: String) {
        let scheme = "icap://"
        guard text.hasPrefix(scheme) else { return nil }
        let rest = text.dropFirst(scheme.utf8.count)
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        guard let address = ScannerAddress(text: String(rest[..<slash])), case .network = address else {
            return nil
        }
        let path = rest[slash...]
        guard path.utf8.count <= 1000, path.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return nil }
        self.address = address
        self.path = path.isEmpty ? "/" : String(path)
    }
}
