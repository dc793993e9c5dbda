/// Builds the syntax tree of a script (RFC 5228 §8.2).
///
/// Total: after an error it goes on behind the `;`, `]`, `)` or `}` that ends what it could not read, so that
/// one compilation reports all errors. Nesting is bounded, and so is the parser's own recursion.
struct Parser {
    private var lexer: Lexer
    private var token: Token
    private let limits: SieveLimits
    private(set) var diagnostics: DiagnosticList
    /// Reported once, not for each level below.
    private var reportedNesting = false

    // The tree, as far as it has grown.
    private var nodes: [SyntaxRecord] = []
    private var arguments: [SyntaxArgument] = []
    private var strings: [SyntaxString] = []

    /// - Parameter line: the number of the first line.
    init(_ source: [UInt8], line: Int = 1, limits: SieveLimits) {
        self.limits = limits
        lexer = Lexer(source, line: line)
        diagnostics = DiagnosticList(source: source, limit: limits.diagnostics)
        // About what rules of ordinary make need.
        nodes.reserveCapacity(source.count / 24 + 4)
        arguments.reserveCapacity(source.count / 24 + 4)
        strings.reserveCapacity(source.count / 24 + 4)
        token = lexer.next(&diagnostics)
    }

    /// All commands of the script.
    mutating func parse() -> SyntaxNodes {
        var commands = SyntaxChain()
        while token.kind != .end {
            self.commands(depth: 0, into: &commands)
            if token.kind == .rightBrace {
                diagnostics.error(.unbalanced, at: token.position, "} without {")
                advance()
            }
        }
        return SyntaxNodes(SyntaxTree(nodes: nodes, arguments: arguments, strings: strings), commands)
    }

    private mutating func advance() {
        token = lexer.next(&diagnostics)
    }

    /// Commands up to a `}`, which is left, or the end.
    private mutating func commands(depth: Int, into commands: inout SyntaxChain) {
        while true {
            switch token.kind {
            case .end, .rightBrace:
                return
            case .identifier:
                commands.append(command(depth: depth), in: &nodes)
            case .semicolon:
                diagnostics.error(.syntax, at: token.position, "; without a command before it")
                advance()
            default:
                diagnostics.error(.syntax, at: token.position, "a command was expected here")
                skipCommand()
            }
        }
    }

    /// Gives the node's number.
    private mutating func command(depth: Int) -> Int {
        let name = token
        let number = head(testDepth: 0)
        switch token.kind {
        case .semicolon:
            advance()
        case .leftBrace:
            nodes[number].block = block(depth: depth + 1)
            nodes[number].hasBlock = true
        case .end, .rightBrace:
            diagnostics.error(
                .missingSemicolon, at: end(of: number), "no ; at the end of \(text(of: name))",
                hint: "put a ; here")
        default:
            diagnostics.error(
                .syntax, at: token.position, "; or a block was expected here, in \(text(of: name))")
            skipCommand()
        }
        return number
    }

    private func end(of number: Int) -> Position {
        Position(offset: Int(nodes[number].endOffset), line: Int(nodes[number].endLine))
    }

    /// `{` … `}`.
    private mutating func block(depth: Int) -> SyntaxChain {
        let start = token.position
        var commands = SyntaxChain()
        guard depth <= limits.nesting else {
            reportNesting("blocks", at: start)
            skipBalanced()
            return commands
        }
        advance()
        self.commands(depth: depth, into: &commands)
        if token.kind == .rightBrace {
            advance()
        } else {
            diagnostics.error(.unbalanced, at: start, "{ without }")
        }
        return commands
    }

    private mutating func reportNesting(_ what: String, at position: Position) {
        guard !reportedNesting else { return }
        reportedNesting = true
        diagnostics.error(
            .nestedTooDeeply, at: position, "\(what) are nested more than \(limits.nesting) deep")
    }

    private func text(of token: Token) -> String {
        String(decoding: lexer.source[token.range], as: UTF8.self)
    }
}

// MARK: Names, arguments and tests

extension Parser {
    /// An identifier, its arguments and its tests: what commands and tests have in common. Gives the node's number.
    private mutating func head(testDepth: Int) -> Int {
        let number = nodes.count
        nodes.append(
            SyntaxRecord(
                name: Identifier(lexer.source, token.range), nameRange: token.range, position: token.position)
        )
        advance()
        let firstArgument = Int32(clamping: arguments.count)
        while let argument = argument() { arguments.append(argument) }
        nodes[number].arguments = firstArgument..<Int32(clamping: arguments.count)
        switch token.kind {
        case .identifier:
            var tests = SyntaxChain()
            if let test = test(depth: testDepth + 1) { tests.append(test, in: &nodes) }
            nodes[number].tests = tests
        case .leftParenthesis:
            nodes[number].hasTestList = true
            nodes[number].tests = testList(depth: testDepth + 1)
        default:
            break
        }
        nodes[number].endOffset = Int32(clamping: token.position.offset)
        nodes[number].endLine = Int32(clamping: token.position.line)
        return number
    }

    /// Nil before anything that begins no argument.
    private mutating func argument() -> SyntaxArgument? {
        let current = token
        switch current.kind {
        case .quotedString, .multilineString:
            advance()
            strings.append(string(current))
            return .string(string(current), Int32(clamping: strings.count - 1))
        case .leftBracket:
            return stringList()
        case .number:
            advance()
            return .number(current.number, current.position)
        case .tag:
            advance()
            let name = Identifier(lexer.source, current.range)
            return .tag(SyntaxTag(name: name, nameRange: current.range, position: current.position))
        default:
            return nil
        }
    }

    private func string(_ token: Token) -> SyntaxString {
        SyntaxString(
            range: token.range, position: token.position, isMultiline: token.kind == .multilineString,
            isPlain: token.isPlain)
    }

    /// `"[" string *("," string) "]"`.
    private mutating func stringList() -> SyntaxArgument {
        let start = token.position
        let first = strings.count
        advance()
        if token.kind == .rightBracket {
            diagnostics.error(.emptyList, at: start, "a list without strings")
            advance()
            return .list(SyntaxList(first: Int32(clamping: first), count: 0, position: start))
        }
        while true {
            guard token.kind == .quotedString || token.kind == .multilineString else {
                diagnostics.error(.syntax, at: token.position, "a string was expected here")
                skip(to: .rightBracket)
                break
            }
            strings.append(string(token))
            advance()
            if token.kind == .rightBracket {
                advance()
                break
            }
            guard token.kind == .comma else {
                diagnostics.error(.syntax, at: token.position, ", or ] was expected here")
                skip(to: .rightBracket)
                break
            }
            advance()
        }
        return .list(
            SyntaxList(
                first: Int32(clamping: first), count: Int32(clamping: strings.count - first), position: start)
        )
    }

    /// Gives the node's number.
    private mutating func test(depth: Int) -> Int? {
        guard depth <= limits.nesting else {
            reportNesting("tests", at: token.position)
            skipArguments()
            return nil
        }
        return head(testDepth: depth)
    }

    /// `"(" test *("," test) ")"`.
    private mutating func testList(depth: Int) -> SyntaxChain {
        let start = token.position
        var tests = SyntaxChain()
        guard depth <= limits.nesting else {
            reportNesting("tests", at: start)
            skipBalanced()
            return tests
        }
        advance()
        while true {
            guard token.kind == .identifier else {
                diagnostics.error(.syntax, at: token.position, "a test was expected here")
                skip(to: .rightParenthesis)
                return tests
            }
            if let test = test(depth: depth) { tests.append(test, in: &nodes) }
            if token.kind == .rightParenthesis {
                advance()
                return tests
            }
            guard token.kind == .comma else {
                diagnostics.error(.syntax, at: token.position, ", or ) was expected here")
                skip(to: .rightParenthesis)
                return tests
            }
            advance()
        }
    }
}

// MARK: Going on after an error

extension Parser {
    /// Goes behind the `;` or the block that ends the command, or in front of the `}` around it.
    private mutating func skipCommand() {
        while true {
            switch token.kind {
            case .end, .rightBrace:
                return
            case .semicolon:
                advance()
                return
            case .leftBrace:
                skipBalanced()
                return
            case .leftParenthesis, .leftBracket:
                skipBalanced()
            default:
                advance()
            }
        }
    }

    /// Goes in front of what ends the arguments of a command.
    private mutating func skipArguments() {
        while true {
            switch token.kind {
            case .end, .rightBrace, .semicolon, .leftBrace, .rightParenthesis, .rightBracket, .comma:
                return
            case .leftParenthesis, .leftBracket:
                skipBalanced()
            default:
                advance()
            }
        }
    }

    /// Goes behind `closing`, but not beyond the command.
    private mutating func skip(to closing: Token.Kind) {
        while true {
            switch token.kind {
            case closing:
                advance()
                return
            case .end, .rightBrace, .semicolon, .leftBrace:
                return
            case .leftParenthesis, .leftBracket:
                skipBalanced()
            default:
                advance()
            }
        }
    }

    /// Goes behind the bracket that closes the one here; brackets of all kinds count alike.
    private mutating func skipBalanced() {
        var open = 0
        while token.kind != .end {
            switch token.kind {
            case .leftParenthesis, .leftBracket, .leftBrace: open += 1
            case .rightParenthesis, .rightBracket, .rightBrace: open -= 1
            default: break
            }
            advance()
            if open <= 0 { return }
        }
    }
}
