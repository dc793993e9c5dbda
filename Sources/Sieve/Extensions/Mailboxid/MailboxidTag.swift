// fileinto :mailboxid <mailboxid: string> …                                                      RFC 9042 §4

/// The mailbox with this identifier, if there is one, comes before the one that is named.
struct MailboxidTag: ActionTag {
    static let tag = "mailboxid"
    static var commands: [String] { [FileintoCommand.name] }

    static func compile(_ arguments: inout Arguments, _ validator: inout Validator) -> (any ActionTag)? {
        arguments.text("identifier", &validator).map { MailboxidTag(identifier: $0) }
    }

    let identifier: Text

    func apply(to options: inout ActionOptions, in run: inout Interpretation) throws(RuntimeFailure) {
        options.mailboxIdentifier = try run.expand(identifier).text
    }
}
