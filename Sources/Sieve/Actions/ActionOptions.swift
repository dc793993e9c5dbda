/// What the tags of an action ask for.
struct ActionOptions: Sendable {
    /// `:copy`: the implicit keep is left alone.
    var isCopy = false
    /// `:create`: the mailbox is made if it is missing.
    var createsMailbox = false
    /// `:flags`; nil where there is none, and the internal variable holds.
    var flags: [[UInt8]]?
    /// `:specialuse`.
    var specialUse: String?
    /// `:mailboxid`.
    var mailboxIdentifier: String?
    /// `:notify` and `:ret` of `redirect`.
    var redirect = Redirection(address: "")
    /// `:bytimerelative` and the like.
    var deliverBy = DeliverByOptions()
    /// `:fcc`.
    var copy: MailboxTarget?
    /// `:try`: a program that fails is no error.
    var mayFail = false
}

extension Interpretation {
    /// The options that the tags give, as they are at this moment.
    mutating func options(_ tags: [any ActionTag]) throws(RuntimeFailure) -> ActionOptions {
        var options = ActionOptions()
        for tag in tags { try tag.apply(to: &options, in: &self) }
        return options
    }

    /// The flags of an action that stores the message (RFC 5232 §5).
    func actionFlags(_ options: ActionOptions) -> [String] {
        (options.flags ?? flags).map(\.text)
    }

    /// Takes the action.
    mutating func add(_ kind: SieveAction.Kind, _ options: ActionOptions) throws(RuntimeFailure) {
        let action = SieveAction(
            kind: kind, isCopy: options.isCopy, isImplicit: false, script: script, line: line,
            content: content)
        record(.action(action))
        let other = trace == nil ? nil : actions.index(ofSameAs: action).map { actions.actions[$0] }
        if let problem = actions.add(action, limits) { throw policyFailure(problem) }
        if let other { record(.merged(script: other.script, line: other.line)) }
    }
}
