package import MailMessage

/// Where the sender of a message that is made here is taken from, as settings name it: `sender`, `recipient`,
/// `orig_recipient`, `user_email`, `postmaster`, an address, or `<>`.
package enum AddressSource: Sendable, Equatable {
    case sender
    case recipient
    case originalRecipient
    case userAddress
    case postmaster
    case address(MailAddress)
    /// The null reverse path.
    case null

    /// Nil for what names no source; blanks at its ends do not count.
    package init?(setting: String) {
        let text = [UInt8](setting.utf8).trimmed
        switch text.lowercasedASCII.text {
        case "sender": self = .sender
        case "recipient": self = .recipient
        case "orig_recipient": self = .originalRecipient
        case "user_email": self = .userAddress
        case "postmaster": self = .postmaster
        case "<>": self = .null
        default:
            guard let address = MailAddress(path: text.text) else { return nil }
            self = .address(address)
        }
    }

    /// The address; nil for the null reverse path. Where a source is not known, the recipient takes its place.
    func address(_ envelope: SieveEnvelope, _ owner: ScriptOwner) -> MailAddress? {
        let recipient = MailAddress(path: envelope.recipient)
        return switch self {
        case .sender: MailAddress(path: envelope.sender)
        case .recipient: recipient ?? owner.address ?? owner.postmaster
        case .originalRecipient:
            envelope.originalRecipient.flatMap { MailAddress(path: $0) } ?? recipient ?? owner.postmaster
        case .userAddress: owner.address ?? recipient ?? owner.postmaster
        case .postmaster: owner.postmaster
        case .address(let address): address
        case .null: nil
        }
    }
}

extension [UInt8] {
    /// Without blanks and line ends at its ends.
    var trimmed: [UInt8] {
        let isBlank = { (byte: UInt8) in byte == 0x20 || byte == 0x09 || byte == 0x0D || byte == 0x0A }
        guard let first = firstIndex(where: { !isBlank($0) }), let last = lastIndex(where: { !isBlank($0) })
        else { return [] }
        return [UInt8](self[first...last])
    }
}
