// vacation :fcc <mailbox: string> …, notify :fcc <mailbox: string> …                           RFC 8580 §3

/// A copy of the message that the action makes is stored in the mailbox.
struct FccTag: ActionTag {
    static let tag = "fcc"
    static var commands: [String] { [VacationCommand.name, NotifyCommand.name] }

    // MARK: Validation

    static func compile(_ arguments: inout Arguments, _ validator: inout Validator) -> (any ActionTag)? {
        arguments.mailbox(&validator).map { FccTag(mailbox: $0) }
    }

    // MARK: Program

    let mailbox: Text

    // MARK: Execution

    func apply(to options: inout ActionOptions, in run: inout Interpretation) throws(RuntimeFailure) {
        options.copy = MailboxTarget(mailbox: try run.mailbox(mailbox))
    }
}

extension SieveExtension {
    static var fcc: SieveExtension {
        SieveExtension("fcc") { language in
            language.add(actionTag: FccTag.self)
        }
    }
}
