extension DeliveryReport {
    /// What a host said that would not take the message, or did.
    package struct RemoteReply: Sendable, Equatable {
        /// `mx.example.org`, `mx.example.org[192.0.2.1]:25` or `192.0.2.1`; anything else, such as a socket's path,
        /// concerns nobody outside and is not shown.
        package let host: String
        /// Its code first, as a protocol has it.
        package let text: String

        package init(host: String, text: String) {
            self.host = host
            self.text = text
        }
    }
}

extension DeliveryReport.RemoteReply {
    /// The host for a person; nil if there is none to be shown.
    var name: String? {
        let (name, address) = parts
        if Self.isDomain(name) { return name }
        return address.isEmpty ? (Self.isAddress(name) ? name : nil) : address
    }

    /// RFC 3464 §2.1.2: a domain, or an address in brackets.
    var mailSystem: String? {
        guard let name else { return nil }
        guard Self.isAddress(name) else { return "dns; \(name)" }
        return name.utf8.contains(UInt8(ascii: ":")) ? "dns; [IPv6:\(name)]" : "dns; [\(name)]"
    }

    /// Whether the text begins with the code of a reply, as a diagnostic of the type `smtp` must.
    var hasCode: Bool {
        let start = Array(text.utf8.prefix(4))
        guard start.count >= 3, (UInt8(ascii: "2")...UInt8(ascii: "5")).contains(start[0]) else {
            return false
        }
        let digits = start[1...2].allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        return digits && (start.count == 3 || start[3] == UInt8(ascii: " ") || start[3] == UInt8(ascii: "-"))
    }

    /// What stands before brackets, and an address in them. A port is left out.
    private var parts: (name: String, address: String) {
        let bytes = Array(host.utf8.prefix(600))
        if let open = bytes.firstIndex(of: UInt8(ascii: "[")) {
            let inner = bytes[(open + 1)...].prefix { $0 != UInt8(ascii: "]") }
            let address = String(decoding: inner, as: UTF8.self)
            return (String(decoding: bytes[..<open], as: UTF8.self), Self.isAddress(address) ? address : "")
        }
        let colons = bytes.indices.filter { bytes[$0] == UInt8(ascii: ":") }
        let end = colons.count == 1 ? colons[0] : bytes.count
        return (String(decoding: bytes[..<end], as: UTF8.self), "")
    }

    private static func isDomain(_ text: String) -> Bool {
        guard (1...255).contains(text.utf8.count), !isAddress(text) else { return false }
        return text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy {
            !$0.isEmpty && $0.count <= 63 && $0.allSatisfy(isLetterDigitHyphen)
        }
    }

    private static func isLetterDigitHyphen(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "_"): true
        default: false
        }
    }

    /// Whether it could be an address of IPv4 or IPv6.
    private static func isAddress(_ text: String) -> Bool {
        let bytes = text.utf8
        guard (2...45).contains(bytes.count) else { return false }
        let colons = bytes.count { $0 == UInt8(ascii: ":") }
        if colons == 0 {
            let numbers = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
            return numbers.count == 4
                && numbers.allSatisfy {
                    (1...3).contains($0.count) && $0.allSatisfy { (0x30...0x39).contains($0) }
                }
        }
        return colons >= 2
            && bytes.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x46, 0x61...0x66, UInt8(ascii: ":"), UInt8(ascii: "."): true
                default: false
                }
            }
    }
}
