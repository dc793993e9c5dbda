/// Who carries mail away. Called from several threads at once; returns when the fate of the message is known, or
/// its time is over.
package protocol MailCarrier: Sendable {
    /// Offers `mail` to `routes`, in order of preference, until one has given an answer to the message itself.
    ///
    /// - Returns: one result for each recipient, in order. A recipient is `accepted` only after the other side has
    ///   said so; whatever is not certain is a temporary failure.
    func send(_ mail: OutgoingMail, by routes: [Route]) -> [TransportResult]
}

/// Carries by sendmail programs alone: what a process without a network can do.
package struct SendmailCarrier: MailCarrier {
    /// Of the program that `sendmail:` means.
    private let path: String
    /// Seconds that a program may take.
    private let timeout: Int

    package init(path: String, timeout: Int) {
        self.path = path
        self.timeout = timeout
    }

    package func send(_ mail: OutgoingMail, by routes: [Route]) -> [TransportResult] {
        for route in routes {
            if case .sendmail(let own) = route {
                return SendmailCommand(path: own ?? path, timeout: timeout).send(mail)
            }
        }
        let failure = TransportFailure(
            status: "4.3.0", text: "left to postmaster-retry, which has a network", cause: .route)
        return mail.recipients.map { _ in .temporaryFailure(failure) }
    }
}
