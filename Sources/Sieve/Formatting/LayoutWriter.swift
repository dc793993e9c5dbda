/// Lines of a formatted script, written from the front to the back.
///
/// No line ends with white space, but inside of strings and comments.
struct LayoutWriter {
    private(set) var bytes: [UInt8] = []
    private let source: [UInt8]
    private let lineEnd: [UInt8]
    /// Characters of the line so far.
    private(set) var column = 0
    /// How far the line, or what began on a line before and goes on in it, is indented.
    private(set) var indent = 0
    private var isEmpty = true

    init(_ pieces: ScriptPieces) {
        source = pieces.source
        lineEnd = pieces.usesCRLF ? [0x0D, 0x0A] : [0x0A]
        bytes.reserveCapacity(source.count + source.count / 4)
        if pieces.hasByteOrderMark { bytes += source[..<3] }
    }

    /// Ends the line, and begins another.
    mutating func beginLine(indent: Int, afterEmptyLine: Bool = false) {
        if !isEmpty {
            bytes += lineEnd
            if afterEmptyLine { bytes += lineEnd }
        }
        self.indent = indent
        column = 4 * indent
        bytes.append(contentsOf: repeatElement(0x20, count: column))
    }

    mutating func space() {
        bytes.append(0x20)
        column += 1
    }

    mutating func write(_ piece: ScriptPiece) {
        isEmpty = false
        switch piece.kind {
        case .token(.identifier), .token(.tag):
            for index in piece.range { bytes.append(source[index].lowercasedASCII) }
            column += piece.columns
        case .bracketComment where piece.spansLines:
            writeLines(of: piece.range)
        default:
            bytes += source[piece.range]
            column = piece.spansLines ? columns(behindLastLineEndOf: piece.range) : column + piece.columns
        }
    }

    /// Ends the last line.
    mutating func end() {
        if !isEmpty { bytes += lineEnd }
    }

    /// Lines as they are, but for what ends them.
    private mutating func writeLines(of range: Range<Int>) {
        let start = bytes.count
        for byte in source[range] {
            guard byte == 0x0A else {
                bytes.append(byte)
                continue
            }
            while bytes.count > start, bytes.last == 0x0D { bytes.removeLast() }
            bytes += lineEnd
        }
        column = columns(behindLastLineEndOf: range)
    }

    private func columns(behindLastLineEndOf range: Range<Int>) -> Int {
        var columns = 0
        for byte in source[range].reversed() {
            if byte == 0x0A { break }
            if byte & 0xC0 != 0x80 { columns += 1 }
        }
        return columns
    }
}
