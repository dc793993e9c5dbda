/// A token or a comment, and how it stood in the script.
struct ScriptPiece {
    enum Kind: Equatable {
        case token(Token.Kind)
        /// `#` up to the line end, which is no part of it, and neither is white space before that.
        case lineComment
        /// `/*` up to `*/`.
        case bracketComment
    }

    let kind: Kind
    /// All its octets, delimiters included.
    let range: Range<Int>
    /// Line ends between the piece before it and this one.
    let lineEndsBefore: Int
    /// Characters of its first line.
    let columns: Int
    /// Whether there is a line end in it.
    let spansLines: Bool

    var isComment: Bool { kind == .lineComment || kind == .bracketComment }
}

/// All of a script but its white space, in order: the pieces, of which the last is the token `end`.
struct ScriptPieces {
    let source: [UInt8]
    private(set) var pieces: [ScriptPiece] = []
    /// Line ends outside of strings.
    private var lineEnds = LineEnds()
    private var lineEndsInStrings = LineEnds()
    /// Since the last piece.
    private var lineEndsBefore = 0

    /// - Parameter source: what the parser found no error in.
    init(of source: [UInt8]) {
        self.source = source
        var lexer = Lexer(source)
        var diagnostics = DiagnosticList(source: [], limit: 0)
        var end = hasByteOrderMark ? 3 : 0
        while true {
            let token = lexer.next(&diagnostics)
            addGap(end..<token.position.offset)
            let range = token.extent
            add(.token(token.kind), range)
            guard token.kind != .end else { return }
            end = range.upperBound
        }
    }

    var hasByteOrderMark: Bool { source.starts(with: [0xEF, 0xBB, 0xBF]) }

    /// Whether lines of the script mostly end with CRLF. What is in strings counts only where there is nothing else:
    /// it stays as it is, so that a second look must not be swayed by it.
    var usesCRLF: Bool {
        lineEnds.isEmpty ? lineEndsInStrings.areMostlyCRLF : lineEnds.areMostlyCRLF
    }

    /// The white space and the comments between two tokens.
    private mutating func addGap(_ gap: Range<Int>) {
        var index = gap.lowerBound
        while index < gap.upperBound {
            switch source[index] {
            case 0x23:
                let end = source[index..<gap.upperBound].firstIndex(of: 0x0A) ?? gap.upperBound
                add(.lineComment, trimmed(index..<end))
                index = end
            case 0x2F:
                let end = endOfBracketComment(index, in: gap)
                add(.bracketComment, index..<end)
                index = end
            case 0x0A:
                lineEnds.count(source, index)
                lineEndsBefore += 1
                index += 1
            default:
                index += 1
            }
        }
    }

    /// Without the white space at its end; it begins with a `#`.
    private func trimmed(_ range: Range<Int>) -> Range<Int> {
        var end = range.upperBound
        while source[end - 1] == 0x20 || source[end - 1] == 0x09 || source[end - 1] == 0x0D { end -= 1 }
        return range.lowerBound..<end
    }

    private func endOfBracketComment(_ start: Int, in gap: Range<Int>) -> Int {
        var index = start + 2
        while index + 1 < gap.upperBound {
            if source[index] == 0x2A, source[index + 1] == 0x2F { return index + 2 }
            index += 1
        }
        return gap.upperBound
    }

    private mutating func add(_ kind: ScriptPiece.Kind, _ range: Range<Int>) {
        var columns = 0
        var spansLines = false
        for index in range {
            let byte = source[index]
            if byte == 0x0A {
                spansLines = true
                if kind == .bracketComment {
                    lineEnds.count(source, index)
                } else {
                    lineEndsInStrings.count(source, index)
                }
            }
            // Continuation octets of UTF-8 are no characters.
            if !spansLines, byte & 0xC0 != 0x80 { columns += 1 }
        }
        pieces.append(
            ScriptPiece(
                kind: kind, range: range, lineEndsBefore: lineEndsBefore, columns: columns,
                spansLines: spansLines))
        lineEndsBefore = 0
    }
}

/// How many lines end with CRLF, and with LF alone.
private struct LineEnds {
    private var crlf = 0
    private var lf = 0

    var isEmpty: Bool { crlf == 0 && lf == 0 }
    var areMostlyCRLF: Bool { crlf > lf }

    /// Counts the LF at `index`.
    mutating func count(_ source: [UInt8], _ index: Int) {
        if index > 0, source[index - 1] == 0x0D { crlf += 1 } else { lf += 1 }
    }
}

extension Token {
    /// All octets of the token, delimiters included.
    fileprivate var extent: Range<Int> {
        let start = position.offset
        return switch kind {
        // The closing quote, and the dot that ends a multi-line string.
        case .quotedString, .multilineString: start..<(range.upperBound + 1)
        default: start..<range.upperBound
        }
    }
}
