import MailMessage

// deleteheader [":index" <fieldno: number> [":last"]] [COMPARATOR] [MATCH-TYPE]
//              <field-name: string> [<value-patterns: string-list>]                            RFC 5293 §5

/// Deletes the fields of a name, or those of them that match. A field that is protected stays, which is no failure.
struct DeleteHeaderCommand: CommandDefinition, Statement {
    static let name = "deleteheader"

    // MARK: Validation

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any Statement)? {
        var arguments = Arguments(node)
        let options = MatchOptions(reading: &arguments, &validator)
        guard let name = arguments.editedName(&validator, isProtected: { $0.forbidsDeleting($1) }) else {
            return nil
        }
        guard options.isValid else { return nil }
        guard arguments.remaining > 0 else {
            return arguments.end(&validator)
                ? DeleteHeaderCommand(field: name, options: options.testOptions, patterns: nil) : nil
        }
        guard let patterns = options.matcher(readingKeysFrom: &arguments, &validator),
            arguments.end(&validator)
        else { return nil }
        return DeleteHeaderCommand(field: name, options: options.testOptions, patterns: patterns)
    }

    // MARK: Program

    let field: Text
    let options: TestOptions
    /// Nil where all fields of the name go.
    let patterns: Matcher?

    // MARK: Execution

    func execute(in run: inout Interpretation) throws(RuntimeFailure) -> Flow {
        let name = try run.editedName(field)
        guard !run.limits.forbidsDeleting(name.lowercasedASCII) else {
            run.record(.note("\(name.text) is protected and was not deleted"))
            return .next
        }
        var header = try run.headerForEditing()
        guard try deleteFields(name.text, &header, &run) > 0 else { return .next }
        run.use(header)
        return .next
    }

    private func deleteFields(
        _ name: String, _ header: inout HeaderEditing, _ run: inout Interpretation
    ) throws(RuntimeFailure) -> Int {
        guard let patterns else {
            return header.delete(named: name, index: options.index, fromEnd: options.isFromEnd)
        }
        var match = try run.begin(patterns)
        let deleted = try header.delete(named: name, index: options.index, fromEnd: options.isFromEnd) {
            value throws(RuntimeFailure) in
            try run.spend(value.count)
            return try match.accepts(MatchValue(value), in: &run)
        }
        // What counts asks for the number of fields, and means all of them.
        guard patterns.type.countsValues, try match.end(in: &run) else { return deleted }
        return header.delete(named: name, index: options.index, fromEnd: options.isFromEnd)
    }
}

/// `:index`, which needs no capability of its own here.
enum DeletedIndexTag: TestTag {
    static let tag = "index"
    static var tests: [String] { [DeleteHeaderCommand.name] }

    static func compile(
        _ arguments: inout Arguments, _ validator: inout Validator, into options: inout TestOptions
    ) {
        options.readIndex(&arguments, &validator)
    }
}

/// `:last`.
enum DeletedLastTag: TestTag {
    static let tag = "last"
    static var tests: [String] { [DeleteHeaderCommand.name] }

    static func compile(
        _ arguments: inout Arguments, _ validator: inout Validator, into options: inout TestOptions
    ) {
        options.isFromEnd = true
    }
}
