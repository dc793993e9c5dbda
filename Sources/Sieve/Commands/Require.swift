// require <capabilities: string-list>, before all other commands                             RFC 5228 §3.2

/// Adds to the language; there is nothing to execute.
enum RequireCommand: CommandDefinition {
    static let name = "require"

    // MARK: Validation

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any Statement)? {
        if !validator.allowsRequire {
            validator.diagnostics.error(
                .misplacedRequire, at: node.position, "require after other commands",
                hint: "move it to the top of the script")
        }
        var arguments = Arguments(node)
        arguments.noTags(&validator)
        guard let names = arguments.strings("capabilities", &validator), arguments.end(&validator) else {
            return nil
        }
        for name in names {
            if let literal = validator.literal(name) { validator.require(literal.text, at: name.position) }
        }
        return nil
    }
}

extension Validator {
    /// Adds the extension of this name to the language; asking again changes nothing.
    mutating func require(_ capability: String, at position: Position) {
        guard !capabilities.contains(capability) else { return }
        guard let extending = extensions.first(where: { $0.capability == capability }) else {
            guard isFirstReport("require " + capability) else { return }
            if disabled.contains(capability) {
                diagnostics.error(
                    .disabledCapability, at: position, "the capability \"\(capability)\" is switched off here"
                )
            } else {
                diagnostics.error(.unknownCapability, at: position, "unknown capability \"\(capability)\"")
            }
            return
        }
        capabilities.append(capability)
        extending.extend(&language)
    }
}
