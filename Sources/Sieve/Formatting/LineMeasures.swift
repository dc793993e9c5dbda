/// How long pieces of a script are where they stand on one line.
struct LineMeasures {
    private let pieces: [ScriptPiece]
    /// Columns of all pieces before the one at an index, with the spaces between them.
    private var columns = [0]
    /// Pieces before the one at an index that cannot stand on one line with others.
    private var breaks = [0]
    /// The closing bracket of an opening one; 0 for all other pieces.
    private var closings: [Int]

    init(_ pieces: [ScriptPiece]) {
        self.pieces = pieces
        closings = [Int](repeating: 0, count: pieces.count)
        columns.reserveCapacity(pieces.count + 1)
        breaks.reserveCapacity(pieces.count + 1)
        var open: [Int] = []
        for (index, piece) in pieces.enumerated() {
            columns.append(columns[index] + (takesSpace(index) ? 1 : 0) + piece.columns)
            breaks.append(breaks[index] + (Self.breaksLine(piece) ? 1 : 0))
            switch piece.kind {
            case .token(.leftBracket), .token(.leftParenthesis): open.append(index)
            case .token(.rightBracket), .token(.rightParenthesis):
                if let opening = open.popLast() { closings[opening] = index }
            default: break
            }
        }
    }

    private static func breaksLine(_ piece: ScriptPiece) -> Bool {
        piece.kind == .lineComment || piece.spansLines
    }

    /// Whether a space parts the piece from the one before it.
    func takesSpace(_ index: Int) -> Bool {
        switch pieces[index].kind {
        case .token(.semicolon), .token(.comma), .token(.rightBracket), .token(.rightParenthesis),
            .token(.end):
            return false
        default:
            break
        }
        guard index > 0 else { return false }
        switch pieces[index - 1].kind {
        case .token(.leftBracket), .token(.leftParenthesis): return false
        default: return true
        }
    }

    /// Whether what is in the bracket that opens at `opening`, and what follows up to the next place to
    /// break at, needs no more than `columns`.
    func fits(bracketAt opening: Int, columns available: Int) -> Bool {
        let closing = closings[opening]
        guard closing > opening, breaks[closing + 1] == breaks[opening] else { return false }
        let end = endOfLine(after: closing)
        return columns[end] - columns[opening + 1] <= available
    }

    /// Behind the last piece that has to stay on the line of the bracket that closes at `closing`.
    private func endOfLine(after closing: Int) -> Int {
        var index = closing + 1
        while index < pieces.count {
            switch pieces[index].kind {
            case .token(.rightBracket), .token(.rightParenthesis), .token(.rightBrace), .token(.end),
                .lineComment:
                return index
            case .token(.leftBracket), .token(.leftParenthesis), .token(.leftBrace), .token(.semicolon),
                .token(.comma):
                return index + 1
            default:
                index += 1
                if pieces[index - 1].spansLines { return index }
            }
        }
        return index
    }
}
