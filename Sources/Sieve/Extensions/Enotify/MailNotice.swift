import MailMessage

/// A notice by mail before it is written (RFC 5436 §2.7).
struct MailNotice {
    let notification: Notification
    let uri: MailtoURI
    let context: ResponseContext
    var to: [MailAddress] = []
    var cc: [MailAddress] = []

    private static let subjectLimit = 1000

    func composed(reversePath: MailAddress?) -> [UInt8] {
        let owner = context.owner
        let author = notification.from.flatMap { MailAddress(oneOf: $0) } ?? reversePath ?? owner.postmaster
        var composition = context.composition()
        composition.addAddresses("From", [author])
        composition.addAddresses("To", to)
        composition.addAddresses("Cc", cc)
        composition.addText("Subject", subject)
        if let references = ReplyThread(replyingTo: context.message).references {
            composition.addStructured("References", references)
        }
        // RFC 5436 §2.7.1: whose script it was.
        let email =
            owner.address ?? context.recipient.flatMap { $0.domain.isEmpty ? nil : $0 } ?? owner.postmaster
        composition.addStructured(
            "Auto-Submitted",
            notification.isDraft
                ? "auto-generated (notify)" : "auto-notified; owner-email=\(email.text.quoted)")
        composition.addStructured("Precedence", "bulk")
        composition.addStructured("X-Priority", priority.number)
        composition.addStructured("Importance", priority.name)
        for field in uri.fields where Self.isHarmless(field.name) && !composition.hasField(named: field.name)
        {
            composition.addText(field.name.capitalizedWords, field.value)
        }
        let ownText = notification.isDraft ? notification.message : uri.body.map { [UInt8]($0.utf8) }
        let text = ownText ?? [UInt8]("Notification of new message.".utf8)
        return context.finished(composition, .text(text, allows8Bit: true))
    }

    /// `:message`, else the URI's, else the original's (RFC 5436 §2.7).
    private var subject: String {
        let text =
            (notification.isDraft ? "Notification of new message" : notification.message?.text)
            ?? uri.value(of: "subject") ?? context.subject ?? "Notification of new message"
        // One line: each control character of a script's text is a blank.
        let line = text.utf8.prefix(Self.subjectLimit).map { $0 < 0x20 || $0 == 0x7F ? 0x20 : $0 }
        return line.truncated(to: Self.subjectLimit).text
    }

    private var priority: (number: String, name: String) {
        switch notification.importance {
        case 1: ("1 (Highest)", "High")
        case 3: ("5 (Lowest)", "Low")
        default: ("3 (Normal)", "Normal")
        }
    }

    /// Whether a URI may ask for the field: none that says how the message came about or how it is to be read, none of
    /// another message's (RFC 5436 §2.7, RFC 6068 §4).
    static func isHarmless(_ name: String) -> Bool {
        switch name {
        case "from", "sender", "to", "cc", "bcc", "subject", "body", "date", "message-id", "in-reply-to",
            "references",
            "auto-submitted", "received", "return-path", "delivered-to", "envelope-to", "mime-version",
            "precedence",
            "importance", "x-priority", "x-sieve", "apparently-to", "errors-to", "return-receipt-to",
            "disposition-notification-to", "authentication-results", "received-spf", "autocrypt",
            "domainkey-signature", "dkim-signature":
            false
        default:
            !name.hasPrefix("resent-") && !name.hasPrefix("content-") && !name.hasPrefix("arc-")
                && !name.hasPrefix("list-") && !name.hasPrefix("original-")
        }
    }
}

extension String {
    /// A quoted string (RFC 5322 §3.2.4).
    fileprivate var quoted: String {
        let bytes: [UInt8] = utf8.flatMap { $0 == 0x22 || $0 == 0x5C ? [0x5C, $0] : [$0] }
        return "\"\(bytes.text)\""
    }

    /// With a capital letter at the beginning of each word, as names of fields have.
    fileprivate var capitalizedWords: String {
        var beginsWord = true
        let bytes = utf8.map { byte in
            defer { beginsWord = byte == 0x2D }
            return beginsWord ? byte.uppercasedASCII : byte
        }
        return bytes.text
    }
}
