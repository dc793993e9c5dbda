/// Where a scanner listens: `unix:/PATH`, `HOST` or `HOST:PORT`, with an IPv6 address in brackets.
///
/// Invariant: parsing ``text`` gives the same value.
package enum ScannerAddress: Hashable, Sendable {
    case local(path: String)
    /// - Parameter port: nil for the protocol's own.
    case network(host: String, port: UInt16?)
}

extension ScannerAddress: CustomStringConvertible {
    package static var grammar: String { "\"unix:/PATH\" or \"HOST:PORT\"" }

    package var text: String {
        switch self {
        case .local(let path): "unix:\(path)"
        case .network(let host, let port):
            (host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]" : host) + (port.map { ":\($0)" } ?? "")
        }
    }

    package var description: String { text }

    package init?(text: String) {
        if text.hasPrefix("unix:") {
            let path = String(text.dropFirst("unix:".utf8.count))
            // sun_path holds 108 octets with the NUL behind them (unix(7)).
            guard path.utf8.first == UInt8(ascii: "/"), path.utf8.count <= 107, !path.utf8.contains(0)
            else { return nil }
            self = .local(path: path)
            return
        }
        guard let (host, rest) = Self.host(of: text), !host.isEmpty, host.utf8.count <= 255 else {
            return nil
        }
        guard !rest.isEmpty else {
            self = .network(host: host, port: nil)
            return
        }
        guard rest.utf8.first == UInt8(ascii: ":"), let port = UInt16(rest.dropFirst()), port > 0 else {
            return nil
        }
        self = .network(host: host, port: port)
    }

    /// The host that a text begins with, and what is behind it.
    private static func host(of text: String) -> (host: String, rest: Substring)? {
        if text.utf8.first == UInt8(ascii: "["), let end = text.firstIndex(of: "]") {
            let host = text[text.index(after: text.startIndex)..<end]
            guard host.utf8.allSatisfy({ isAddressOctet($0) || $0 == UInt8(ascii: ":") }) else { return nil }
            return (String(host), text[text.index(after: end)...])
        }
        let end = text.firstIndex(of: ":") ?? text.endIndex
        let host = text[..<end]
        guard host.utf8.allSatisfy(isAddressOctet), host.utf8.first != UInt8(ascii: "-") else { return nil }
        return (String(host), text[end...])
    }

    private static func isAddressOctet(_ octet: UInt8) -> Bool {
        switch octet {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
