// mark, unmark                                                              draft-melnikov-sieve-imapflags-03

/// Adds the flag that shows the message as urgent.
struct MarkCommand: CommandDefinition, Statement {
    static let name = "mark"

    // MARK: Validation

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any Statement)? {
        var arguments = Arguments(node)
        arguments.noTags(&validator)
        return arguments.end(&validator) ? MarkCommand() : nil
    }

    fileprivate static let flag = [UInt8]("\\Flagged".utf8)

    // MARK: Execution

    func execute(in run: inout Interpretation) throws(RuntimeFailure) -> Flow {
        run.flags = FlagList.adding([Self.flag], to: run.flags, limit: run.limits.flags)
        return .next
    }
}

/// Takes that flag away.
struct UnmarkCommand: CommandDefinition, Statement {
    static let name = "unmark"

    // MARK: Validation

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any Statement)? {
        var arguments = Arguments(node)
        arguments.noTags(&validator)
        return arguments.end(&validator) ? UnmarkCommand() : nil
    }

    // MARK: Execution

    func execute(in run: inout Interpretation) throws(RuntimeFailure) -> Flow {
        run.flags = FlagList.removing([MarkCommand.flag], from: run.flags)
        return .next
    }
}
