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

    init(_ source: [UInt8], limits: SieveLimits) {
        self.limits = limits
        lexer = Lexer(source)
        diagnostics = DiagnosticList(source: source, limit: limits.diagnostics)
        token = lexer.next(&diagnostics)
    }

    /// All commands of the script.
    mutating func parse() -> [SyntaxNode] {
        var commands: [SyntaxNode] = []
        while token.kind != .end {
            commands += self.commands(depth: 0)
            if token.kind == .rightBrace {
                diagnostics.error(.unbalanced, at: token.position, "} without {")
                advance()
            }
        }
        return commands
    }

    private mutating func advance() {
        token = lexer.next(&diagnostics)
    }

    /// Commands up to a `}`, which is left, or the end.
    private mutating func commands(depth: Int) -> [SyntaxNode] {
        var commands: [SyntaxNode] = []
        while true {
            switch token.kind {
            case .end, .rightBrace:
                return commands
            case .identifier:
                commands.append(command(depth: depth))
            case .semicolon:
                diagnostics.error(.syntax, at: token.position, "; without a command before it")
                advance()
            default:
                diagnostics.error(.syntax, at: token.position, "a command was expected here")
                skipCommand()
            }
        }
    }

    private mutating func command(depth: Int) -> SyntaxNode {
        let name = token
        let head = head(testDepth: 0)
        var block: [SyntaxNode] = []
        var hasBlock = false
        switch token.kind {
        case .semicolon:
            advance()
        case .leftBrace:
            block = self.block(depth: depth + 1)
            hasBlock = true
        case .end, .rightBrace:
            diagnostics.error(
                .missingSemicolon, at: head.end, "no ; at the end of \(text(of: name))", hint: "put a ; here")
        default:
            diagnostics.error(
                .syntax, at: token.position, "; or a block was expected here, in \(text(of: name))")
            skipCommand()
        }
        return SyntaxNode(head, block: block, hasBlock: hasBlock)
    }

    /// `{` … `}`.
    private mutating func block(depth: Int) -> [SyntaxNode] {
        let start = token.position
        guard depth <= limits.nesting else {
            reportNesting("blocks", at: start)
            skipBalanced()
            return []
        }
        advance()
        let commands = commands(depth: depth)
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
    /// An identifier, its arguments and its tests: what commands and tests have in common.
    private mutating func head(testDepth: Int) -> SyntaxHead {
        var head = SyntaxHead(
            name: Identifier(lexer.source, token.range), nameRange: token.range, position: token.position,
            end: token.position)
        advance()
        while let argument = argument() {
            if head.arguments.isEmpty { head.arguments.reserveCapacity(3) }
            head.arguments.append(argument)
        }
        switch token.kind {
        case .identifier:
            if let test = test(depth: testDepth + 1) { head.tests = [test] }
        case .leftParenthesis:
            head.hasTestList = true
            head.tests = testList(depth: testDepth + 1)
        default:
            break
        }
        head.end = token.position
        return head
    }

    /// Nil before anything that begins no argument.
    private mutating func argument() -> SyntaxArgument? {
        let current = token
        switch current.kind {
        case .quotedString, .multilineString:
            advance()
            return .string(string(current))
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
        var strings: [SyntaxString] = []
        advance()
        if token.kind == .rightBracket {
            diagnostics.error(.emptyList, at: start, "a list without strings")
            advance()
            return .list([], start)
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
        return .list(strings, start)
    }

    private mutating func test(depth: Int) -> SyntaxNode? {
        guard depth <= limits.nesting else {
            reportNesting("tests", at: token.position)
            skipArguments()
            return nil
        }
        return SyntaxNode(head(testDepth: depth))
    }

    /// `"(" test *("," test) ")"`.
    private mutating func testList(depth: Int) -> [SyntaxNode] {
        let start = token.position
        guard depth <= limits.nesting else {
            reportNesting("tests", at: start)
            skipBalanced()
            return []
        }
        var tests: [SyntaxNode] = []
        advance()
        while true {
            guard token.kind == .identifier else {
                diagnostics.error(.syntax, at: token.position, "a test was expected here")
                skip(to: .rightParenthesis)
                return tests
            }
            if let test = test(depth: depth) { tests.append(test) }
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
