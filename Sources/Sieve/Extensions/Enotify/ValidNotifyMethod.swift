// valid_notify_method <notification-uris: string-list>                                       RFC 5435 §4

/// Whether each of the URIs names somebody that could be notified.
struct ValidNotifyMethodTest: TestDefinition, ScriptTest {
    static let name = "valid_notify_method"

    // MARK: Validation

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any ScriptTest)? {
        validator.asksForMethods = true
        validator.language.joinsCommands = true
        var arguments = Arguments(node)
        arguments.noTags(&validator)
        guard let uris = arguments.texts("URIs", &validator), arguments.end(&validator) else { return nil }
        return ValidNotifyMethodTest(uris: uris)
    }

    // MARK: Program

    let uris: [Text]

    // MARK: Evaluation

    func evaluate(in run: inout Interpretation) throws(RuntimeFailure) -> Bool {
        for text in uris where try run.notificationMethod(text) == nil { return false }
        return true
    }
}

extension Interpretation {
    /// The method that the URI names; nil where nobody could be notified by it.
    mutating func notificationMethod(_ uri: Text) throws(RuntimeFailure) -> NotificationMethod? {
        let bytes = try expand(uri)
        try spend(bytes.count)
        guard let method = try? NotificationMethod(bytes, limits), host.canNotify(bytes.text) else {
            return nil
        }
        return method
    }
}
