/// Something that scripts want done with the message.
package struct SieveAction: Sendable, Equatable {
    package enum Kind: Sendable, Equatable {
        /// Store it in the main mailbox.
        case keep(flags: [String])
        /// Store it in another mailbox.
        case fileInto(MailboxTarget)
        /// Send it on.
        case redirect(Redirection)
        /// Nothing: the implicit keep has been cancelled.
        case discard
        /// Refuse it (RFC 5429).
        case reject(Rejection)
        /// Answer it, if the rules of RFC 5230 allow that.
        case vacation(VacationRequest)
        /// Tell somebody of it (RFC 5435).
        case notify(Notification)
        /// Report it as abuse (vnd.dovecot.report).
        case report(AbuseReport)
        /// Give it to a program (vnd.dovecot.pipe).
        case pipe(PipeRequest)
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
    /// The message as it was when the command ran, if scripts had changed it; nil for as it came in.
    package let content: MessageContent?

    package init(
        kind: Kind, isCopy: Bool, isImplicit: Bool, script: String, line: Int, content: MessageContent? = nil
    ) {
        self.kind = kind
        self.isCopy = isCopy
        self.isImplicit = isImplicit
        self.script = script
        self.line = line
        self.content = content
    }
}

extension SieveAction {
    /// What RFC 5228 and the extensions call the action.
    package var name: String {
        switch kind {
        case .keep: "keep"
        case .fileInto: "fileinto"
        case .redirect: "redirect"
        case .discard: "discard"
        case .reject(let rejection): rejection.isExtended ? "ereject" : "reject"
        case .vacation: "vacation"
        case .notify: "notify"
        case .report: "report"
        case .pipe: "pipe"
        }
    }

    /// Whether this action and `other` do the same thing to the same place, so that one of them is enough
    /// (RFC 5228 §2.10.3). What a script has done to the message in between makes no difference (RFC 5293 §6).
    package func isSameDelivery(as other: SieveAction) -> Bool {
        switch (kind, other.kind) {
        case (.keep, .keep), (.discard, .discard):
            true
        case (.fileInto(let target), .fileInto(let otherTarget)):
            target.isSameMailbox(as: otherTarget)
        case (.redirect(let redirect), .redirect(let otherRedirect)):
            redirect.address.isSameAddress(as: otherRedirect.address)
        case (.report(let report), .report(let otherReport)):
            report.address.isSameAddress(as: otherReport.address)
        // RFC 5228 §4.3: keep is what fileinto "INBOX" is.
        case (.keep, .fileInto(let target)), (.fileInto(let target), .keep):
            target.isInbox
        default:
            false
        }
    }

    /// Why this action cannot stand beside `other`, which came before it in the same script; nil if it can.
    func conflict(with other: SieveAction) -> String? {
        switch (kind, other.kind) {
        // RFC 5429 §2.1, §2.4: at most one, and not with what delivers or answers.
        case (.reject, .reject):
            "the message is rejected a second time"
        case (.reject, .vacation), (.vacation, .reject):
            "\(name) cannot stand with \(other.name)"
        case (.reject, _) where other.delivers && !other.isImplicit,
            (_, .reject) where delivers && !isImplicit:
            "\(name) cannot stand with \(other.name)"
        // RFC 5230 §4.7.
        case (.vacation, .vacation):
            "vacation a second time"
        // sieve-extprograms §5.1.
        case (.pipe(let pipe), .pipe(let otherPipe)) where pipe.program.name == otherPipe.program.name:
            "the message is given to the program \(pipe.program.name) a second time"
        default:
            nil
        }
    }

    package var isKeep: Bool {
        if case .keep = kind { true } else { false }
    }

    var isRedirect: Bool {
        if case .redirect = kind { true } else { false }
    }

    var isNotification: Bool {
        if case .notify = kind { true } else { false }
    }

    /// Whether the sender of the message is told something.
    var answers: Bool {
        switch kind {
        case .reject, .vacation: true
        case .keep, .fileInto, .redirect, .discard, .notify, .report, .pipe: false
        }
    }

    /// Whether the message itself goes somewhere.
    var delivers: Bool {
        switch kind {
        case .keep, .fileInto, .redirect, .pipe: true
        case .discard, .reject, .vacation, .notify, .report: false
        }
    }

    /// Whether the action takes the place of the implicit keep (RFC 5228 §2.10.2).
    package var cancelsImplicitKeep: Bool {
        switch kind {
        case .keep, .fileInto, .redirect, .discard, .reject, .pipe: !isCopy
        case .vacation, .notify, .report: false
        }
    }
}

extension String {
    /// INBOX, in any case (RFC 9051 §5.1).
    var isInbox: Bool {
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
