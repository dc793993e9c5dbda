// servermetadataexists <annotation-names: string-list>                                           RFC 5490 §5.3

/// Whether the server has all of the annotations.
struct ServerMetadataExistsTest: TestDefinition, ScriptTest {
    static let name = "servermetadataexists"

    // MARK: Validation

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any ScriptTest)? {
        var arguments = Arguments(node)
        arguments.noTags(&validator)
        guard let annotations = arguments.annotations(&validator), arguments.end(&validator) else {
            return nil
        }
        return ServerMetadataExistsTest(annotations: annotations)
    }

    // MARK: Program

    let annotations: [Text]

    // MARK: Evaluation

    func evaluate(in run: inout Interpretation) throws(RuntimeFailure) -> Bool {
        for annotation in annotations where try run.metadata(nil, annotation) == nil { return false }
        return true
    }
}
