import MailMessage

// extracttext [MODIFIER] [":first" <characters: number>] <variable: string>                  RFC 5703 §7

/// Sets a variable to the text of the part that the loop looks at; to nothing, if that part is no text.
struct ExtractTextCommand: CommandDefinition, Statement {
    static let name = "extracttext"

    // MARK: Validation

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any Statement)? {
        guard !validator.loops.isEmpty else {
            validator.diagnostics.error(
                .misplacedLoopCommand, at: node.position, "extracttext outside of any foreverypart")
            return nil
        }
        var arguments = Arguments(node)
        var first: UInt64?
        let modifiers = arguments.setModifiers(&validator) { tag, arguments, validator in
            guard tag.name == Identifier("first") else { return false }
            if first != nil { arguments.repeated(tag, &validator) }
            first = arguments.number("number of characters", &validator)
            return true
        }
        guard let variable = arguments.variable(&validator), arguments.end(&validator), let modifiers else {
            return nil
        }
        return ExtractTextCommand(
            variable: variable, first: first.map { Int(clamping: $0) }, modifiers: modifiers)
    }

    // MARK: Program

    let variable: VariableSlot
    /// How many characters are taken; nil for all.
    let first: Int?
    /// In the order in which they are applied.
    let modifiers: [any SetModifier.Type]

    // MARK: Execution

    func execute(in run: inout Interpretation) throws(RuntimeFailure) -> Flow {
        var text = try run.textOfCurrentPart(characters: first)
        for modifier in modifiers {
            try run.spend(text.count)
            text = modifier.apply(to: text)
        }
        run.set(variable, text)
        return .next
    }
}

extension Interpretation {
    /// The text of the part that the loop looks at, as far as a string may be long.
    fileprivate mutating func textOfCurrentPart(characters: Int?) throws(RuntimeFailure) -> [UInt8] {
        let entries = try parts().entries
        let number = try currentPart()
        guard number < entries.count else { return [] }
        let part = entries[number].part
        try spend(min(part.body.count, limits.stringBytes))
        guard part.isReadable, wholeMessage.namesOneType(part) else { return [] }
        let text = wholeMessage.readableText(of: part, limit: limits.stringBytes)
        let lines = LineEndStyle.crlf.applied(to: text.span)
        guard let characters else { return lines }
        var count = 0
        // A character begins with any octet that does not continue one.
        let end = lines.firstIndex { byte in
            if byte & 0xC0 != 0x80 { count += 1 }
            return count > characters
        }
        return end.map { [UInt8](lines[..<$0]) } ?? lines
    }
}
