/// Cuts a script into tokens (RFC 5228 §8.1).
///
/// Total: any octets give tokens, and the last is `end` however often it is asked for. What cannot be part
/// of a token is reported and skipped. Nothing is copied: tokens are ranges of the source.
struct Lexer {
    let source: [UInt8]
    private var index = 0
    private var line: Int

    /// Octets of the longest script that can be cut.
    static let limit = Int(Int32.max) - 1

    /// - Parameter line: the number of the first line.
    init(_ source: [UInt8], line: Int = 1) {
        self.source = source
        self.line = line
        // A byte order mark, which some editors write.
        if source.starts(with: [0xEF, 0xBB, 0xBF]) { index = 3 }
    }

    mutating func next(_ diagnostics: inout DiagnosticList) -> Token {
        while true {
            skipBlanks(&diagnostics)
            guard index < source.count else { return token(.end, length: 0) }
            let byte = source[index]
            if byte.isIdentifierStart { return identifierOrText(&diagnostics) }
            switch byte {
            case 0x22: return quotedString(&diagnostics)
            case 0x3B: return token(.semicolon)
            case 0x2C: return token(.comma)
            case 0x28: return token(.leftParenthesis)
            case 0x29: return token(.rightParenthesis)
            case 0x5B: return token(.leftBracket)
            case 0x5D: return token(.rightBracket)
            case 0x7B: return token(.leftBrace)
            case 0x7D: return token(.rightBrace)
            case 0x30...0x39: return number(&diagnostics)
            case 0x3A where index + 1 < source.count && source[index + 1].isIdentifierStart:
                return tag(&diagnostics)
            default: skipInvalid(&diagnostics)
            }
        }
    }

    private var position: Position { Position(offset: index, line: line) }

    private mutating func token(_ kind: Token.Kind, length: Int = 1) -> Token {
        let token = Token(kind: kind, position: position, range: index..<(index + length))
        index += length
        return token
    }

    /// White space and comments.
    private mutating func skipBlanks(_ diagnostics: inout DiagnosticList) {
        while true {
            let source = source
            let bytes = source.span
            var at = index
            var lines = line
            var hasBracketComment = false
            loop: while at < bytes.count {
                switch bytes[at] {
                case 0x20, 0x09, 0x0D:
                    at &+= 1
                case 0x0A:
                    lines &+= 1
                    at &+= 1
                case 0x23:
                    while at < bytes.count, bytes[at] != 0x0A { at &+= 1 }
                case 0x2F where at &+ 1 < bytes.count && bytes[at &+ 1] == 0x2A:
                    hasBracketComment = true
                    break loop
                default:
                    break loop
                }
            }
            index = at
            line = lines
            guard hasBracketComment else { return }
            skipBracketComment(&diagnostics)
        }
    }

    private mutating func skipToLineEnd() {
        while index < source.count, source[index] != 0x0A { index += 1 }
    }

    /// `/* … */`, which does not nest (RFC 5228 §2.3).
    private mutating func skipBracketComment(_ diagnostics: inout DiagnosticList) {
        let start = position
        index += 2
        while index < source.count {
            if source[index] == 0x2A, index + 1 < source.count, source[index + 1] == 0x2F {
                index += 2
                return
            }
            if source[index] == 0x0A { line += 1 }
            index += 1
        }
        diagnostics.error(.unterminatedComment, at: start, "comment without an end", hint: "end it with */")
    }

    /// A run of octets that begin no token is reported once.
    private mutating func skipInvalid(_ diagnostics: inout DiagnosticList) {
        let start = position
        let isQuote = source[index] == 0x27
        repeat { index += 1 } while index < source.count && source[index] >= 0x80
        diagnostics.error(
            .invalidCharacter, at: start, "character that has no meaning here",
            hint: isQuote ? "strings stand in double quotes" : nil)
    }

    private mutating func endOfIdentifier() {
        let source = source
        let bytes = source.span
        var at = index
        while at < bytes.count, bytes[at].isIdentifierPart { at &+= 1 }
        index = at
    }

    /// Characters of an identifier; no name of the language has so many.
    private static let identifierLimit = 32

    private func checkLength(from start: Position, _ diagnostics: inout DiagnosticList) {
        guard index - start.offset > Self.identifierLimit else { return }
        diagnostics.error(
            .identifierTooLong, at: start, "identifier is longer than \(Self.identifierLimit) characters")
    }

    private mutating func tag(_ diagnostics: inout DiagnosticList) -> Token {
        let start = position
        index += 1
        endOfIdentifier()
        checkLength(from: start, &diagnostics)
        return Token(kind: .tag, position: start, range: (start.offset + 1)..<index)
    }

    private mutating func identifierOrText(_ diagnostics: inout DiagnosticList) -> Token {
        let start = position
        endOfIdentifier()
        if index - start.offset == 4, index < source.count, source[index] == 0x3A,
            Identifier(source, start.offset..<index) == Identifier("text")
        {
            index += 1
            return multilineString(from: start, &diagnostics)
        }
        checkLength(from: start, &diagnostics)
        return Token(kind: .identifier, position: start, range: start.offset..<index)
    }
}

// MARK: Numbers

extension Lexer {
    /// `1*DIGIT [QUANTIFIER]`, the quantifiers being powers of two (RFC 5228 §2.4.1).
    private mutating func number(_ diagnostics: inout DiagnosticList) -> Token {
        let start = position
        var value: UInt64 = 0
        var overflow = false
        while index < source.count, source[index].isDigit {
            let (tens, tooLarge) = value.multipliedReportingOverflow(by: 10)
            let (sum, tooLargeSum) = tens.addingReportingOverflow(UInt64(source[index] &- 0x30))
            overflow = overflow || tooLarge || tooLargeSum
            value = sum
            index += 1
        }
        if index < source.count, let factor = quantifier(source[index]) {
            let (scaled, tooLarge) = value.multipliedReportingOverflow(by: factor)
            overflow = overflow || tooLarge
            value = scaled
            index += 1
        }
        if index < source.count, source[index].isIdentifierPart {
            endOfIdentifier()
            diagnostics.error(
                .invalidNumber, at: start, "number with letters after it",
                hint: "a number is digits and at most one of K, M, G")
        } else if overflow {
            diagnostics.error(
                .numberTooLarge, at: start, "number is too large", hint: "the largest is \(UInt64.max)")
        }
        return Token(kind: .number, position: start, range: start.offset..<index, number: value)
    }

    private func quantifier(_ byte: UInt8) -> UInt64? {
        switch byte.lowercasedASCII {
        case 0x6B: 1 << 10
        case 0x6D: 1 << 20
        case 0x67: 1 << 30
        default: nil
        }
    }
}

// MARK: Strings

extension Lexer {
    /// `"` … `"`, in which `\` takes the meaning from the next octet.
    private mutating func quotedString(_ diagnostics: inout DiagnosticList) -> Token {
        let start = position
        let source = source
        let bytes = source.span
        var at = index &+ 1
        while at < bytes.count, bytes[at] != 0x22, bytes[at] != 0x5C, bytes[at] != 0x0A, bytes[at] != 0 {
            at &+= 1
        }
        index = at
        guard at < bytes.count, bytes[at] == 0x22 else { return unevenString(from: start, &diagnostics) }
        index = at &+ 1
        return Token(kind: .quotedString, position: start, range: (start.offset &+ 1)..<at)
    }

    /// A quoted string from its first escape, line end or NUL on.
    private mutating func unevenString(
        from start: Position, _ diagnostics: inout DiagnosticList
    ) -> Token {
        var isPlain = true
        var hasNUL = false
        while index < source.count, source[index] != 0x22 {
            switch source[index] {
            case 0x5C:
                isPlain = false
                index += 1
                // The octet after it is looked at here: it may be a line end.
                guard index < source.count else { continue }
                if source[index] == 0x0A { line += 1 }
                if source[index] == 0 { hasNUL = true }
            case 0x0A:
                isPlain = false
                line += 1
            case 0:
                hasNUL = true
            default:
                break
            }
            index += 1
        }
        let end = min(index, source.count)
        if index < source.count {
            index += 1
        } else {
            index = source.count
            diagnostics.error(
                .unterminatedString, at: start, "string without a closing quote",
                hint: "a quote inside a string is written \\\"")
        }
        if hasNUL { diagnostics.error(.nulInString, at: start, "string contains a NUL") }
        return Token(
            kind: .quotedString, position: start, range: (start.offset + 1)..<end, isPlain: isPlain)
    }

    /// `text:` …, up to a line that is a single dot (RFC 5228 §8.1). Called after the colon.
    private mutating func multilineString(from start: Position, _ diagnostics: inout DiagnosticList) -> Token
    {
        while index < source.count, source[index] == 0x20 || source[index] == 0x09 { index += 1 }
        if index < source.count, source[index] == 0x23 { skipToLineEnd() }
        if index < source.count, source[index] == 0x0D { index += 1 }
        guard index < source.count, source[index] == 0x0A else {
            diagnostics.error(
                .syntax, at: start, "text on the line of text:", hint: "the text begins on the line after it")
            return Token(kind: .multilineString, position: start, range: index..<index)
        }
        index += 1
        line += 1
        let first = index
        var hasNUL = false
        while index < source.count {
            let lineStart = index
            if source[index] == 0x2E, isLineEnd(index + 1) {
                index += 1
                if hasNUL { diagnostics.error(.nulInString, at: start, "string contains a NUL") }
                return Token(
                    kind: .multilineString, position: start, range: first..<lineStart, isPlain: false)
            }
            while index < source.count, source[index] != 0x0A {
                if source[index] == 0 { hasNUL = true }
                index += 1
            }
            if index < source.count {
                index += 1
                line += 1
            }
        }
        diagnostics.error(
            .unterminatedString, at: start, "multi-line string without an end",
            hint: "end it with a line that is a single dot")
        return Token(kind: .multilineString, position: start, range: first..<source.count, isPlain: false)
    }

    /// Whether the line ends at `offset`, with LF, CRLF or the script's end.
    private func isLineEnd(_ offset: Int) -> Bool {
        guard offset < source.count else { return true }
        if source[offset] == 0x0A { return true }
        return source[offset] == 0x0D && (offset + 1 >= source.count || source[offset + 1] == 0x0A)
    }
}
