/// The variables that a script names, each with its slot. Names are the same in any ASCII case (RFC 5229 §3).
struct VariableTable {
    private var index = NameIndex()
    /// Whether the script asks for what a match left behind.
    var usesMatches = false

    var count: Int { index.count }

    /// The slot of the variable; nil where `limit` variables are there already.
    mutating func slot(of name: [UInt8], limit: Int) -> Int? {
        let key = name.lowercasedASCII.text
        if let slot = index.number(of: key) { return slot }
        guard index.count < limit else { return nil }
        index.add(key)
        return index.count - 1
    }
}

extension Validator {
    /// The slot of the variable; nil after an error, which has been reported.
    mutating func slot(ofVariable name: [UInt8], at position: Position) -> Int? {
        guard name.count <= limits.variableNameBytes else {
            diagnostics.error(
                .invalidVariable, at: position,
                "the name of a variable is longer than \(limits.variableNameBytes) octets")
            return nil
        }
        guard let slot = variables.slot(of: name, limit: limits.variables) else {
            diagnostics.error(.tooManyVariables, at: position, "more than \(limits.variables) variables")
            return nil
        }
        return slot
    }
}

extension Arguments {
    /// The constant name of a variable that can be set, as its slot; nil after an error, which has been reported.
    mutating func variable(_ validator: inout Validator) -> Int? {
        guard let (name, position) = constant("variable name", &validator) else { return nil }
        guard name.isIdentifier else {
            validator.diagnostics.error(
                .invalidVariable, at: position, "\"\(name.text)\" is not the name of a variable",
                hint: "a name is letters, digits and _, and does not begin with a digit")
            return nil
        }
        return validator.slot(ofVariable: name, at: position)
    }
}

extension Interpretation {
    /// Sets the variable; a value that is too long is cut at a character (RFC 5229 §6).
    mutating func set(_ slot: Int, _ value: [UInt8]) {
        guard slot < variables.count else { return }
        variables[slot] = value.truncated(to: limits.variableBytes)
    }
}

extension [UInt8] {
    /// Letters, digits and underscores, no digit in front (RFC 5228 §8.1).
    var isIdentifier: Bool {
        guard let first, first.isIdentifierStart else { return false }
        return allSatisfy(\.isIdentifierPart)
    }
}
