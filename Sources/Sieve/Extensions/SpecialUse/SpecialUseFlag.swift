/// A special use is a backslash and an atom, such as `\Junk` (RFC 6154 §6).
private func isSpecialUse(_ bytes: [UInt8]) -> Bool {
    bytes.count > 1 && bytes[0] == 0x5C && bytes.dropFirst().allSatisfy(\.isAtomOctet)
}

extension UInt8 {
    /// What an atom of IMAP is made of (RFC 9051 §9).
    fileprivate var isAtomOctet: Bool {
        switch self {
        // ( ) { % * " \ ], controls, blanks and what is not ASCII.
        case 0...0x20, 0x22, 0x25, 0x28, 0x29, 0x2A, 0x5C, 0x5D, 0x7B, 0x7F...: false
        default: true
        }
    }
}

extension Validator {
    /// The special use; nil after an error, which has been reported.
    mutating func specialUse(_ string: SyntaxString) -> Text? {
        guard let text = text(string) else { return nil }
        guard case .literal(let bytes) = text, !isSpecialUse(bytes) else { return text }
        diagnostics.error(
            .invalidSpecialUse, at: string.position, "\"\(bytes.text)\" is not a special use",
            hint: "a special use begins with a backslash, as in \"\\\\Junk\"")
        return nil
    }
}

extension Interpretation {
    /// The special use as it is at this moment; nil if it is none.
    mutating func specialUse(_ text: Text) throws(RuntimeFailure) -> String? {
        let bytes = try expand(text)
        return isSpecialUse(bytes) ? bytes.text : nil
    }
}
