/// The mail transfer agent that started a delivery, and reads its exit status.
package enum MailTransferAgent: String, Sendable, CaseIterable {
    case postfix, exim, sendmail, opensmtpd, qmail
}

/// What a delivery has to say to the mail transfer agent.
package enum DeliveryVerdict: Sendable, Equatable, CaseIterable {
    /// The message is on disk.
    case accepted
    /// Keep it, and try again.
    case tryAgain
    /// There is no such user here.
    case unknownUser
    /// The message cannot be what it claims to be: its form is broken.
    case malformed
    /// This message is not wanted.
    case refused
}

/// A process's exit status that means the verdict to the mail transfer agent.
///
/// Without a known agent only what all of them agree on is used: 0 and 75, and for good 77 and 67, which none
/// of them takes for a success. Everything else, and dying of a signal, makes one or the other of them bounce.
package struct ExitStatus: Sendable, Equatable {
    package let code: CInt

    package init(_ verdict: DeliveryVerdict, for agent: MailTransferAgent? = nil) {
        code =
            switch agent {
            case .qmail: Self.qmail(verdict)
            case .postfix, .sendmail: Self.sysexits(verdict, malformed: 65)
            case .exim, .opensmtpd, nil: Self.sysexits(verdict, malformed: 77)
            }
    }

    /// sysexits.h. 75 is EX_TEMPFAIL, 67 EX_NOUSER, 77 EX_NOPERM; 65, EX_DATAERR, is told apart by Postfix and
    /// sendmail only, as 5.6.0. 73, EX_CANTCREAT, is never used: Exim takes it for temporary, the others do not.
    private static func sysexits(_ verdict: DeliveryVerdict, malformed: CInt) -> CInt {
        switch verdict {
        case .accepted: 0
        case .tryAgain: 75
        case .unknownUser: 67
        case .malformed: malformed
        case .refused: 77
        }
    }

    /// qmail-command(8): 111 is temporary, 100 permanent; it would try again after 67.
    private static func qmail(_ verdict: DeliveryVerdict) -> CInt {
        switch verdict {
        case .accepted: 0
        case .tryAgain: 111
        case .unknownUser, .malformed, .refused: 100
        }
    }
}
