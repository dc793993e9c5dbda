package import MailMessage

extension MailAddress {
    /// The one address that `text` is, perhaps with a display name (RFC 5228 §2.4.2.3); nil for none, for more than one,
    /// for a group, and for one without a domain.
    package init?(oneOf text: [UInt8]) {
        // The parser takes folded fields; here a line end has no place.
        guard text.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }), !text.contains(0x3B) else { return nil }
        let list = AddressList(text, limit: 2)
        guard list.addresses.count == 1, list.invalid.isEmpty, list.exceeded == nil,
            let address = list.addresses.first, !address.domain.isEmpty
        else { return nil }
        self = address
    }

    /// As ``init(oneOf:)-([UInt8])``.
    package init?(oneOf text: String) {
        self.init(oneOf: [UInt8](text.utf8))
    }

    /// Whether mail for one gets to the other: in any case, as RFC 5230 §4.5 compares addresses.
    func isSameMailbox(as other: MailAddress) -> Bool {
        [UInt8](text.utf8).lowercasedASCII == [UInt8](other.text.utf8).lowercasedASCII
    }
}
