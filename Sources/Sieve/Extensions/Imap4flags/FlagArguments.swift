// [<variablename: string>] <list-of-flags: string-list>                                      RFC 5232 §3

/// What the three commands have in common.
struct FlagArguments: Sendable {
    let variable: FlagVariable
    let flags: [Text]

    /// Nil after an error, which has been reported.
    init?(_ node: SyntaxNode, _ validator: inout Validator) {
        var arguments = Arguments(node)
        arguments.noTags(&validator)
        var variable = FlagVariable.internal
        if arguments.remaining > 1 {
            guard let slot = arguments.flagVariable(&validator) else { return nil }
            variable = .named(slot)
        }
        guard let flags = arguments.texts("flags", &validator), arguments.end(&validator) else { return nil }
        self.variable = variable
        self.flags = flags
    }
}

extension Arguments {
    /// The slot of a variable that is named; nil after an error, which has been reported.
    fileprivate mutating func flagVariable(_ validator: inout Validator) -> VariableSlot? {
        let position = node.arguments.first?.position ?? node.position
        guard validator.allowsFlagVariables(at: position) else { return nil }
        return variable(&validator)
    }

    /// The variables that `hasflag` names; nil after an error, which has been reported.
    mutating func flagVariables(_ validator: inout Validator) -> [FlagVariable]? {
        guard let strings = strings("variables", &validator) else { return nil }
        var variables: [FlagVariable] = []
        for string in strings {
            guard validator.allowsFlagVariables(at: string.position),
                case .literal(let name)? = validator.text(string)
            else { return nil }
            guard name.isIdentifier else {
                validator.diagnostics.error(
                    .invalidVariable, at: string.position, "\"\(name.text)\" is not the name of a variable")
                return nil
            }
            guard let slot = validator.slot(ofVariable: name, at: string.position) else { return nil }
            variables.append(.named(slot))
        }
        return variables
    }
}

extension Validator {
    /// RFC 5232 §3: naming a variable needs the capability.
    fileprivate mutating func allowsFlagVariables(at position: Position) -> Bool {
        if language.expandsVariables { return true }
        diagnostics.error(
            .notRequired, at: position,
            "a variable needs the capability \(SieveExtension.variables.capability)",
            hint: "put require \"\(SieveExtension.variables.capability)\"; at the top of the script")
        return false
    }
}
