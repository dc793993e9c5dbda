import Platform

/// What Dovecot calls a mailbox whatever its name is: the GUID in the first line of its `dovecot-uidlist`, which
/// is also its object identifier (RFC 8474 §4).
extension MailRoot {
    /// The identifier of a mailbox; nil where there is no such mailbox, or Dovecot has not seen it yet.
    package func identifier(of name: MailboxName) -> String? {
        guard let components = try? root.components(of: name), let directory = try? root.open(components),
            let file = try? directory.entries.openFile("dovecot-uidlist"),
            let line = try? file.read(at: 0, count: 512, path: "dovecot-uidlist")
        else { return nil }
        return Self.identifier(in: line)
    }

    /// `3 V1795394693 N1 G868d2725838c036bee75000083ecc375`: a version, and fields that each have a letter.
    private static func identifier(in file: [UInt8]) -> String? {
        guard let end = file.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
        let fields = file[..<end].split(separator: UInt8(ascii: " "))
        guard let version = fields.first, version.elementsEqual("3".utf8),
            let field = fields.dropFirst().first(where: { $0.first == UInt8(ascii: "G") })
        else { return nil }
        let identifier = field.dropFirst()
        guard identifier.count == 32, identifier.allSatisfy(isHexadecimal) else { return nil }
        return String(decoding: identifier, as: UTF8.self)
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 6
    }
}
