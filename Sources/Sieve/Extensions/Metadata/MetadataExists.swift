// metadataexists <mailbox: string> <annotation-names: string-list>                               RFC 5490 §4.3

/// Whether the mailbox has all of the annotations.
struct MetadataExistsTest: TestDefinition, ScriptTest {
    static let name = "metadataexists"

    // MARK: Validation

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any ScriptTest)? {
        var arguments = Arguments(node)
        arguments.noTags(&validator)
        guard let mailbox = arguments.testedMailbox(&validator),
            let annotations = arguments.annotations(&validator), arguments.end(&validator)
        else { return nil }
        return MetadataExistsTest(mailbox: mailbox, annotations: annotations)
    }

    // MARK: Program

    let mailbox: Text
    let annotations: [Text]

    // MARK: Evaluation

    func evaluate(in run: inout Interpretation) throws(RuntimeFailure) -> Bool {
        guard let mailbox = try run.testedMailbox(mailbox) else { return false }
        for annotation in annotations where try run.metadata(mailbox, annotation) == nil { return false }
        return true
    }
}
