// "${" [namespace] variable-name "}"                                                         RFC 5229 §3
// namespace:     identifier "." *sub-namespace
// sub-namespace: variable-name "."
// variable-name: 1*DIGIT / identifier

extension Validator {
    /// The string cut into literals and variables, each reference being read once, here.
    ///
    /// Whatever is no reference by the grammar stays as it is. Nil after an error, which has been reported.
    mutating func template(_ text: [UInt8], at position: Position) -> Text? {
        var segments: [Text.Segment] = []
        var literal: [UInt8] = []
        var index = 0
        while index < text.count {
            guard text[index] == 0x24, let reference = VariableReference(text, at: index) else {
                literal.append(text[index])
                index += 1
                continue
            }
            guard let segment = segment(reference, at: position) else { return nil }
            if !literal.isEmpty {
                segments.append(.literal(literal))
                literal = []
            }
            segments.append(segment)
            index = reference.end
        }
        if segments.isEmpty { return .literal(literal) }
        if !literal.isEmpty { segments.append(.literal(literal)) }
        return .template(segments)
    }

    private mutating func segment(_ reference: VariableReference, at position: Position) -> Text.Segment? {
        if reference.path.count > 1 { return external(reference, at: position) }
        guard let name = reference.path.first else { return nil }
        guard name.first?.isDigit == true else {
            return slot(ofVariable: name, at: position).map { .variable($0) }
        }
        // Leading zeros mean nothing; what does not fit is beyond any limit.
        guard let index = Int(name.text), index <= limits.matchVariable else {
            diagnostics.error(
                .invalidVariable, at: position,
                "match variables go up to ${\(limits.matchVariable)}")
            return nil
        }
        variables.usesMatches = true
        return .match(index)
    }

    private mutating func external(_ reference: VariableReference, at position: Position) -> Text.Segment? {
        guard let namespace = namespace(reference.path[0], at: position) else { return nil }
        if let namespace = namespace as? any SettableNamespace.Type {
            return namespace.slot([[UInt8]](reference.path.dropFirst()), at: position, &self)
                .map { .variable($0) }
        }
        guard let variable = namespace.variable([[UInt8]](reference.path.dropFirst())) else {
            diagnostics.error(
                .invalidVariable, at: position, "the namespace \(namespace.name) has no such variable")
            return nil
        }
        return .external(variable)
    }
}

extension Validator {
    /// The slot of a variable that is named with its namespace; nil after an error, which has been reported.
    mutating func slot(ofVariable path: [[UInt8]], at position: Position) -> VariableSlot? {
        guard let namespace = namespace(path[0], at: position) else { return nil }
        guard let settable = namespace as? any SettableNamespace.Type else {
            diagnostics.error(
                .invalidVariable, at: position,
                "the variables of the namespace \(namespace.name) cannot be set")
            return nil
        }
        return settable.slot([[UInt8]](path.dropFirst()), at: position, &self)
    }

    private mutating func namespace(
        _ name: [UInt8], at position: Position
    ) -> (any VariableNamespace.Type)? {
        if let namespace = language.namespace(name) { return namespace }
        let capability = capability(where: { $0.namespace(name) != nil })
        diagnostics.error(
            .unknownNamespace, at: position, "unknown namespace \"\(name.text)\"",
            hint: capability.map { "put require \"\($0)\"; at the top of the script" })
        return nil
    }
}

/// A reference by the grammar: names with dots between them.
struct VariableReference {
    /// The names: more than one with a namespace.
    var path: [[UInt8]] = []
    /// Behind the closing brace.
    var end = 0

    init?(_ text: [UInt8], at start: Int) {
        guard start + 1 < text.count, text[start + 1] == 0x7B else { return nil }
        var index = start + 2
        while true {
            let first = index
            while index < text.count, text[index].isIdentifierPart { index += 1 }
            let name = [UInt8](text[first..<index])
            // A name of digits alone, or an identifier; a namespace itself is an identifier.
            guard index < text.count, name.isVariableName else { return nil }
            path.append(name)
            switch text[index] {
            case 0x2E where path[0].isIdentifier: index += 1
            case 0x7D:
                end = index + 1
                return
            default: return nil
            }
        }
    }
}
