package import ContentChecks
package import MailMessage
package import Platform
package import Settings

/// The checks that a site asks for, each in its turn: viruses, attachments, what our own hosts have found,
/// spam. The first whose policy decides what becomes of the message ends the asking.
///
/// Whatever a check does, it comes to its policy: none loses a message, and none keeps it beyond its time.
package struct Checks: Sendable {
    /// What matters beside the message and the settings.
    package struct Circumstances: Sendable {
        /// When all answers must be there; nil for the checks' own times alone.
        package var deadline: Deadline?
        /// Whether the message can still wait for a check that has no answer. If not, it goes on, and its header says
        /// so.
        package var isPatient = true
        /// Whether a person has released the message from quarantine: it is not put there again.
        package var isReleased = false

        package init() {}
    }

    let configuration: Configuration
    private let password: RspamdPassword
    private let silence: ScannerSilence?

    /// For a process that may still give up rights: it reads now what needs them later. Nil where nothing is to be
    /// asked.
    ///
    /// - Parameter sparesTheSilent: whether a check that gives no answer is left alone for a while, as far as messages
    ///   can wait for it: for many messages in one process.
    package init?(_ configuration: Configuration, sparesTheSilent: Bool = false) {
        guard configuration.checks.areAsked else { return nil }
        self.configuration = configuration
        password = RspamdPassword(configuration.checks.rspamd)
        silence = sparesTheSilent ? ScannerSilence() : nil
    }

    /// When the checks of a delivery must be done, so that time is left to store the message: a quarter of all of it,
    /// or half a minute.
    static func deadline(_ delivery: Configuration.Delivery, since start: SteadyTime) -> Deadline {
        let (whole, overflow) = delivery.deadline.multipliedReportingOverflow(by: 1000)
        guard !overflow else { return Deadline(milliseconds: .max) }
        let passed = SteadyTime.now().milliseconds - start.milliseconds
        return Deadline(milliseconds: whole - min(whole / 4, 30_000) - passed)
    }

    /// Asks. How long that takes is bounded; nothing is written anywhere.
    package func ask(
        _ message: Message, _ scanned: borrowing ScannedMessage, _ envelope: ScannedEnvelope,
        _ circumstances: Circumstances
    ) -> Verdicts {
        var inquiry = Inquiry(configuration, circumstances, password, silence)
        inquiry.run(message, scanned, envelope)
        return inquiry.verdicts
    }
}

/// The password of rspamd, or why it cannot be had.
package enum RspamdPassword: Sendable {
    case none
    case known(String)
    case unreadable(String)

    package init(_ settings: Configuration.Rspamd) {
        guard !settings.servers.isEmpty, !settings.passwordFile.isEmpty else {
            self = .none
            return
        }
        do throws(ReversePathFailure) {
            guard let first = try SecretFile(settings.passwordFile).secrets().first else {
                self = .unreadable("\(settings.passwordFile) is empty")
                return
            }
            self = .known(String(decoding: first, as: UTF8.self))
        } catch {
            self = .unreadable("\(error)")
        }
    }
}

extension ScannedEnvelope {
    init(_ envelope: Envelope, user: String) {
        self.init(sender: envelope.senderText, recipient: envelope.recipient.text)
        self.user = user
        clientAddress = envelope.clientAddress
        clientName = envelope.clientName
        clientHELO = envelope.clientHELO
        authenticatedUser = envelope.authenticatedUser
        queueIdentifier = envelope.queueIdentifier
    }
}
