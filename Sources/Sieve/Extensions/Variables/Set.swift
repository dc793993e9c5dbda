// set [MODIFIER] <name: string> <value: string>                                              RFC 5229 §4

/// Sets a variable.
struct SetCommand: CommandDefinition, Statement {
    static let name = "set"

    // MARK: Validation

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any Statement)? {
        var arguments = Arguments(node)
        let modifiers = arguments.setModifiers(&validator)
        guard let variable = arguments.variable(&validator), let value = arguments.text("value", &validator),
            arguments.end(&validator), let modifiers
        else { return nil }
        return SetCommand(variable: variable, value: value, modifiers: modifiers)
    }

    // MARK: Program

    let variable: VariableSlot
    let value: Text
    /// In the order in which they are applied.
    let modifiers: [any SetModifier.Type]

    // MARK: Execution

    func execute(in run: inout Interpretation) throws(RuntimeFailure) -> Flow {
        var value = try run.expand(self.value)
        for modifier in modifiers {
            try run.spend(value.count)
            value = modifier.apply(to: value, limit: run.limits.variableBytes)
        }
        run.set(variable, value)
        return .next
    }
}

extension Arguments {
    /// The modifiers that come next, in the order in which they are applied; nil after an error.
    ///
    /// - Parameter own: Takes a tag that belongs to this one command; false if it is none.
    mutating func setModifiers(
        _ validator: inout Validator,
        own: (SyntaxTag, inout Arguments, inout Validator) -> Bool = { _, _, _ in false }
    ) -> [any SetModifier.Type]? {
        var modifiers: [any SetModifier.Type] = []
        var isValid = true
        while let tag = tag() {
            guard let modifier = validator.language.setModifier(tag.name) else {
                if !own(tag, &self, &validator) { unknown(tag, &validator) }
                continue
            }
            // RFC 5229 §4.1: modifiers of the same precedence contradict each other.
            if let other = modifiers.first(where: { $0.precedence == modifier.precedence }) {
                validator.diagnostics.error(
                    .conflictingModifiers, at: tag.position,
                    ":\(modifier.tag) cannot stand with :\(other.tag)")
                isValid = false
            }
            modifiers.append(modifier)
        }
        return isValid ? modifiers.sorted { $0.precedence > $1.precedence } : nil
    }
}
