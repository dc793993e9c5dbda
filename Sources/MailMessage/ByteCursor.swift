/// A reader of the tokens that structured fields are made of (RFC 5322 §3.2).
///
/// It only ever moves forward, so whoever uses it without going back is linear in what is read.
struct ByteCursor: ~Escapable {
    let bytes: Span<UInt8>
    let end: Int
    private(set) var position: Int

    /// Reads `range`, as far as it is within `bytes`.
    @_lifetime(copy bytes)
    init(_ bytes: Span<UInt8>, in range: Range<Int>) {
        self.bytes = bytes
        position = min(max(range.lowerBound, 0), bytes.count)
        end = min(max(range.upperBound, position), bytes.count)
    }

    /// The octet to be read next; nil at the end.
    var next: UInt8? { position < end ? bytes[position] : nil }

    /// Passes over one octet.
    mutating func advance() {
        if position < end { position &+= 1 }
    }

    /// Passes over `byte`, if it is next.
    mutating func take(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        position &+= 1
        return true
    }

    /// Passes over everything up to the next `byte` or, failing that, to the end.
    mutating func skip(to byte: UInt8) {
        position = bytes.firstIndex(of: byte, from: position, to: end) ?? end
    }

    /// Passes over white space and comments (RFC 5322 §3.2.2); a comment that is not closed goes to the end.
    ///
    /// Comments nest to any depth: they are counted, not followed.
    mutating func skipCommentsAndWhiteSpace() {
        while let byte = next {
            if byte == ASCII.openParenthesis {
                skipComment()
            } else if byte.isWhiteSpace {
                position &+= 1
            } else {
                return
            }
        }
    }

    private mutating func skipComment() {
        var depth = 0
        while let byte = next {
            position &+= 1
            switch byte {
            case ASCII.openParenthesis: depth &+= 1
            case ASCII.closeParenthesis:
                depth &-= 1
                if depth == 0 { return }
            case ASCII.backslash: advance()
            default: break
            }
        }
    }

    /// Reads an atom (RFC 5322 §3.2.3); nil if none is next.
    mutating func atom() -> Range<Int>? {
        let start = position
        while let byte = next, byte.isAtomText { position &+= 1 }
        return position > start ? start..<position : nil
    }

    /// Reads a token of MIME (RFC 2045 §5.1), non-ASCII octets being let pass; nil if none is next.
    mutating func token() -> Range<Int>? {
        let start = position
        while let byte = next, byte.isTokenText { position &+= 1 }
        return position > start ? start..<position : nil
    }

    /// Reads a quoted string and appends its content, unquoted and unfolded (RFC 5322 §3.2.4).
    ///
    /// - Returns: false if there is none or it is not closed; what there is has then been appended.
    mutating func quotedString(into content: inout [UInt8]) -> Bool {
        guard take(ASCII.quote) else { return false }
        while let byte = next {
            position &+= 1
            switch byte {
            case ASCII.quote: return true
            case ASCII.backslash:
                guard let escaped = next else { return false }
                content.append(escaped)
                position &+= 1
            case ASCII.lineFeed: break
            case ASCII.carriageReturn where next == ASCII.lineFeed: break
            default: content.append(byte)
            }
        }
        return false
    }

    /// Reads up to `limit` decimal digits; nil if there are none, or more.
    mutating func number(digits limit: ClosedRange<Int>) -> (value: Int, digits: Int)? {
        var value = 0
        var count = 0
        while let byte = next, byte.isDigit {
            count &+= 1
            guard count <= limit.upperBound else { return nil }
            value = value &* 10 &+ Int(byte &- ASCII.zero)
            position &+= 1
        }
        return count >= limit.lowerBound ? (value, count) : nil
    }

    /// Passes over the obsolete route before an address, `@a,@b:` (RFC 5322 §4.4, RFC 5321 appendix C).
    ///
    /// - Returns: false if a route begins but does not end.
    mutating func skipSourceRoute() -> Bool {
        guard next == ASCII.at else { return true }
        while let byte = next, byte != ASCII.colon {
            let belongs =
                byte == ASCII.at || byte == ASCII.comma || byte == ASCII.dot || byte.isAtomText
                || byte == ASCII.openBracket || byte == ASCII.closeBracket || byte.isWhiteSpace
            guard belongs else { return false }
            position &+= 1
        }
        return take(ASCII.colon)
    }
}

extension UInt8 {
    /// A character of a MIME token: anything but blanks, controls and `tspecials` (RFC 2045 §5.1).
    var isTokenText: Bool {
        switch self {
        case 0...0x20, ASCII.delete, ASCII.openParenthesis, ASCII.closeParenthesis, ASCII.less, ASCII.greater,
            ASCII.at, ASCII.comma, ASCII.semicolon, ASCII.colon, ASCII.backslash, ASCII.quote, ASCII.slash,
            ASCII.openBracket, ASCII.closeBracket, ASCII.questionMark, ASCII.equals:
            return false
        default: return true
        }
    }
}
