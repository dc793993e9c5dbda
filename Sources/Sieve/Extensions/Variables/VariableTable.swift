/// Where the value of a variable lies.
enum VariableSlot: Sendable, Equatable {
    /// Among the variables of its own script.
    case local(Int)
    /// Among those that scripts which include one another share (RFC 6609 §3.4).
    case global(Int)
}

/// The variables that a script names, each with its slot. Names are the same in any ASCII case (RFC 5229 §3).
struct VariableTable {
    private var index = NameIndex()
    /// By the numbers of ``index``.
    private var slots: [VariableSlot] = []
    /// The variables of the script's own.
    private(set) var count = 0
    /// Whether the script asks for what a match left behind.
    var usesMatches = false

    /// The script's own variables in lower case, in the order of their slots.
    var names: [String] {
        zip(index.names, slots).compactMap { name, slot in
            if case .local = slot { name } else { nil }
        }
    }

    /// The slot of the variable; nil where `limit` variables are there already.
    mutating func slot(of name: [UInt8], limit: Int) -> VariableSlot? {
        let key = name.lowercasedASCII.text
        if let number = index.number(of: key) { return slots[number] }
        guard count < limit else { return nil }
        index.add(key)
        slots.append(.local(count))
        count += 1
        return slots.last
    }

    /// Makes the name mean a variable that other scripts have too; false if it means one of this script's own.
    mutating func share(_ name: [UInt8], as slot: VariableSlot) -> Bool {
        let key = name.lowercasedASCII.text
        if let number = index.number(of: key) { return slots[number] == slot }
        index.add(key)
        slots.append(slot)
        return true
    }
}

extension Validator {
    /// The slot of the variable; nil after an error, which has been reported.
    mutating func slot(ofVariable name: [UInt8], at position: Position) -> VariableSlot? {
        guard checkLength(ofVariable: name, at: position) else { return nil }
        guard let slot = variables.slot(of: name, limit: limits.variables) else {
            // Once: each further name would say it again.
            guard isFirstReport("more variables") else { return nil }
            diagnostics.error(.tooManyVariables, at: position, "more than \(limits.variables) variables")
            return nil
        }
        return slot
    }

    mutating func checkLength(ofVariable name: [UInt8], at position: Position) -> Bool {
        guard name.count > limits.variableNameBytes else { return true }
        diagnostics.error(
            .invalidVariable, at: position,
            "the name of a variable is longer than \(limits.variableNameBytes) octets")
        return false
    }
}

extension Arguments {
    /// The constant name of a variable that can be set, as its slot; nil after an error, which has been reported.
    mutating func variable(_ validator: inout Validator) -> VariableSlot? {
        guard let (name, position) = constant("variable name", &validator) else { return nil }
        let path = name.split(separator: 0x2E, omittingEmptySubsequences: false).map { [UInt8]($0) }
        if path.count > 1, path[0].isIdentifier, path.allSatisfy(\.isVariableName) {
            return validator.slot(ofVariable: path, at: position)
        }
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
    /// Empty for a variable that has not been set.
    func value(of slot: VariableSlot) -> [UInt8] {
        switch slot {
        case .local(let index): index < variables.count ? variables[index] : []
        case .global(let index): index < inclusion.globals.count ? inclusion.globals[index] : []
        }
    }

    /// Sets the variable; a value that is too long is cut at a character (RFC 5229 §6).
    mutating func set(_ slot: VariableSlot, _ value: [UInt8]) {
        if trace != nil {
            let kept = value.truncated(to: limits.variableBytes)
            record(.variable(TracedText(kept)))
        }
        switch slot {
        case .local(let index):
            guard index < variables.count else { return }
            variables[index] = value.truncated(to: limits.variableBytes)
        case .global(let index):
            guard index < inclusion.globals.count else { return }
            inclusion.globals[index] = value.truncated(to: limits.variableBytes)
        }
    }
}

extension [UInt8] {
    /// Letters, digits and underscores, no digit in front (RFC 5228 §8.1).
    var isIdentifier: Bool {
        guard let first, first.isIdentifierStart else { return false }
        return allSatisfy(\.isIdentifierPart)
    }

    /// An identifier, or digits alone (RFC 5229 §3).
    var isVariableName: Bool { isIdentifier || (!isEmpty && allSatisfy(\.isDigit)) }
}
