/// Puts each piece of a script into its place.
///
/// One walk over the pieces, in their order; a piece is looked at a bounded number of times. A bracket is
/// opened flat, all that it holds on its line, or broken, each item on a line of its own.
struct ScriptLayout {
    private static let width = 78

    private let source: [UInt8]
    private let pieces: [ScriptPiece]
    private let measures: LineMeasures
    private let limit: Int
    private var writer: LayoutWriter
    /// What is open: the script itself, blocks and brackets.
    private var frames = [Frame.script]
    /// Whether the next token begins a command, or an item of a broken bracket.
    private var beginsItem = true
    /// Whether nothing may follow on this line: after a `#` comment and after the dot of a multi-line string.
    private var lineIsFull = false

    private struct Frame {
        enum Kind { case block, broken, flat }

        let kind: Kind
        /// Of its commands or items.
        let indent: Int
        /// Of the line that closes it.
        let closingIndent: Int

        /// What is inside of a block or bracket that opens on a line.
        init(_ kind: Kind, onLineIndentedBy indent: Int) {
            self.kind = kind
            self.indent = indent + 1
            closingIndent = indent
        }

        private init() {
            kind = .block
            indent = 0
            closingIndent = 0
        }

        static var script: Frame { Frame() }
    }

    /// - Parameter octets: More than these are not made.
    init(_ script: ScriptPieces, octets: Int) {
        source = script.source
        pieces = script.pieces
        measures = LineMeasures(script.pieces)
        limit = octets
        writer = LayoutWriter(script)
    }

    /// The formatted script; nil if it is too long.
    mutating func text() -> [UInt8]? {
        var comments = 0
        for index in pieces.indices {
            guard case .token(let kind) = pieces[index].kind else { continue }
            put(kind, index, after: comments..<index)
            comments = index + 1
            guard writer.bytes.count <= limit else { return nil }
        }
        writer.end()
        return writer.bytes.count <= limit ? writer.bytes : nil
    }

    private var frame: Frame { frames.last ?? .script }

    private mutating func put(_ kind: Token.Kind, _ index: Int, after comments: Range<Int>) {
        switch kind {
        case .end:
            putComments(comments, indent: 0)
        case .leftBrace:
            putBehind(index, comments, indent: frame.indent)
            frames.append(Frame(.block, onLineIndentedBy: frame.indent))
            beginsItem = true
        case .rightBrace, .rightBracket, .rightParenthesis:
            close(index, comments)
            beginsItem = kind == .rightBrace
        case .semicolon, .comma:
            putBehind(index, comments, indent: frame.indent)
            beginsItem = frame.kind != .flat
        case .leftBracket, .leftParenthesis:
            putBehind(index, comments, indent: frame.indent + 1)
            open(index)
        default:
            if beginsItem, !continues(index, comments) {
                putOnNewLine(index, comments, indent: frame.indent)
            } else {
                putBehind(index, comments, indent: frame.indent + 1)
            }
            beginsItem = false
        }
    }

    // MARK: Brackets

    private mutating func open(_ index: Int) {
        let isFlat =
            frame.kind == .flat
            || measures.fits(bracketAt: index, columns: Self.width - writer.column)
        frames.append(Frame(isFlat ? .flat : .broken, onLineIndentedBy: writer.indent))
        beginsItem = !isFlat
    }

    private mutating func close(_ index: Int, _ comments: Range<Int>) {
        if frame.kind == .flat {
            putBehind(index, comments, indent: frame.indent)
        } else {
            putComments(comments, indent: frame.indent)
            writer.beginLine(indent: frame.closingIndent)
            write(index)
        }
        if frames.count > 1 { frames.removeLast() }
    }

    /// Whether this is an `elsif` or `else` that goes on the line of the brace before it. Comments that need lines
    /// of their own stand in the way.
    private func continues(_ index: Int, _ comments: Range<Int>) -> Bool {
        guard comments.lowerBound > 0, pieces[comments.lowerBound - 1].kind == .token(.rightBrace) else {
            return false
        }
        let name = Identifier(source, pieces[index].range)
        guard name == Identifier(ElsifCommand.name) || name == Identifier(ElseCommand.name) else {
            return false
        }
        return comments.allSatisfy {
            pieces[$0].kind == .bracketComment && !pieces[$0].spansLines && pieces[$0].lineEndsBefore == 0
        }
    }
}

// MARK: Tokens and the comments before them

extension ScriptLayout {
    /// Puts a token behind what is on the line, with its comments in between.
    ///
    /// - Parameter indent: Of the lines that have to be begun.
    private mutating func putBehind(_ index: Int, _ comments: Range<Int>, indent: Int) {
        for comment in comments {
            let hadItsLine = pieces[comment].kind == .lineComment && pieces[comment].lineEndsBefore > 0
            separate(comment, indent: indent, onNewLine: hadItsLine)
            write(comment)
        }
        separate(index, indent: indent)
        write(index)
    }

    private mutating func separate(_ index: Int, indent: Int, onNewLine: Bool = false) {
        if lineIsFull || onNewLine {
            writer.beginLine(indent: indent)
        } else if measures.takesSpace(index) {
            writer.space()
        }
    }

    /// Puts a token at the beginning of a line, behind comments that stood there before it.
    private mutating func putOnNewLine(_ index: Int, _ comments: Range<Int>, indent: Int) {
        var first = index
        while first > comments.lowerBound, pieces[first].lineEndsBefore == 0,
            pieces[first - 1].kind == .bracketComment
        {
            first -= 1
        }
        putComments(comments.lowerBound..<first, indent: indent)
        writer.beginLine(indent: indent, afterEmptyLine: keepsEmptyLine(before: first))
        write(first)
        for next in first..<index {
            writer.space()
            write(next + 1)
        }
    }

    /// Puts comments behind what is on the line, where they stood so, else on lines of their own.
    private mutating func putComments(_ comments: Range<Int>, indent: Int) {
        for index in comments {
            let isBehind = pieces[index].lineEndsBefore == 0 && index > 0
            if isBehind, !lineIsFull, frame.kind != .block || !isRuleName(index) {
                writer.space()
            } else {
                writer.beginLine(indent: indent, afterEmptyLine: keepsEmptyLine(before: index))
            }
            write(index)
        }
    }

    private mutating func write(_ index: Int) {
        writer.write(pieces[index])
        switch pieces[index].kind {
        case .lineComment, .token(.multilineString): lineIsFull = true
        default: lineIsFull = false
        }
    }

    /// Between commands, but not at the beginning of a block, and not between a rule and its name.
    private func keepsEmptyLine(before index: Int) -> Bool {
        guard frame.kind == .block, index > 0, pieces[index].lineEndsBefore > 1 else { return false }
        return pieces[index - 1].kind != .token(.leftBrace) && !isRuleName(index - 1)
    }

    /// `# rule:[name]`, by which Roundcube's filter editor names the rule below.
    private func isRuleName(_ index: Int) -> Bool {
        guard pieces[index].kind == .lineComment else { return false }
        return source[pieces[index].range].dropFirst().drop { $0 == 0x20 }.starts(with: "rule:[".utf8)
    }
}
