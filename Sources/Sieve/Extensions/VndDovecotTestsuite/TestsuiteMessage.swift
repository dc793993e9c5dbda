import MailMessage
import Platform

extension SieveInput {
    /// A message as tests set it: its envelope is what its header says.
    init(testing bytes: [UInt8], delimiters: String) {
        let message = Message(SharedBytes(bytes))
        var lines = LineEndCounter()
        lines.count(bytes.span)
        let recipient = message.firstAddress(in: ["Envelope-To", "To"]) ?? "recipient@example.com"
        let sender = message.firstAddress(in: ["Return-Path", "Sender", "From"]) ?? "sender@example.com"
        self.init(
            message: message, size: bytes.count + lines.bare,
            envelope: SieveEnvelope(
                sender: sender, recipient: recipient, originalRecipient: recipient,
                authenticatedUser: "testsuite"),
            subaddressDelimiters: delimiters)
    }

    /// The message that tests begin with.
    package static func defaultForTests(_ settings: TestsuiteSettings) -> SieveInput {
        defaultForTests(delimiters: settings.subaddressDelimiters)
    }

    static func defaultForTests(delimiters: String) -> SieveInput {
        let text = """
            From: sender@example.com\r
            To: recipient@example.org\r
            Subject: Frop!\r
            \r
            Friep!\r

            """
        return SieveInput(testing: [UInt8](text.utf8), delimiters: delimiters)
    }

    func with(_ envelope: SieveEnvelope) -> SieveInput {
        SieveInput(
            message: message, size: size, envelope: envelope, subaddressDelimiters: subaddressDelimiters)
    }

    func with(delimiters: String) -> SieveInput {
        SieveInput(message: message, size: size, envelope: envelope, subaddressDelimiters: delimiters)
    }
}

extension Message {
    /// The first address of the first of these fields that has one.
    fileprivate func firstAddress(in names: [String]) -> String? {
        for name in names {
            guard let field = firstField(named: name), let address = addresses(field).addresses.first else {
                continue
            }
            return address.text
        }
        return nil
    }
}

extension SieveEnvelope {
    func with(sender: String) -> SieveEnvelope {
        SieveEnvelope(
            sender: sender, recipient: recipient, originalRecipient: originalRecipient,
            authenticatedUser: authenticatedUser)
    }

    func with(recipient: String) -> SieveEnvelope {
        SieveEnvelope(
            sender: sender, recipient: recipient, originalRecipient: recipient,
            authenticatedUser: authenticatedUser)
    }

    func with(originalRecipient: String) -> SieveEnvelope {
        SieveEnvelope(
            sender: sender, recipient: recipient, originalRecipient: originalRecipient,
            authenticatedUser: authenticatedUser)
    }

    func with(authenticatedUser: String) -> SieveEnvelope {
        SieveEnvelope(
            sender: sender, recipient: recipient, originalRecipient: originalRecipient,
            authenticatedUser: authenticatedUser)
    }
}
