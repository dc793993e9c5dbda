/// What a `Received` field says of the host that wrote it, and of the one that it had the message from (RFC
/// 5321 §4.4):
///
///     from HELO (NAME [ADDRESS]) by HOST (…) with ESMTPS id …; date
///
/// What the client said of itself stands in it, too. So only two places count: the word behind `by`, where
/// `by` is the clause that it must be, and the address that the comment behind HELO begins with, as Postfix,
/// Sendmail, OpenSMTPD and Dovecot write it, and Exim for a client whose name it knows.
struct ReceivedField: Equatable {
    /// The host that wrote the field: lower case, without a last dot; an address without its brackets.
    let by: String
    /// The address of the host that it had the message from, written likewise; nil where the field has none
    /// that only its author can have written.
    let from: String?
    /// Whether it has a `from` clause: where there is none, the message came from a program of the host
    /// itself.
    let hasClient: Bool

    /// Octets of a field that are looked at.
    private static let longest = 4096

    /// - Parameter body: of the field, folded or not; nil for one that names no author.
    init?(_ body: some Sequence<UInt8>) {
        var reader = Reader(octets: Array(body.prefix(Self.longest)))
        var first = reader.word()
        var client: String?
        let hasClient = Self.isKeyword(first, "from")
        if hasClient {
            // HELO, whatever it is.
            guard reader.word() != nil, let comment = reader.comments() else { return nil }
            client = Self.address(in: comment)
            first = reader.word()
        }
        guard Self.isKeyword(first, "by"), let host = reader.word() else { return nil }
        by = Self.host(host)
        from = client
        self.hasClient = hasClient
    }

    /// Whether the field is but a comment, as that of qmail-queue(8) is.
    static func isComment(_ body: some Sequence<UInt8>) -> Bool {
        var reader = Reader(octets: Array(body.prefix(longest)))
        guard let comment = reader.comments(), !comment.isEmpty else { return false }
        return reader.word() == nil
    }

    /// A host as the settings or a field name it, in the one form in which they are compared.
    static func host(_ text: some Sequence<UInt8>) -> String {
        var octets = text.map { $0 &- 0x41 < 26 ? $0 | 0x20 : $0 }[...]
        if octets.first == UInt8(ascii: "["), octets.last == UInt8(ascii: "]") {
            octets = octets.dropFirst().dropLast()
        }
        // RFC 5321 §4.1.3.
        if octets.starts(with: "ipv6:".utf8) { octets = octets.dropFirst(5) }
        if octets.last == UInt8(ascii: ".") { octets = octets.dropLast() }
        return String(decoding: octets, as: UTF8.self)
    }

    private static func isKeyword(_ word: ArraySlice<UInt8>?, _ keyword: StaticString) -> Bool {
        word?.lazy.map { $0 | 0x20 }.elementsEqual(keyword.description.utf8) == true
    }

    /// `[ADDRESS]` or `NAME [ADDRESS]` at the beginning of a comment.
    ///
    /// qmail has `HELO NAME` in such a place, and Exim `helo=NAME`, where NAME is the client's own word.
    private static func address(in comment: ArraySlice<UInt8>) -> String? {
        let name = comment.prefix(while: isHostOctet)
        guard !isKeyword(name, "helo"), !isKeyword(name, "ehlo") else { return nil }
        var rest = comment.dropFirst(name.count)
        if !name.isEmpty {
            guard rest.first == 0x20 else { return nil }
            rest = rest.dropFirst()
        }
        guard rest.first == UInt8(ascii: "["), let end = rest.firstIndex(of: UInt8(ascii: "]")) else {
            return nil
        }
        let literal = rest[...end]
        guard literal.dropFirst().dropLast().allSatisfy({ isHostOctet($0) || $0 == UInt8(ascii: ":") }) else {
            return nil
        }
        return host(literal)
    }

    private static func isHostOctet(_ octet: UInt8) -> Bool {
        switch octet {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    /// Words and comments, up to the date.
    private struct Reader {
        let octets: [UInt8]
        private var index = 0

        init(octets: [UInt8]) { self.octets = octets }

        private var next: UInt8? { index < octets.count ? octets[index] : nil }

        /// The next word, comments before it passed over; nil at the end, and where a comment has none.
        mutating func word() -> ArraySlice<UInt8>? {
            guard comments() != nil else { return nil }
            let start = index
            while let octet = next, octet > 0x20, octet != UInt8(ascii: "("), octet != UInt8(ascii: ";") {
                index += 1
            }
            return index > start ? octets[start..<index] : nil
        }

        /// Passes over blanks and comments (RFC 5322 §3.2.2).
        ///
        /// - Returns: what the first comment holds; empty where there is none, nil where one does not end.
        mutating func comments() -> ArraySlice<UInt8>? {
            var first: ArraySlice<UInt8>?
            while let octet = next {
                if octet == UInt8(ascii: "(") {
                    guard let comment = comment() else { return nil }
                    if first == nil { first = comment }
                } else if octet <= 0x20 {
                    index += 1
                } else {
                    break
                }
            }
            return first ?? []
        }

        private mutating func comment() -> ArraySlice<UInt8>? {
            let start = index + 1
            var depth = 0
            while let octet = next {
                index += 1
                switch octet {
                case UInt8(ascii: "("): depth += 1
                case UInt8(ascii: ")"):
                    depth -= 1
                    if depth == 0 { return octets[start..<(index - 1)] }
                case UInt8(ascii: "\\"): index += 1
                default: break
                }
            }
            return nil
        }
    }
}
