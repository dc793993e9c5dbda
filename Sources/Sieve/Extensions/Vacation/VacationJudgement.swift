import MailMessage

/// The rules by which a message is answered or not, in their order.
struct VacationJudgement {
    let request: VacationRequest
    let context: ResponseContext
    let settings: VacationSettings

    /// Whom to answer, and as whom.
    func outcome() throws(VacationSuppression) -> (sender: MailAddress, answering: MailAddress) {
        guard let recipient = context.recipient else { throw .noRecipient }
        let sender = try self.sender()
        let known = addresses(recipient)
        if let own = (known + unusedAddresses).first(where: { $0.isSameMailbox(as: sender) }) {
            throw .ownAddress(own)
        }
        try checkList()
        try checkAutomatic()
        if sender.isSystemAddress { throw .systemAddress(sender) }
        if let named = addressedAs(known) { return (sender, named) }
        guard !settings.checksRecipient else { throw .notAddressed }
        return (sender, context.owner.address ?? recipient)
    }

    private func sender() throws(VacationSuppression) -> MailAddress {
        guard !context.hasNullSender else { throw .nullSender }
        guard let sender = context.sender else { throw .invalidSender(context.envelope.sender) }
        return sender
    }

    /// The user's addresses, those first that an answer should come from.
    private func addresses(_ recipient: MailAddress) -> [MailAddress] {
        var known = [recipient]
        if settings.usesOriginalRecipient, let original = context.originalRecipient { known.append(original) }
        known += request.addresses.compactMap { MailAddress(oneOf: $0) }
        if let address = context.owner.address { known.append(address) }
        return known + context.owner.aliases
    }

    /// Addresses that are the user's but do not count as being addressed.
    private var unusedAddresses: [MailAddress] {
        [context.originalRecipient].compactMap { $0 }
    }

    /// RFC 5230 §4.6, RFC 3834 §2.
    private func checkList() throws(VacationSuppression) {
        for name in [
            "List-Id", "List-Help", "List-Subscribe", "List-Unsubscribe", "List-Post", "List-Owner",
            "List-Archive",
        ] where context.message.firstField(named: name) != nil {
            throw .listMessage(field: name)
        }
    }

    private func checkAutomatic() throws(VacationSuppression) {
        let message = context.message
        if message.isAutoSubmitted { throw .autoSubmitted }
        for field in message.fields(named: "Precedence") {
            let value = message.keyword(of: field).text
            if ["bulk", "list", "junk"].contains(value) { throw .precedence(value) }
        }
        for field in message.fields(named: "X-Auto-Response-Suppress") {
            for word in message.unfoldedBody(field).split(separator: 0x2C) {
                let value = [UInt8](word).trimmed.lowercasedASCII.text
                if value == "all" || value == "oof" { throw .unwanted(value) }
            }
        }
    }

    /// The first of the addresses that a field names, going through the fields one by one.
    private func addressedAs(_ known: [MailAddress]) -> MailAddress? {
        for name in ["To", "Cc", "Bcc", "Resent-To", "Resent-Cc", "Resent-Bcc"] {
            let named = context.message.fields(named: name).flatMap {
                context.message.addresses($0).addresses
            }
            for address in known where named.contains(where: { $0.isSameMailbox(as: address) }) {
                return address
            }
        }
        return nil
    }
}

extension MailAddress {
    /// Whether a program reads what is sent there: list managers, mailers, and addresses that say that nobody does
    /// (RFC 5230 §4.6). `postmaster` is a person.
    var isSystemAddress: Bool {
        let name = [UInt8](localPart.utf8).lowercasedASCII.text
        switch name {
        case "mailer-daemon", "listserv", "majordomo", "mailer": return true
        default:
            return name.hasPrefix("owner-") || name.hasPrefix("bounce-") || name.hasPrefix("bounce+")
                || name.hasPrefix("bounces+") || name.hasPrefix("bounces-") || name.contains("-request")
                || name.hasSuffix("-owner") || name.hasSuffix("-relay") || name.hasSuffix("-bounces")
                || Self.saysThatNobodyReads(name)
                || name.utf8.split(separator: UInt8(ascii: "+")).first.map { $0.hasEnding("-bounces") }
                    == true
        }
    }

    /// `noreply`, `do-not-reply`, `calendar.no_reply+17`…: as words of their own.
    private static func saysThatNobodyReads(_ name: String) -> Bool {
        let words = name.utf8.split { !($0 &- 0x61 < 26) && !($0 &- 0x30 < 10) && $0 < 0x80 }.map {
            [UInt8]($0)
        }
        return words.indices.contains { first in
            var text: [UInt8] = []
            for word in words[first...].prefix(3) {
                text += word
                if text == [UInt8]("noreply".utf8) || text == [UInt8]("donotreply".utf8) { return true }
            }
            return false
        }
    }
}

extension Substring.UTF8View {
    fileprivate func hasEnding(_ text: StaticString) -> Bool {
        [UInt8](suffix(text.utf8CodeUnitCount)) == [UInt8](text.description.utf8)
    }
}
