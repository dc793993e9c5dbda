/// What one run of a delivery agent was asked to do: the values of its options, and nothing derived.
package struct DeliveryRequest: Equatable, Sendable {
    /// `-d`: whose mailbox; nil means the user who runs the program.
    package var user: String?
    /// `-f`: the reverse path as given; empty is the null reverse path.
    package var sender: String?
    /// `-r`: the recipient of this delivery.
    package var recipient: String?
    /// `-a`: the recipient before aliases and forwards.
    package var originalRecipient: String?
    /// `-m`: the mailbox that takes INBOX's place.
    package var mailbox: String?
    /// `-p`: a file to read in place of standard input.
    package var messageFile: String?
    /// `-e`: a rejection is told on standard error with exit status 77, which this program always does.
    package var tellsRejection = false
    /// `-k`: the environment is kept.
    package var keepsEnvironment = false
    /// `-c`: the configuration file.
    package var configurationFile: String?
    /// `-o`, in order.
    package var overrides: [String] = []
    /// `--mail-dir`: deliver there as the calling user, without look-up and configuration file.
    package var mailDirectory: String?
    /// `--script`: a Sieve script in place of the user's own.
    package var script: String?
    /// `--client-address`, `--client-helo`, `--client-name`, `--sasl-user`, `--queue-id`, `--envid`.
    package var clientAddress: String?
    package var clientHELO: String?
    package var clientName: String?
    package var authenticatedUser: String?
    package var queueIdentifier: String?
    package var envelopeIdentifier: String?
    /// `--dsn-notify`, `--dsn-return`, `--deliver-by`; nil for an empty one, since an MTA gives that for none.
    package var notify: String?
    package var returns: String?
    package var deliverBy: String?
    /// `--size`: bytes of the message, as the message transfer agent counts them; nil where it does not say.
    package var declaredSize: Int?
    /// `--mta`.
    package var mailTransferAgent: String?
    /// `--dry-run`: print the Plan, write nothing.
    package var isDryRun = false

    package init() {}
}

/// What a command line asks for.
package enum Invocation: Equatable, Sendable {
    case deliver(DeliveryRequest)
    case showHelp
    case showVersion
    /// The command line cannot be followed: every reason, fit for a person.
    case unusable([String])
}
