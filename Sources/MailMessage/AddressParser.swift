/// Reads the elements of an address list one after the other, never going back.
struct AddressParser: ~Escapable, ~Copyable {
    enum Element {
        case address(MailAddress)
        case invalid(Range<Int>)
        case end
    }

    private var cursor: ByteCursor
    private var isInGroup = false
    private var converters = CharsetConverters()

    @_lifetime(copy bytes)
    init(_ bytes: Span<UInt8>, in range: Range<Int>) {
        cursor = ByteCursor(bytes, in: range)
    }

    /// The next element that is not empty.
    mutating func next() -> Element {
        while true {
            cursor.skipCommentsAndWhiteSpace()
            guard let byte = cursor.next else { return .end }
            if byte == ASCII.comma || byte == ASCII.semicolon {
                if byte == ASCII.semicolon { isInGroup = false }
                cursor.advance()
                continue
            }
            if let element = element() { return element }
        }
    }

    /// One element; nil if it was the name of a group.
    private mutating func element() -> Element? {
        let start = cursor.position
        var words = Words()
        read(&words)
        let wordsEnd = cursor.position
        switch cursor.next {
        case ASCII.colon where !isInGroup && !words.isEmpty && !words.isBroken:
            cursor.advance()
            isInGroup = true
            return nil
        case ASCII.less where !words.isBroken:
            cursor.advance()
            guard var address = angleAddress(), isAtElementEnd() else { break }
            address.displayName = words.isEmpty ? nil : displayName(start..<wordsEnd)
            return .address(address)
        case ASCII.at:
            guard let address = domain(after: words), isAtElementEnd() else { break }
            return .address(address)
        default: break
        }
        return recover(from: start)
    }

    private mutating func isAtElementEnd() -> Bool {
        cursor.skipCommentsAndWhiteSpace()
        guard let byte = cursor.next else { return true }
        return byte == ASCII.comma || byte == ASCII.semicolon
    }

    /// Passes over the rest of an element that is no address.
    private mutating func recover(from start: Int) -> Element {
        while let byte = cursor.next, byte != ASCII.comma, !(isInGroup && byte == ASCII.semicolon) {
            cursor.advance()
        }
        return .invalid(start..<cursor.position)
    }
}

extension AddressParser {
    /// Words as a phrase and as a local part have them, until it shows which of the two they are.
    private struct Words {
        /// The words without white space between them: the local part, if they are one.
        var joined: [UInt8] = []
        var isEmpty = true
        /// Whether nothing but dots stands between the words (RFC 5322 §4.4).
        var isLocalPart = true
        /// Whether a quoted string is not closed.
        var isBroken = false
        var endsInWord = false
    }

    /// Reads words and dots (RFC 5322 §3.2.5, §4.1) as far as they go.
    private mutating func read(_ words: inout Words) {
        while true {
            cursor.skipCommentsAndWhiteSpace()
            guard let byte = cursor.next else { return }
            if byte == ASCII.dot {
                words.joined.append(byte)
                words.endsInWord = false
                cursor.advance()
            } else if byte == ASCII.quote {
                if words.endsInWord { words.isLocalPart = false }
                words.endsInWord = true
                guard cursor.quotedString(into: &words.joined) else {
                    words.isBroken = true
                    return
                }
            } else if let atom = cursor.atom() {
                if words.endsInWord { words.isLocalPart = false }
                words.endsInWord = true
                words.joined.append(contentsOf: cursor.bytes, in: atom)
            } else {
                return
            }
            words.isEmpty = false
        }
    }

    /// `[route] local@domain>`, behind the opening bracket.
    private mutating func angleAddress() -> MailAddress? {
        cursor.skipCommentsAndWhiteSpace()
        guard cursor.skipSourceRoute() else { return nil }
        var words = Words()
        read(&words)
        guard let address = domain(after: words) else { return nil }
        cursor.skipCommentsAndWhiteSpace()
        return cursor.take(ASCII.greater) ? address : nil
    }

    /// `@domain`, behind the words that make the local part.
    private mutating func domain(after words: Words) -> MailAddress? {
        guard !words.isBroken, words.isLocalPart, cursor.take(ASCII.at) else { return nil }
        cursor.skipCommentsAndWhiteSpace()
        var domain: [UInt8] = []
        if cursor.next == ASCII.openBracket {
            readLiteral(into: &domain)
        } else {
            readDomainName(into: &domain)
        }
        guard let local = String(validating: words.joined.span, in: 0..<words.joined.count),
            let host = String(validating: domain.span, in: 0..<domain.count)
        else { return nil }
        return MailAddress(localPart: local, domain: host)
    }

    /// Atoms with dots and, obsoletely, white space and comments between them; a dot at the end is dropped.
    private mutating func readDomainName(into domain: inout [UInt8]) {
        while let atom = cursor.atom() {
            domain.append(contentsOf: cursor.bytes, in: atom)
            cursor.skipCommentsAndWhiteSpace()
            guard cursor.take(ASCII.dot) else { return }
            domain.append(ASCII.dot)
            cursor.skipCommentsAndWhiteSpace()
        }
        if domain.last == ASCII.dot { domain.removeLast() }
    }

    /// A domain literal (RFC 5322 §3.4.1), white space within it dropped.
    private mutating func readLiteral(into domain: inout [UInt8]) {
        while let byte = cursor.next {
            cursor.advance()
            if !byte.isWhiteSpace { domain.append(byte) }
            if byte == ASCII.closeBracket { return }
        }
    }

    /// The phrase in `range` as text: comments dropped, quotes resolved, encoded words decoded.
    ///
    /// Encoded words are decoded within quoted strings too: RFC 2047 §5 forbids them there, but they are common.
    private mutating func displayName(_ range: Range<Int>) -> String {
        var phrase: [UInt8] = []
        var reader = ByteCursor(cursor.bytes, in: range)
        reader.skipCommentsAndWhiteSpace()
        while let byte = reader.next {
            let before = reader.position
            if byte == ASCII.quote {
                _ = reader.quotedString(into: &phrase)
            } else if let atom = reader.atom() {
                phrase.append(contentsOf: cursor.bytes, in: atom)
            } else {
                phrase.append(byte)
                reader.advance()
            }
            let wordEnd = reader.position
            reader.skipCommentsAndWhiteSpace()
            if reader.position > wordEnd, reader.next != nil { phrase.append(ASCII.space) }
            guard reader.position > before else { break }
        }
        guard EncodedWords.mayOccur(in: phrase.span) else { return String(decoding: phrase, as: UTF8.self) }
        return String(decoding: EncodedWords.decode(phrase.span, with: &converters), as: UTF8.self)
    }
}
