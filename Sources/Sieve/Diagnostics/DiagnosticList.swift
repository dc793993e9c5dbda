/// A place in a script: an offset into its octets, and the line that it is on.
struct Position: Sendable, Equatable {
    let offset: Int
    let line: Int
}

/// What has been found so far, in the order of finding.
///
/// Beyond the limit only the number of errors grows, so that a program is never made from a script with errors.
struct DiagnosticList {
    private let source: [UInt8]
    private let limit: Int
    private(set) var errorCount = 0
    private var warningCount = 0
    private var found: [Diagnostic] = []

    init(source: [UInt8], limit: Int) {
        self.source = source
        self.limit = limit
    }

    mutating func error(_ code: DiagnosticCode, at position: Position, _ message: String, hint: String? = nil)
    {
        errorCount += 1
        guard errorCount <= limit else { return }
        append(.error, code, position, message, hint)
    }

    mutating func warning(
        _ code: DiagnosticCode, at position: Position, _ message: String, hint: String? = nil
    ) {
        warningCount += 1
        guard warningCount <= limit else { return }
        append(.warning, code, position, message, hint)
    }

    /// All of them, in the order of the script.
    func sorted() -> [Diagnostic] {
        guard found.count > 1 else { return found }
        return found.enumerated().sorted { left, right in
            (left.element.line, left.element.column, left.offset)
                < (right.element.line, right.element.column, right.offset)
        }.map(\.element)
    }

    private mutating func append(
        _ severity: Diagnostic.Severity, _ code: DiagnosticCode, _ position: Position, _ message: String,
        _ hint: String?
    ) {
        found.append(
            Diagnostic(
                severity: severity, line: position.line, column: column(of: position.offset), code: code,
                message: message.onOneLine, hint: hint?.onOneLine))
    }

    /// Characters between the last line end and `offset`, and one.
    private func column(of offset: Int) -> Int {
        var index = min(offset, source.count)
        var column = 1
        while index > 0, source[index - 1] != 0x0A {
            index -= 1
            // Continuation octets of UTF-8 are no characters.
            if source[index] & 0xC0 != 0x80 { column += 1 }
        }
        return column
    }
}

extension String {
    /// The text with a `?` for each control character, and without what goes over 500 characters: parts of scripts
    /// and messages end up in it, which must not make lines of a log or reach a terminal as they are.
    var onOneLine: String {
        var line = ""
        for scalar in unicodeScalars.prefix(500) {
            let isControl = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
            line.unicodeScalars.append(isControl ? "?" : scalar)
        }
        return line
    }
}
