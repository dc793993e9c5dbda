import MailMessage

// addheader [":last"] <field-name: string> <value: string>                                     RFC 5293 §4

/// Adds a field before all others, or behind them. A field that is protected is not added, which is no failure.
struct AddHeaderCommand: CommandDefinition, Statement {
    static let name = "addheader"

    // MARK: Validation

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any Statement)? {
        var arguments = Arguments(node)
        var isLast = false
        while let tag = arguments.tag() {
            guard tag.name == Identifier("last") else {
                arguments.unknown(tag, &validator)
                continue
            }
            if isLast { arguments.repeated(tag, &validator) }
            isLast = true
        }
        guard let name = arguments.editedName(&validator, isProtected: { $0.forbidsAdding($1) }),
            let string = arguments.string("value", &validator), let value = validator.text(string),
            arguments.end(&validator)
        else { return nil }
        if case .literal(let bytes) = value, let problem = problem(bytes, validator.limits) {
            validator.diagnostics.error(.invalidHeaderValue, at: string.position, problem)
            return nil
        }
        return AddHeaderCommand(field: name, value: value, isLast: isLast)
    }

    private static func problem(_ value: [UInt8], _ limits: SieveLimits) -> String? {
        let shown = value.truncated(to: 80).text
        if value.contains(0) { return "the value \"\(shown)\" is invalid: it holds a NUL" }
        guard value.count > limits.addedFieldBytes else { return nil }
        return "the value \"\(shown)\" is longer than \(limits.addedFieldBytes) octets"
    }

    // MARK: Program

    let field: Text
    let value: Text
    let isLast: Bool

    // MARK: Execution

    func execute(in run: inout Interpretation) throws(RuntimeFailure) -> Flow {
        let name = try run.editedName(field)
        let value = try run.expand(value)
        if let problem = Self.problem(value, run.limits) { throw run.failure(problem) }
        guard !run.limits.forbidsAdding(name.lowercasedASCII) else {
            run.record(.note("\(name.text) is protected and was not added"))
            return .next
        }
        guard run[HeaderEdits.self].added < run.limits.addedFields else {
            throw run.policyFailure("more than \(run.limits.addedFields) fields are added")
        }
        run[HeaderEdits.self].added += 1
        var header = try run.headerForEditing()
        do {
            try header.add(name: name.text, value: value.text, at: isLast ? .bottom : .top)
        } catch {
            throw run.failure("the field \(name.text) cannot be added with this value")
        }
        run.use(header)
        return .next
    }
}

extension SieveLimits {
    /// - Parameter field: in lower case.
    func forbidsAdding(_ field: [UInt8]) -> Bool {
        let name = field.text
        return name != "subject" && unaddableFields.contains(name)
    }

    /// RFC 5293 §5: traces, and what keeps mail from going round in circles, stay.
    ///
    /// - Parameter field: in lower case.
    func forbidsDeleting(_ field: [UInt8]) -> Bool {
        switch field.text {
        case "subject": false
        case "received", "auto-submitted": true
        case let name: undeletableFields.contains(name)
        }
    }
}
