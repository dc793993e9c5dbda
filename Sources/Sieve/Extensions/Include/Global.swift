// global <value: string-list>                                                              RFC 6609 §3.4.1
// import <value: string-list>, export <value: string-list>          draft-ietf-sieve-include-01 §3.4

/// Makes names of variables mean what they mean in other scripts; there is nothing to execute.
enum GlobalCommand: CommandDefinition {
    static let name = "global"

    // MARK: Validation

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any Statement)? {
        validator.shareVariables(node)
        return nil
    }
}

/// What `global` was called for variables of the scripts around.
enum ImportCommand: CommandDefinition {
    static let name = "import"

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any Statement)? {
        if validator.checkPlaceOfImport(node) { validator.shareVariables(node) }
        return nil
    }
}

/// What `global` was called for variables of the script's own.
enum ExportCommand: CommandDefinition {
    static let name = "export"

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any Statement)? {
        if validator.checkPlaceOfImport(node) { validator.shareVariables(node) }
        return nil
    }
}

extension Validator {
    fileprivate mutating func shareVariables(_ node: SyntaxNode) {
        var arguments = Arguments(node)
        arguments.noTags(&self)
        guard language.expandsVariables else {
            let capability = SieveExtension.variables.capability
            diagnostics.error(
                .notRequired, at: node.position,
                "\(text(node.nameRange)) needs the capability \(capability)",
                hint: "put require \"\(capability)\"; at the top of the script")
            return
        }
        guard let strings = arguments.strings("names of variables", &self), arguments.end(&self) else {
            return
        }
        for string in strings where !share(string) { return }
    }

    /// False after an error, which has been reported.
    private mutating func share(_ string: SyntaxString) -> Bool {
        guard let text = text(string) else { return false }
        guard case .literal(let name) = text, name.isIdentifier else {
            diagnostics.error(
                .invalidVariable, at: string.position,
                "\"\(self.text(string.range))\" is not the name of a variable")
            return false
        }
        guard let slot = globalSlot(of: name, at: string.position) else { return false }
        // RFC 6609 §3.4.1: a variable that has been the script's own cannot become another.
        if variables.share(name, as: slot) { return true }
        diagnostics.error(
            .invalidVariable, at: string.position,
            "the variable \(name.text) has been used before it is made global",
            hint: "put global in front of the first use")
        return false
    }

    /// The slot of a variable that scripts share; nil after an error, which has been reported.
    mutating func globalSlot(of name: [UInt8], at position: Position) -> VariableSlot? {
        guard checkLength(ofVariable: name, at: position) else { return nil }
        let key = name.lowercasedASCII.text
        if let number = inclusion.globals.number(of: key) { return .global(number) }
        guard inclusion.globals.count < limits.variables else {
            guard isFirstReport("more globals") else { return nil }
            diagnostics.error(
                .tooManyVariables, at: position, "more than \(limits.variables) global variables")
            return nil
        }
        inclusion.globals.add(key)
        return .global(inclusion.globals.count - 1)
    }

    /// The drafts had `import` and `export` at the top of the script, among themselves.
    fileprivate mutating func checkPlaceOfImport(_ node: SyntaxNode) -> Bool {
        let allowed = [RequireCommand.name, ImportCommand.name, ExportCommand.name]
        if depth == 1, preceding.map({ name in allowed.contains { Identifier($0) == name } }) ?? true {
            return true
        }
        let name = text(node.nameRange)
        diagnostics.error(
            .unknownCommand, at: node.position,
            "\(name) stands at the top of the script, directly after require",
            hint: "write global, which may stand anywhere")
        return false
    }
}
