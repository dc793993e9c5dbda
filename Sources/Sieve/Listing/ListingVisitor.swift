/// Lists a syntax tree with what the validator found out about it.
///
/// Its recursion is the parser's, which is bounded.
struct ListingVisitor {
    /// When it is through with the script: it knows all that was required.
    private var validator: Validator
    private var columns: ColumnCursor

    init(_ validator: Validator) {
        self.validator = validator
        columns = ColumnCursor(validator.source)
    }

    mutating func list(_ nodes: SyntaxNodes) -> [ListedNode] {
        var listed: [ListedNode] = []
        listed.reserveCapacity(nodes.count)
        for node in nodes { listed.append(list(node)) }
        return listed
    }

    private mutating func list(_ node: SyntaxNode) -> ListedNode {
        let offset = node.position.offset
        let column = columns.column(of: offset)
        let arguments = node.arguments.map { list($0, of: node) }
        let tests = list(node.tests)
        let block = node.hasBlock ? list(node.block) : nil
        return ListedNode(
            name: lowercased(node.nameRange), line: node.position.line, column: column,
            range: offset..<head(of: node),
            arguments: arguments, matching: validator.matchings?[offset], tests: tests, block: block)
    }

    /// Where the node's name and arguments end.
    private func head(of node: SyntaxNode) -> Int {
        let next = node.tests.first?.position.offset ?? node.end.offset
        var end = min(max(next, node.position.offset), validator.source.count)
        while end > node.position.offset,
            validator.source[end - 1] <= 0x20 || validator.source[end - 1] == 0x28
        {
            end -= 1
        }
        return end
    }

    private mutating func list(_ argument: SyntaxArgument, of node: SyntaxNode) -> ListedArgument {
        switch argument {
        case .tag(let tag): .tag(lowercased(tag.nameRange))
        case .number(let number, _): .number(number)
        case .string(let string, _): .string(list(string))
        case .list(let strings): .strings(node.strings(strings).map { list($0) })
        }
    }

    private mutating func list(_ string: SyntaxString) -> ListedString {
        let bytes = validator.literal(string) ?? []
        let variables = validator.language.expandsVariables ? VariableReference.names(in: bytes) : []
        return ListedString(bytes: bytes, variables: variables)
    }

    private func lowercased(_ range: Range<Int>) -> String {
        [UInt8](validator.source[range]).lowercasedASCII.text
    }
}

extension VariableReference {
    /// The variables that are referred to in a string, in its order.
    fileprivate static func names(in text: [UInt8]) -> [String] {
        var names: [String] = []
        var index = 0
        while index < text.count {
            guard text[index] == 0x24, let reference = VariableReference(text, at: index) else {
                index += 1
                continue
            }
            names.append(reference.path.map(\.name).joined(separator: "."))
            index = reference.end
        }
        return names
    }
}

extension [UInt8] {
    /// Names are the same in any case, numbers with any zeros in front.
    fileprivate var name: String {
        guard allSatisfy(\.isDigit) else { return lowercasedASCII.text }
        let digits = drop { $0 == 0x30 }
        return digits.isEmpty ? "0" : [UInt8](digits).text
    }
}

/// Columns of places that are asked for in the order of the script, each octet being looked at once.
private struct ColumnCursor {
    private let source: [UInt8]
    private var offset = 0
    private var column = 1

    init(_ source: [UInt8]) { self.source = source }

    /// Counted from 1 in characters.
    mutating func column(of place: Int) -> Int {
        while offset < place, offset < source.count {
            if source[offset] == 0x0A {
                column = 1
            } else if source[offset] & 0xC0 != 0x80 {
                // Continuation octets of UTF-8 are no characters.
                column += 1
            }
            offset += 1
        }
        return column
    }
}
