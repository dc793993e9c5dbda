/// Turns the syntax tree into a program, and reports all that is wrong with it.
///
/// Definitions of commands and tests do the work for what they define; here is what they have in common.
/// After an error the validator goes on, and an unknown name is reported once.
struct Validator {
    let source: [UInt8]
    let limits: SieveLimits
    var diagnostics: DiagnosticList
    var language = Language.base
    var headerNames = HeaderNameTable()
    var variables = VariableTable()
    /// What has been required so far.
    var capabilities: [String] = []
    /// Whether only `require` has been seen so far (RFC 5228 §3.2).
    var allowsRequire = true
    /// The name of the command before this one in the same block.
    private(set) var preceding: Identifier?

    /// What the script may require.
    let extensions: [SieveExtension]
    /// The capabilities that there are, but not for this script.
    let disabled: [String]
    /// Where `include` finds scripts; nil where there are none.
    let library: (any ScriptLibrary)?
    private var reportedNames: [String] = []

    init(
        source: [UInt8], limits: SieveLimits, diagnostics: DiagnosticList,
        extensions: [SieveExtension], disabled: [String], library: (any ScriptLibrary)? = nil
    ) {
        self.source = source
        self.limits = limits
        self.diagnostics = diagnostics
        self.extensions = extensions
        self.disabled = disabled
        self.library = library
    }

    mutating func block(_ nodes: SyntaxNodes) -> Block {
        let outer = preceding
        defer { preceding = outer }
        preceding = nil
        var steps: [Block.Step] = []
        steps.reserveCapacity(nodes.count)
        for node in nodes {
            if let statement = command(node) {
                steps.append(
                    Block.Step(
                        line: node.position.line, offset: node.position.offset, statement: statement))
            }
            preceding = node.name
        }
        return Block(steps: steps)
    }

    private mutating func command(_ node: SyntaxNode) -> (any Statement)? {
        guard let definition = language.command(node.name) else {
            reportUnknownCommand(node)
            allowsRequire = false
            for test in node.tests { _ = condition(test) }
            _ = block(node.block)
            return nil
        }
        if definition != RequireCommand.self { allowsRequire = false }
        guard checkArguments(node), checkTests(node, definition.operands, takesBlock: definition.takesBlock),
            checkBlock(node, definition.takesBlock)
        else {
            _ = block(node.block)
            return nil
        }
        return definition.compile(node, &self)
    }

    /// The test as part of a program; nil after an error.
    mutating func condition(_ node: SyntaxNode) -> Condition? {
        guard let definition = language.test(node.name) else {
            reportUnknownTest(node)
            for test in node.tests { _ = condition(test) }
            return nil
        }
        guard checkArguments(node), checkTests(node, definition.operands, takesBlock: false),
            let test = definition.compile(node, &self)
        else { return nil }
        return Condition(
            line: node.position.line, offset: node.position.offset, name: definition.name, test: test)
    }

    /// All tests of the node; nil after an error in one of them.
    mutating func conditions(_ node: SyntaxNode) -> [Condition]? {
        var conditions: [Condition] = []
        for test in node.tests {
            if let condition = condition(test) { conditions.append(condition) }
        }
        return conditions.count == node.tests.count ? conditions : nil
    }

    /// The name of a command, test or tag as it is written.
    func text(_ range: Range<Int>) -> String {
        String(decoding: source[range], as: UTF8.self)
    }
}

// MARK: What may follow a name

extension Validator {
    private mutating func checkArguments(_ node: SyntaxNode) -> Bool {
        guard node.argumentCount > limits.arguments else { return true }
        diagnostics.error(
            .tooManyArguments, at: node.position,
            "\(text(node.nameRange)) has more than \(limits.arguments) arguments")
        return false
    }

    private mutating func checkTests(_ node: SyntaxNode, _ operands: TestOperands, takesBlock: Bool) -> Bool {
        switch operands {
        case .none:
            guard let test = node.tests.first else { return true }
            let name = text(node.nameRange)
            if takesBlock {
                diagnostics.error(
                    .unexpectedTest, at: test.position, "\(name) takes no test",
                    hint: test.name == Identifier(IfCommand.name) ? "write elsif" : nil)
            } else if language.command(test.name) != nil {
                diagnostics.error(
                    .missingSemicolon, at: node.position, "no ; at the end of \(name)",
                    hint: "\(text(test.nameRange)) begins a command of its own")
            } else {
                diagnostics.error(.unexpectedTest, at: test.position, "\(name) takes no test")
            }
            return false
        case .one:
            if !node.tests.isEmpty, !node.hasTestList { return true }
            let name = text(node.nameRange)
            guard let first = node.tests.first else {
                diagnostics.error(.missingTest, at: node.end, "\(name) needs a test")
                return false
            }
            diagnostics.error(
                .unexpectedTest, at: first.position, "\(name) takes one test, not a list",
                hint: "write allof (…) or anyof (…)")
            return false
        case .list:
            if node.hasTestList { return true }
            diagnostics.error(
                .missingTest, at: node.end, "\(text(node.nameRange)) needs a list of tests in parentheses")
            return false
        }
    }

    private mutating func checkBlock(_ node: SyntaxNode, _ takesBlock: Bool) -> Bool {
        if takesBlock == node.hasBlock { return true }
        let name = text(node.nameRange)
        if takesBlock {
            diagnostics.error(.missingBlock, at: node.end, "\(name) needs a block", hint: "commands in { }")
        } else {
            diagnostics.error(.unexpectedBlock, at: node.end, "\(name) takes no block", hint: "end it with ;")
        }
        return false
    }
}

// MARK: Unknown names

extension Validator {
    private mutating func reportUnknownCommand(_ node: SyntaxNode) {
        let name = text(node.nameRange)
        guard isFirstReport(name) else { return }
        if let capability = capability(where: { $0.command(node.name) != nil }) {
            reportNotRequired(name, capability, at: node.position)
        } else {
            let isTest = language.test(node.name) != nil
            diagnostics.error(
                .unknownCommand, at: node.position, "unknown command \(name)",
                hint: isTest ? "\(name) is a test: it stands after if" : nil)
        }
    }

    private mutating func reportUnknownTest(_ node: SyntaxNode) {
        let name = text(node.nameRange)
        guard isFirstReport(name) else { return }
        if let capability = capability(where: { $0.test(node.name) != nil }) {
            reportNotRequired(name, capability, at: node.position)
        } else {
            diagnostics.error(.unknownTest, at: node.position, "unknown test \(name)")
        }
    }

    mutating func reportUnknownTag(_ tag: SyntaxTag, of node: SyntaxNode) {
        let name = ":" + text(tag.nameRange)
        // Once for each pair: what one command refuses another may take.
        guard isFirstReport(text(node.nameRange) + name) else { return }
        if !language.hasTag(tag.name), let capability = capability(where: { $0.hasTag(tag.name) }) {
            reportNotRequired(name, capability, at: tag.position)
        } else {
            diagnostics.error(.unknownTag, at: tag.position, "\(text(node.nameRange)) takes no \(name)")
        }
    }

    /// Whether nothing has been reported yet about a name that nobody knows; false for all further names, once
    /// there are as many as are shown.
    mutating func isFirstReport(_ name: String) -> Bool {
        guard reportedNames.count < limits.diagnostics else { return false }
        let key = [UInt8](name.utf8).lowercasedASCII.text
        guard !reportedNames.contains(key) else { return false }
        reportedNames.append(key)
        return true
    }

    private mutating func reportNotRequired(_ name: String, _ capability: String, at position: Position) {
        diagnostics.error(
            .notRequired, at: position, "\(name) needs the capability \(capability)",
            hint: "put require \"\(capability)\"; at the top of the script")
    }

    /// The capability that would add what is looked for.
    func capability(where adds: (Language) -> Bool) -> String? {
        for candidate in extensions {
            var language = Language()
            candidate.extend(&language)
            if adds(language) { return candidate.capability }
        }
        return nil
    }
}
