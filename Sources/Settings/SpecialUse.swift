/// What a mailbox is for (RFC 6154 §2): `\Junk=Spam` says that `Spam`, where there is one, is for junk.
package struct SpecialUse: Sendable, Equatable {
    /// With its backslash.
    package let use: String
    /// As scripts name it.
    package let mailbox: String

    static let grammar = #""\\USE=MAILBOX", such as "\\Junk=Spam""#

    /// One that is known to be right.
    init(verified use: String, _ mailbox: String) {
        self.use = use
        self.mailbox = mailbox
    }

    /// Nil for what has no backslash, atom, equals sign and name.
    init?(_ text: String) {
        guard let equals = text.utf8.firstIndex(of: UInt8(ascii: "=")) else { return nil }
        let use = text[..<equals]
        let mailbox = text[text.utf8.index(after: equals)...]
        guard use.utf8.first == UInt8(ascii: "\\"), use.utf8.count > 1,
            use.utf8.dropFirst().allSatisfy(Self.isAtomOctet), !mailbox.isEmpty, mailbox.utf8.count <= 1000,
            mailbox.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F })
        else { return nil }
        self.use = String(use)
        self.mailbox = String(mailbox)
    }

    var text: String { use + "=" + mailbox }

    /// RFC 3501 §9, ATOM-CHAR.
    private static func isAtomOctet(_ byte: UInt8) -> Bool {
        switch byte {
        // " % ( ) * \ ] {, controls, blanks and what is not ASCII.
        case 0...0x20, 0x22, 0x25, 0x28, 0x29, 0x2A, 0x5C, 0x5D, 0x7B, 0x7F...: false
        default: true
        }
    }
}
