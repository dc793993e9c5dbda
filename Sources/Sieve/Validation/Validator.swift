/// Turns the syntax tree into a program, and reports all that is wrong with it.
///
/// Definitions of commands and tests do the work for what they define; here is what they have in common.
/// After an error the validator goes on, and an unknown name is reported once.
struct Validator {
    /// The script, or the rule of it that is being compiled.
    var source: [UInt8]
    let limits: SieveLimits
    var diagnostics: DiagnosticList
    var language = Language.base
    var headerNames = HeaderNameTable()
    var variables = VariableTable()
    /// What has been required so far.
    var capabilities: [String] = []
    /// What has been required, where, that needs something else besides.
    var needs: [(needing: SieveExtension, position: Position)] = []
    /// The names of the loops around the command that is being compiled, the innermost last.
    var loops: [[UInt8]?] = []
    /// Whether rules and long lists of keys get tables, which is worth their while if the program runs.
    var makesTables = true
    /// Whether only `require` has been seen so far (RFC 5228 §3.2).
    var allowsRequire = true
    /// Whether the script asks which methods of notification there are (RFC 5435 §4, §5).
    var asksForMethods = false
    /// The name of the command before this one in the same block.
    private(set) var preceding: Identifier?
    /// How tests compare, by their offsets; nil where nobody asks for that.
    var matchings: [Int: ListedMatching]?
    /// Blocks around what is being compiled; the script itself is one.
    private(set) var depth = 0

    /// What the script may require.
    let extensions: [SieveExtension]
    /// The capabilities that there are, but not for this script.
    let disabled: [String]
    /// Where `include` finds scripts; nil where there are none.
    let library: (any ScriptLibrary)?
    /// The scripts that have been included so far.
    var inclusion = IncludedScripts()
    /// Whether one of the branches before this one is taken whatever the message: those after it are never
    /// reached.
    var isDecided = false
    /// The line of the `true` that decides so; nil where something else does, such as `ihave`.
    var decidingLine: Int?
    /// The command of this block behind which nothing is executed; nil where there is none so far.
    var ending: String?
    /// Between the levels of a mailbox name, where that is known: for warnings.
    var mailboxSeparator: UInt8?
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
        let outer = (preceding, isDecided, decidingLine, ending)
        depth += 1
        defer {
            (preceding, isDecided, decidingLine, ending) = outer
            depth -= 1
        }
        preceding = nil
        isDecided = false
        ending = nil
        var steps: [Block.Step] = []
        steps.reserveCapacity(nodes.count)
        for node in nodes {
            if ending != nil { warnOfUnreachable(node) }
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
        guard checkArguments(node) else {
            _ = block(node.block)
            return nil
        }
        guard case .none = definition.operands, !definition.takesBlock else {
            return compoundCommand(node, definition)
        }
        let errors = diagnostics.errorCount
        let statement = definition.compile(node, &self)
        guard isComplete(node, since: errors), checkBlock(node, false) else {
            _ = block(node.block)
            return nil
        }
        return statement
    }

    /// A command that has tests or a block: what is in them is validated whatever is wrong with the command.
    private mutating func compoundCommand(
        _ node: SyntaxNode, _ definition: any CommandDefinition.Type
    ) -> (any Statement)? {
        guard checkTests(node, definition.operands, takesBlock: definition.takesBlock),
            checkBlock(node, definition.takesBlock)
        else {
            if definition.operands != .none {
                for test in node.tests { _ = condition(test) }
            }
            _ = block(node.block)
            return nil
        }
        return definition.compile(node, &self)
    }

    /// Whether a command or test without tests, which has been compiled, had no error in its arguments, and
    /// no tests follow all the same: a tag without its colon looks like one, and both are reported.
    private mutating func isComplete(_ node: SyntaxNode, since errors: Int) -> Bool {
        checkTests(node, .none, takesBlock: false) && diagnostics.errorCount == errors
    }

    /// The test as part of a program; nil after an error.
    mutating func condition(_ node: SyntaxNode) -> Condition? {
        guard let definition = language.test(node.name) else {
            reportUnknownTest(node)
            for test in node.tests { _ = condition(test) }
            return nil
        }
        guard checkArguments(node) else { return nil }
        let compiled: (any ScriptTest)?
        if case .none = definition.operands {
            let errors = diagnostics.errorCount
            let test = definition.compile(node, &self)
            compiled = isComplete(node, since: errors) ? test : nil
        } else {
            compiled =
                checkTests(node, definition.operands, takesBlock: false)
                ? definition.compile(node, &self) : nil
        }
        guard let test = compiled else { return nil }
        return Condition(
            line: node.position.line, offset: node.position.offset, name: definition.name, test: test)
    }

    /// The tests of the node up to the first that decides, whatever the message: those behind it are never
    /// evaluated, and may use what there is not (RFC 5463 §4). Nil after an error in one of them.
    ///
    /// - Parameter outcome: the outcome of one test that decides.
    mutating func conditions(_ node: SyntaxNode, decidedBy outcome: Bool) -> [Condition]? {
        var conditions: [Condition] = []
        var isValid = true
        for test in node.tests {
            guard let condition = condition(test) else {
                isValid = false
                continue
            }
            conditions.append(condition)
            if condition.test.constant == outcome { break }
        }
        return isValid ? conditions : nil
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
            reportTest(test, behind: node, takesBlock: takesBlock)
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

    /// What looks like a test behind a command that takes none: a test, a tag without its colon, or a
    /// command before which there is no semicolon.
    private mutating func reportTest(_ test: SyntaxNode, behind node: SyntaxNode, takesBlock: Bool) {
        let name = "\(text(node.nameRange)) \(kind(of: node))"
        if takesBlock {
            diagnostics.error(
                .unexpectedTest, at: test.position,
                "the \(name) accepts no sub-tests, but tests are specified",
                hint: test.name == Identifier(IfCommand.name) ? "write elsif" : nil)
        } else if language.test(test.name) != nil {
            diagnostics.error(
                .unexpectedTest, at: test.position,
                "the \(name) accepts no sub-tests, but tests are specified")
        } else if isTag(test.name) {
            let tag = text(test.nameRange)
            diagnostics.error(
                .unexpectedTest, at: test.position, "missing colon before '\(tag)' tag in the \(name)",
                hint: "write :\(tag)")
        } else if language.command(node.name) == nil {
            diagnostics.error(
                .unexpectedTest, at: test.position, "unexpected '\(text(test.nameRange))' behind the \(name)")
        } else {
            let isCommand = language.command(test.name) != nil
            diagnostics.error(
                .missingSemicolon, at: node.position, "missing semicolon after the \(name) here",
                hint: isCommand ? "\(text(test.nameRange)) begins a command of its own" : nil)
        }
    }

    /// Whether a tag of this name exists, for some command or test.
    func isTag(_ name: Identifier) -> Bool {
        if language.hasTag(name) { return true }
        let own = ["comparator", "over", "under", "first", "zone", "originalzone", "raw", "text", "content"]
        return own.contains { Identifier($0) == name }
    }

    /// What a node of this name is called.
    func kind(of node: SyntaxNode) -> String { language.command(node.name) != nil ? "command" : "test" }

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
        guard language.test(node.name) == nil else {
            diagnostics.error(
                .unknownCommand, at: node.position, "attempted to use test '\(name)' as command",
                hint: "a test stands after if")
            return
        }
        guard isFirstReport(name) else { return }
        if let capability = capability(where: { $0.command(node.name) != nil }) {
            reportNotRequired(name, capability, at: node.position)
        } else {
            diagnostics.error(.unknownCommand, at: node.position, "unknown command \(name)")
        }
    }

    private mutating func reportUnknownTest(_ node: SyntaxNode) {
        let name = text(node.nameRange)
        guard language.command(node.name) == nil else {
            diagnostics.error(
                .unknownTest, at: node.position, "attempted to use command '\(name)' as test")
            return
        }
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
            diagnostics.error(
                .unknownTag, at: tag.position,
                "unknown tagged argument '\(name)' for the \(text(node.nameRange)) \(kind(of: node)) "
                    + "(told once)")
        }
    }

    /// Whether nothing has been reported yet about a name that nobody knows; false for all further names,
    /// once there are as many as are shown.
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
