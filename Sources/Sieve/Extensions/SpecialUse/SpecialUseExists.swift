// specialuse_exists [<mailbox: string>] <special-use-flags: string-list>                         RFC 8579 §3

/// Whether there are mailboxes with all of the special uses, or whether the one that is named has all of them.
struct SpecialUseExistsTest: TestDefinition, ScriptTest {
    static let name = "specialuse_exists"

    // MARK: Validation

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any ScriptTest)? {
        var arguments = Arguments(node)
        arguments.noTags(&validator)
        var mailbox: Text?
        if arguments.remaining > 1 {
            guard let named = arguments.testedMailbox(&validator) else { return nil }
            mailbox = named
        }
        guard let strings = arguments.strings("special uses", &validator), arguments.end(&validator) else {
            return nil
        }
        let uses = strings.compactMap { validator.specialUse($0) }
        return uses.count == strings.count ? SpecialUseExistsTest(mailbox: mailbox, uses: uses) : nil
    }

    // MARK: Program

    let mailbox: Text?
    let uses: [Text]

    /// What asking the host once counts for.
    private static let steps = 1000

    // MARK: Evaluation

    func evaluate(in run: inout Interpretation) throws(RuntimeFailure) -> Bool {
        var name: String?
        if let mailbox {
            guard let named = try run.testedMailbox(mailbox), run.host.mailboxExists(named) else {
                return false
            }
            name = named
        }
        for use in uses {
            guard let use = try run.specialUse(use) else { return false }
            try run.spend(Self.steps)
            let isThere =
                name.map { run.host.mailbox($0, hasSpecialUse: use) }
                ?? (run.host.mailbox(withSpecialUse: use) != nil)
            guard isThere else { return false }
        }
        return true
    }
}
