/// An address of one mailbox.
///
/// Neither part ever holds a control character, so an address can be put on a line of its own. The local
/// part is at most 255 octets (twice and more what RFC 5321 §4.5.3.1.1 asks for, since longer ones than 64 are
/// common: VERP, SRS), the domain at most 255.
package struct MailAddress: Sendable, Equatable, Hashable {
    /// The local part, unquoted.
    package let localPart: String
    /// The domain as written, or a literal with its brackets; empty only for a bare local part.
    package let domain: String
    /// The phrase before an angle address, decoded; nil where there is none.
    package var displayName: String?

    /// - Returns: nil unless the parts make an address: see the type.
    package init?(localPart: String, domain: String, displayName: String? = nil) {
        let local = localPart.utf8.span
        let host = domain.utf8.span
        guard MailAddress.isLocalPart(local), MailAddress.isDomain(host) else { return nil }
        self.init(checkedLocalPart: localPart, domain: domain, displayName: displayName)
    }

    private init(checkedLocalPart: String, domain: String, displayName: String?) {
        localPart = checkedLocalPart
        self.domain = domain
        self.displayName = displayName
    }

    /// An address of this system's own, such as `postmaster`.
    ///
    /// - Parameter host: `localhost` stands for it where it is no domain.
    package static func system(_ localPart: StaticString, at host: String) -> MailAddress {
        MailAddress(localPart: localPart.description, domain: host)
            ?? MailAddress(checkedLocalPart: localPart.description, domain: "localhost", displayName: nil)
    }

    /// `local@domain`, the local part quoted where it has to be (RFC 5322 §3.4.1).
    package var text: String {
        domain.isEmpty ? quotedLocalPart : quotedLocalPart + "@" + domain
    }

    /// The local part as it is written in a path or a field.
    package var quotedLocalPart: String {
        let bytes = localPart.utf8.span
        if MailAddress.isDotAtom(bytes, in: 0..<bytes.count) { return localPart }
        var quoted = "\""
        for character in localPart.unicodeScalars {
            if character == "\"" || character == "\\" { quoted.unicodeScalars.append("\\") }
            quoted.unicodeScalars.append(character)
        }
        return quoted + "\""
    }
}

extension MailAddress {
    static let longestPart = 255

    /// Any text of reasonable length without control characters: it can be quoted.
    private static func isLocalPart(_ bytes: Span<UInt8>) -> Bool {
        !bytes.isEmpty && bytes.count <= longestPart && !hasControl(bytes)
    }

    /// A dot-atom or a domain literal (RFC 5322 §3.4.1).
    private static func isDomain(_ bytes: Span<UInt8>) -> Bool {
        guard !bytes.isEmpty, bytes.count <= longestPart, !hasControl(bytes) else { return false }
        guard bytes[0] == ASCII.openBracket else { return isDotAtom(bytes, in: 0..<bytes.count) }
        guard bytes.count > 2, bytes[bytes.count - 1] == ASCII.closeBracket else { return false }
        for index in 1..<(bytes.count - 1) {
            let byte = bytes[index]
            if byte == ASCII.space || byte == ASCII.openBracket || byte == ASCII.closeBracket
                || byte == ASCII.backslash
            {
                return false
            }
        }
        return true
    }

    /// Whether there is a control character of ASCII, or of ISO 8859's upper half (U+0080 to U+009F).
    private static func hasControl(_ bytes: Span<UInt8>) -> Bool {
        var previous: UInt8 = 0x20
        for index in bytes.indices {
            let byte = bytes[index]
            if byte < 0x20 || byte == ASCII.delete || (previous == 0xC2 && byte < 0xA0) { return true }
            previous = byte
        }
        return false
    }

    /// Atoms with single dots between them (RFC 5322 §3.2.3).
    static func isDotAtom(_ bytes: Span<UInt8>, in range: Range<Int>) -> Bool {
        var previousIsDot = true
        for index in range {
            let byte = bytes[index]
            if byte == ASCII.dot {
                if previousIsDot { return false }
                previousIsDot = true
            } else {
                guard byte.isAtomText else { return false }
                previousIsDot = false
            }
        }
        return !previousIsDot
    }
}

extension MailAddress {
    /// The address of an SMTP path (RFC 5321 §4.1.2), with or without its angle brackets.
    ///
    /// A source route is dropped. Nil for the null path, for a local part without a domain, for anything that is
    /// not an address, and for anything with a control character in it.
    package init?(path: String) {
        self.init(path: path, allowingBareLocalPart: false)
    }

    /// As ``init(path:)``; a local part alone is an address with an empty domain, if that is allowed.
    package init?(path: String, allowingBareLocalPart: Bool) {
        let bytes = path.utf8.span
        guard bytes.count <= 1000, !MailAddress.hasControl(bytes) else { return nil }
        var range = 0..<bytes.count
        if !range.isEmpty, bytes[0] == ASCII.less {
            guard range.count > 2, bytes[range.upperBound - 1] == ASCII.greater else { return nil }
            range = 1..<(range.upperBound - 1)
        }
        var cursor = ByteCursor(bytes, in: range)
        guard cursor.skipSourceRoute() else { return nil }
        let start = cursor.position
        var local: [UInt8] = []
        let isQuoted = cursor.next == ASCII.quote
        if isQuoted {
            guard cursor.quotedString(into: &local) else { return nil }
        } else {
            while let byte = cursor.next, byte.isAtomText || byte == ASCII.dot { cursor.advance() }
            local = bytes.array(start..<cursor.position)
        }
        guard let localPart = String(validating: local.span, in: 0..<local.count) else { return nil }
        if cursor.next == nil {
            guard allowingBareLocalPart, MailAddress.isLocalPart(local.span) else { return nil }
            self.init(checkedLocalPart: localPart, domain: "", displayName: nil)
            return
        }
        guard cursor.take(ASCII.at), let domain = String(validating: bytes, in: cursor.position..<cursor.end)
        else { return nil }
        self.init(localPart: localPart, domain: domain)
    }
}
