// test_imap_metadata_set [:mailbox <mailbox: string>] <annotation: string> <value: string>

/// Sets an annotation of a mailbox, or of the server.
struct TestMetadataSetCommand: CommandDefinition, Statement {
    static let name = "test_imap_metadata_set"

    // MARK: Validation

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any Statement)? {
        var arguments = Arguments(node)
        var mailbox: Text?
        while let tag = arguments.tag() {
            guard tag.name == Identifier("mailbox") else {
                arguments.unknown(tag, &validator)
                continue
            }
            if mailbox != nil { arguments.repeated(tag, &validator) }
            guard let name = arguments.mailbox(&validator) else { return nil }
            mailbox = name
        }
        guard let entry = arguments.text("annotation", &validator),
            let value = arguments.text("value", &validator), arguments.end(&validator)
        else { return nil }
        return TestMetadataSetCommand(mailbox: mailbox, entry: entry, value: value)
    }

    // MARK: Program

    let mailbox: Text?
    let entry: Text
    let value: Text

    // MARK: Execution

    func execute(in run: inout Interpretation) throws(RuntimeFailure) -> Flow {
        var name: String?
        if let mailbox { name = try run.mailbox(mailbox) }
        let entry = try run.expand(entry).text
        guard try run.testsuite().setMetadata(mailbox: name, entry: entry, value: try run.expand(value))
        else {
            throw run.policyFailure("the annotation \"\(entry)\" cannot be set")
        }
        return .next
    }
}
