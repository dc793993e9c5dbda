import ContentChecks
import Maildir
import Platform
import Settings

/// Whether what is asked of the checks can be had together.
struct PolicyCheckups {
    let configuration: Configuration

    func run(_ tell: (Checkup) -> Void) {
        lookAtTime(tell)
        lookAtQuarantine(tell)
        lookAtRejections(tell)
    }

    /// Seconds that the checks of one message may take together, each of those that are on.
    private var seconds: Int {
        let checks = configuration.checks
        let timeouts = [
            (checks.clamd.servers.isEmpty, checks.clamd.timeout),
            (checks.icap.servers.isEmpty, checks.icap.timeout),
            (checks.spamd.servers.isEmpty, checks.spamd.timeout),
            (checks.rspamd.servers.isEmpty, checks.rspamd.timeout),
            (!checks.attachments.isAsked, checks.attachments.timeout),
        ]
        return timeouts.reduce(0) { sum, timeout in timeout.0 ? sum : sum &+ timeout.1 }
    }

    private func lookAtTime(_ tell: (Checkup) -> Void) {
        let deadline = configuration.delivery.deadline
        let seconds = seconds
        guard seconds > 0 else { return }
        if seconds >= deadline {
            tell(
                Checkup(
                    "deadline", .warning,
                    "the checks may take \(seconds) s together, and a delivery \(deadline) s",
                    advice: "lower the timeouts of checks: those that come last may be cut short"))
        } else {
            tell(Checkup("deadline", .ok, "the checks take \(seconds) s of \(deadline) s at most"))
        }
    }

    private func lookAtQuarantine(_ tell: (Checkup) -> Void) {
        guard configuration.checks.areAsked else { return }
        switch configuration.checks.quarantine {
        case .hold:
            let mode = configuration.spool.mode
            tell(
                mode == .spool
                    ? Checkup(
                        "quarantine", .ok, "messages wait on hold: postmasterctl queue list --place hold")
                    : Checkup(
                        "quarantine", .warning,
                        "messages wait on hold in the spool, though spool.mode is tempfail"))
        case .mailbox(let name):
            do throws(MailboxNameError) {
                _ = try MailboxName(name, separator: configuration.mail.separator)
                tell(Checkup("quarantine", .ok, "messages go into the user's mailbox \(name)"))
            } catch {
                tell(Checkup("quarantine", .failure, "\(error)", advice: "checks.quarantine"))
            }
        }
    }

    /// The MTA has taken the message long since: what is refused now goes to a sender who may be forged.
    private func lookAtRejections(_ tell: (Checkup) -> Void) {
        let checks = configuration.checks
        let policies = [
            ("checks.clamd.on-virus", checks.clamd.onVirus), ("checks.icap.on-virus", checks.icap.onVirus),
            ("checks.spamd.on-spam", checks.spamd.onSpam), ("checks.rspamd.on-spam", checks.rspamd.onSpam),
            ("checks.rspamd.on-reject", checks.rspamd.onReject),
            ("checks.attachments.on-forbidden", checks.attachments.onForbidden),
            ("checks.attachments.on-encrypted", checks.attachments.onEncrypted),
            ("checks.attachments.on-macros", checks.attachments.onMacros),
            ("checks.attachments.on-disguise", checks.attachments.onDisguise),
        ]
        for (key, policy) in policies where policy == .reject {
            tell(
                Checkup(
                    "policy", key, .warning,
                    "\"reject\" makes the mail transfer agent send bounces to senders who may be forged",
                    advice:
                        "use \"quarantine\" or \"discard\" unless rejection happens before mail is accepted"))
        }
    }
}
