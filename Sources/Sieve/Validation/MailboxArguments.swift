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

    /// The name of a mailbox that a test asks about; nil after an error, which has been reported.
    mutating func testedMailbox(_ validator: inout Validator) -> Text? {
        guard let string = string("mailbox", &validator) else { return nil }
        return validator.testedMailbox(string)
    }

    /// Names of mailboxes that a test asks about; nil after an error, which has been reported.
    mutating func testedMailboxes(_ validator: inout Validator) -> [Text]? {
        guard let strings = strings("mailboxes", &validator) else { return nil }
        let names = strings.compactMap { validator.testedMailbox($0) }
        return names.count == strings.count ? names : nil
    }
}

extension Validator {
    fileprivate mutating func mailbox(_ string: SyntaxString) -> Text? {
        guard let text = text(string) else { return nil }
        guard case .literal(let bytes) = text, !isMailboxName(bytes) else {
            warnOfSeparator(text, at: string.position)
            return text
        }
        diagnostics.error(.invalidMailbox, at: string.position, "a mailbox's name is UTF-8 without NUL")
        return nil
    }

    /// There is no mailbox of such a name, which makes a test false and is no error.
    fileprivate mutating func testedMailbox(_ string: SyntaxString) -> Text? {
        guard let text = text(string) else { return nil }
        if case .literal(let bytes) = text, !isMailboxName(bytes) {
            diagnostics.warning(.invalidMailbox, at: string.position, "a mailbox's name is UTF-8 without NUL")
        }
        return text
    }
}

extension Interpretation {
    /// The name as it is at this moment; nil if no mailbox can have it.
    mutating func testedMailbox(_ text: Text) throws(RuntimeFailure) -> String? {
        let bytes = try expand(text)
        return isMailboxName(bytes) ? bytes.text : nil
    }

    /// The name as it is at this moment.
    mutating func mailbox(_ text: Text) throws(RuntimeFailure) -> String {
        let bytes = try expand(text)
        // A literal has been checked by the compiler; a host refuses NUL as it refuses other bad names.
        guard bytes.isUTF8 else { throw failure("invalid folder name: it is not UTF-8") }
        return bytes.text
    }
}
