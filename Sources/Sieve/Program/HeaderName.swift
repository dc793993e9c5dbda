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
            "apparently-to", "content-from", "content-to", "x-envelope-to", "x-envelope-from",
            "x-forwarded-to", "original-from", "author":
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

    /// Whether the name does not depend on variables.
    var isConstant: Bool {
        switch self {
        case .slot: true
        case .template(.literal): true
        case .template(.template): false
        }
    }
}

/// The literal header names of a script, each once.
struct HeaderNameTable {
    private(set) var names: [HeaderName] = []
    private var index = NameIndex()
    /// The first of the names as scripts write them: most tests name one of a few.
    private var written: [(name: Identifier, slot: Int, holdsAddresses: Bool)] = []

    private static let writtenLimit = 24

    /// The slot of a name that has been written before.
    func slot(written name: Identifier, _ kind: HeaderKind) -> Int? {
        for item in written where item.name == name {
            return item.holdsAddresses || kind == .any ? item.slot : nil
        }
        return nil
    }

    /// Remembers how a name is written, which must be in the octets of the name itself.
    mutating func remember(_ name: Identifier, slot: Int) {
        guard written.count < Self.writtenLimit else { return }
        written.append((name, slot, names[slot].holdsAddresses))
    }

    mutating func slot(of name: HeaderName) -> Int {
        if let slot = index.number(of: name.text) { return slot }
        names.append(name)
        index.add(name.text)
        return names.count - 1
    }
}
