/// Mailbox names are UTF-8 (RFC 5228 §4.1). What else makes a name bad is for the host to say.
private func isMailboxName(_ bytes: [UInt8]) -> Bool {
    !bytes.contains(0) && bytes.isUTF8
}

extension Arguments {
    /// The name of a mailbox; nil after an error, which has been reported.
    mutating func mailbox(_ validator: inout Validator) -> Text? {
        guard let string = string("mailbox", &validator) else { return nil }
        return validator.mailbox(string)
    }

    /// Names of mailboxes; nil after an error, which has been reported.
    mutating func mailboxes(_ validator: inout Validator) -> [Text]? {
        guard let strings = strings("mailboxes", &validator) else { return nil }
        let names = strings.compactMap { validator.mailbox($0) }
        return names.count == strings.count ? names : nil
    }
}

extension Validator {
    fileprivate mutating func mailbox(_ string: SyntaxString) -> Text? {
        guard let text = text(string) else { return nil }
        guard case .literal(let bytes) = text, !isMailboxName(bytes) else { return text }
        diagnostics.error(.invalidMailbox, at: string.position, "a mailbox's name is UTF-8 without NUL")
        return nil
    }
}

extension Interpretation {
    /// The name as it is at this moment.
    mutating func mailbox(_ text: Text) throws(RuntimeFailure) -> String {
        let bytes = try expand(text)
        // A literal has been checked by the compiler; a host refuses NUL as it refuses other bad names.
        guard bytes.isUTF8 else { throw failure("a mailbox's name is not UTF-8") }
        return bytes.text
    }
}
