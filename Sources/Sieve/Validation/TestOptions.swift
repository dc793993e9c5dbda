/// What the tags of tests that extensions add have asked for.
struct TestOptions: Sendable {
    /// `:index`: which field of each name counts, from 1; nil for all (RFC 5260 §6).
    var index: Int?
    /// `:last`: whether `:index` counts from the end.
    var isFromEnd = false

    /// `:percent` (RFC 5235 §2.2).
    var isPercent = false

    /// `:mime`: whether the header of a MIME part counts, and not that of the message (RFC 5703 §4).
    var looksAtParts = false
    /// `:anychild`: whether the parts within that part count too.
    var includesChildren = false
    /// What of the fields counts; nil for their whole bodies.
    var fieldPart: FieldPart?
    /// Whether more than one tag has said what of the fields counts.
    var hasTwoFieldParts = false

    /// Whether all fields of the message's header count, as in RFC 5228.
    var selectsAll: Bool { index == nil && !looksAtParts }

    /// Those of the fields of one name that count.
    func select<Element>(_ fields: [Element]) -> ArraySlice<Element> {
        guard let index else { return fields[...] }
        guard index >= 1, index <= fields.count else { return [] }
        let place = isFromEnd ? fields.count - index : index - 1
        return fields[place...place]
    }

    /// Whether the tags go together; reports where they do not.
    func areConsistent(of node: SyntaxNode, _ validator: inout Validator) -> Bool {
        // RFC 5260 §6, RFC 5293 §5.
        if isFromEnd, index == nil {
            validator.diagnostics.error(
                .missingTag, at: node.position, ":last counts fields from the end, but there is no :index",
                hint: "write :index 1 :last for the last field")
            return false
        }
        if !looksAtParts, includesChildren || fieldPart != nil {
            validator.diagnostics.error(
                .missingTag, at: node.position, "without :mime the other tags of MIME parts mean nothing",
                hint: "write :mime besides")
            return false
        }
        if hasTwoFieldParts {
            validator.diagnostics.error(
                .repeatedTag, at: node.position,
                ":type, :subtype, :contenttype and :param cannot stand together")
            return false
        }
        return true
    }
}

extension TestOptions {
    /// Reads the tags of a test that takes no others; nil after an error, which has been reported.
    init?(reading arguments: inout Arguments, _ validator: inout Validator) {
        var seen: [Identifier] = []
        while let tag = arguments.tag() {
            guard let definition = validator.language.testTag(tag.name, of: arguments.node.name) else {
                arguments.unknown(tag, &validator)
                continue
            }
            if seen.contains(tag.name) { arguments.repeated(tag, &validator) }
            seen.append(tag.name)
            definition.compile(&arguments, &validator, into: &self)
        }
        if !seen.isEmpty, !areConsistent(of: arguments.node, &validator) { return nil }
    }
}
