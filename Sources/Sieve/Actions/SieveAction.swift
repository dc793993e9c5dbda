/// Something that scripts want done with the message.
package struct SieveAction: Sendable, Equatable {
    package enum Kind: Sendable, Equatable {
        /// Store it in the main mailbox.
        case keep(flags: [String])
        /// Store it in this mailbox, whose name is as the script has it; `create`: make it if it is missing.
        case fileInto(mailbox: String, flags: [String], create: Bool)
        /// Send it to this address, which is `local@domain`.
        case redirect(address: String)
        /// Nothing: the implicit keep has been cancelled.
        case discard
    }

    package let kind: Kind
    /// Whether the action left the implicit keep alone (RFC 3894).
    package let isCopy: Bool
    /// Whether no command asked for it: the keep that is carried out when nothing has cancelled it.
    package let isImplicit: Bool
    /// The name of the script that asked for it; of the last script that ran, for the implicit keep.
    package let script: String
    /// The line of the command; 0 for the implicit keep.
    package let line: Int

    package init(kind: Kind, isCopy: Bool, isImplicit: Bool, script: String, line: Int) {
        self.kind = kind
        self.isCopy = isCopy
        self.isImplicit = isImplicit
        self.script = script
        self.line = line
    }
}

extension SieveAction {
    /// Whether this action and `other` do the same thing to the same place, so that one of them is enough
    /// (RFC 5228 §2.10.3).
    func isSameDelivery(as other: SieveAction) -> Bool {
        switch (kind, other.kind) {
        case (.keep, .keep), (.discard, .discard):
            true
        case (.fileInto(let mailbox, _, _), .fileInto(let otherMailbox, _, _)):
            mailbox == otherMailbox || (mailbox.isInbox && otherMailbox.isInbox)
        case (.redirect(let address), .redirect(let otherAddress)):
            address.isSameAddress(as: otherAddress)
        // RFC 5228 §4.3: keep is what fileinto "INBOX" is.
        case (.keep, .fileInto(let mailbox, _, _)), (.fileInto(let mailbox, _, _), .keep):
            mailbox.isInbox
        default:
            false
        }
    }

    var isKeep: Bool {
        if case .keep = kind { true } else { false }
    }

    var isRedirect: Bool {
        if case .redirect = kind { true } else { false }
    }
}

extension String {
    /// INBOX, in any case (RFC 9051 §5.1).
    fileprivate var isInbox: Bool {
        [UInt8](utf8).lowercasedASCII == [UInt8]("inbox".utf8)
    }

    /// Domains are equal in any case, local parts are not.
    fileprivate func isSameAddress(as other: String) -> Bool {
        if self == other { return true }
        let (left, right) = ([UInt8](utf8), [UInt8](other.utf8))
        guard left.count == right.count, let at = left.lastIndex(of: 0x40) else { return false }
        return left[..<at] == right[..<at]
            && [UInt8](left[at...]).lowercasedASCII == [UInt8](right[at...]).lowercasedASCII
    }
}
