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
        // A test here is an error that has not been told yet, and makes it doubtful what was meant.
        guard node.tests.isEmpty else { return nil }
        for name in names {
            if let literal = validator.literal(name) { validator.require(literal.text, at: name.position) }
        }
        return nil
    }
}

extension Validator {
    /// Reports the capabilities that others need and that the script has not required.
    mutating func checkNeeds() {
        for (needing, position) in needs {
            for need in needing.needs where !capabilities.contains(need) {
                diagnostics.error(
                    .notRequired, at: position,
                    "the capability \(needing.capability) needs the capability \(need)",
                    hint: "put require \"\(need)\"; at the top of the script")
            }
        }
    }

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
        guard !hasConflict(extending, at: position) else { return }
        capabilities.append(capability)
        if !extending.needs.isEmpty { needs.append((extending, position)) }
        extending.extend(&language)
    }

    /// Whether the script already has a capability that the new one contradicts; reports it.
    private mutating func hasConflict(_ new: SieveExtension, at position: Position) -> Bool {
        guard
            let other = extensions.first(where: { other in
                (new.conflicts.contains(other.capability) || other.conflicts.contains(new.capability))
                    && capabilities.contains(other.capability)
            })
        else { return false }
        diagnostics.error(
            .conflictingCapability, at: position,
            "the capability \"\(new.capability)\" cannot stand with \"\(other.capability)\"")
        return true
    }
}
