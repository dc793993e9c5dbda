/// The name of a header field in lower case.
struct HeaderName: Sendable {
    let text: String

    /// Nil unless `bytes` are what may stand before a colon (RFC 5322 §2.2).
    init?(_ bytes: [UInt8]) {
        guard !bytes.isEmpty, bytes.allSatisfy({ $0 &- 0x21 < 94 && $0 != 0x3A }) else { return nil }
        text = bytes.lowercasedASCII.text
    }

    /// Whether fields of this name hold addresses: those that RFC 5228 §5.1 names, and others whose body is
    /// a list of addresses.
    var holdsAddresses: Bool {
        switch text {
        case "from", "to", "cc", "bcc", "sender", "reply-to",
            "resent-from", "resent-to", "resent-cc", "resent-bcc", "resent-sender", "resent-reply-to",
            "return-path", "delivered-to", "x-original-to", "original-recipient", "envelope-to", "errors-to",
            "mail-followup-to", "mail-reply-to", "disposition-notification-to", "return-receipt-to",
            "apparently-to", "x-envelope-to", "x-envelope-from", "x-forwarded-to", "original-from", "author":
            true
        default:
            false
        }
    }
}

/// A header field that a test names.
enum HeaderReference: Sendable {
    /// A literal name, by its slot in ``Program/headerNames``.
    case slot(Int)
    /// A name with variables.
    case template(Text)
}

/// The literal header names of a script, each once.
struct HeaderNameTable {
    private(set) var names: [HeaderName] = []
    private var index = NameIndex()

    mutating func slot(of name: HeaderName) -> Int {
        if let slot = index.number(of: name.text) { return slot }
        names.append(name)
        index.add(name.text)
        return names.count - 1
    }
}
