/// The text that a reader of HTML sees, without its layout.
///
/// - Markup counts as browsers take it: a tag or a comment that does not end hides all that follows; `<` before anything
///   but a letter, `/`, `!` and `?` is text.
/// - What is never shown is dropped: comments, and the contents of `script`, `style`, `title` and their like. A `head`
///   holds nothing else; what does not belong into it is shown by browsers, and so it is here.
/// - White space, no-break spaces included, becomes one space; within `pre` it stays. Block elements and `br` become
///   line ends, as many as there are `br` and no more than one for all else. The text begins and ends without either.
/// - Styles are not read: what they hide is text all the same.
package enum HTMLText {
    /// The text of `html`, which is UTF-8; at most `limit` octets, in time linear in `html`, no character cut.
    package static func text(of html: Span<UInt8>, limit: Int) -> [UInt8] {
        var reader = HTMLReader(html, limit: max(limit, 0))
        return reader.read()
    }
}

extension MIMEPart {
    /// Whether the body is HTML, or XHTML.
    package var isHTML: Bool {
        (mediaType == "text" && mediaSubtype == "html")
            || (mediaType == "application" && mediaSubtype == "xhtml+xml")
    }

    /// Whether the body is text that can be read: `text/*` or XHTML, in a known transfer encoding (RFC 2045 §6.4).
    package var isReadable: Bool {
        (mediaType == "text" || isHTML) && transferEncoding != .unknown
    }
}

extension Message {
    /// What a person reads in the part, as UTF-8: its text, without the markup if it is HTML; empty if it is not readable.
    ///
    /// - Parameter limit: octets of the decoded body that are read, and of the result.
    package func readableText(of part: MIMEPart, limit: Int) -> [UInt8] {
        guard part.isReadable else { return [] }
        let source = text(of: part, limit: limit)
        return part.isHTML ? HTMLText.text(of: source.span, limit: limit) : source
    }
}

/// Reads HTML from its beginning to its end, never going back.
private struct HTMLReader: ~Escapable, ~Copyable {
    private let bytes: Span<UInt8>
    private var position = 0
    private var text: CollapsedText

    @_lifetime(copy bytes)
    init(_ bytes: Span<UInt8>, limit: Int) {
        self.bytes = bytes
        text = CollapsedText(limit: limit)
    }

    mutating func read() -> [UInt8] {
        while position < bytes.count, !text.isFull {
            switch bytes[position] {
            case ASCII.less: readMarkup()
            case UInt8(ascii: "&"): readReference()
            case 0xC2 where byte(1) == 0xA0:
                text.putSpace()
                position &+= 2
            case let byte:
                text.put(byte)
                position &+= 1
            }
        }
        return text.finished()
    }

    /// The octet `offset` behind the next one; nil behind the end.
    private func byte(_ offset: Int) -> UInt8? {
        let (index, overflow) = position.addingReportingOverflow(offset)
        return !overflow && index < bytes.count ? bytes[index] : nil
    }
}

extension HTMLReader {
    private mutating func readMarkup() {
        switch byte(1) {
        case let next? where next.isLetter: readTag(nameAt: position &+ 1, isEnd: false)
        case ASCII.slash:
            if let next = byte(2), next.isLetter {
                readTag(nameAt: position &+ 2, isEnd: true)
            } else {
                skip(behind: ASCII.greater)
            }
        case UInt8(ascii: "!"):
            if byte(2) == ASCII.hyphen, byte(3) == ASCII.hyphen {
                skipComment()
            } else {
                skip(behind: ASCII.greater)
            }
        case ASCII.questionMark: skip(behind: ASCII.greater)
        default:
            text.put(ASCII.less)
            position &+= 1
        }
    }

    private mutating func skip(behind byte: UInt8) {
        position = bytes.firstIndex(of: byte, from: position, to: bytes.count).map { $0 &+ 1 } ?? bytes.count
    }

    /// `<!--` to `-->`; `<!-->` and `<!--->` are whole comments.
    private mutating func skipComment() {
        position &+= 4
        var hyphens = 2
        while position < bytes.count {
            let byte = bytes[position]
            position &+= 1
            if byte == ASCII.greater, hyphens >= 2 { return }
            // `--!>` ends a comment too.
            if byte == UInt8(ascii: "!"), hyphens >= 2, self.byte(0) == ASCII.greater { continue }
            hyphens = byte == ASCII.hyphen ? min(hyphens &+ 1, 2) : 0
        }
    }

    private mutating func readTag(nameAt start: Int, isEnd: Bool) {
        position = start
        while let byte = byte(0), !byte.isWhiteSpace, byte != 0x0C, byte != ASCII.slash, byte != ASCII.greater
        {
            position &+= 1
        }
        let name = elementName(start..<position)
        let isClosed = skipAttributes()
        switch HTMLElement(named: name) {
        case .inline: break
        case .block: text.beginLine()
        case .lineBreak: text.addLine()
        case .cell: text.putSpace()
        case .preformatted:
            text.beginLine()
            text.preformattedDepth = max(text.preformattedDepth &+ (isEnd ? -1 : isClosed ? 0 : 1), 0)
        case .hidden where !isEnd && !isClosed: skipContent(of: name)
        case .hidden: break
        }
    }

    /// The name in lower case; empty if it is longer than any that matters.
    private func elementName(_ range: Range<Int>) -> String {
        range.count <= 10 ? bytes.lowercasedText(range) : ""
    }

    /// Passes over the rest of a tag.
    ///
    /// - Returns: whether it ends in `/>`.
    private mutating func skipAttributes() -> Bool {
        var expectsValue = false
        var isInValue = false
        var endsInSlash = false
        while let byte = byte(0) {
            position &+= 1
            if byte == ASCII.greater { return endsInSlash }
            endsInSlash = false
            switch byte {
            case ASCII.quote where expectsValue, UInt8(ascii: "'") where expectsValue:
                skip(behind: byte)
                expectsValue = false
            case ASCII.equals where !isInValue: expectsValue = true
            case _ where byte.isWhiteSpace || byte == 0x0C: isInValue = false
            case ASCII.slash where !isInValue && !expectsValue: endsInSlash = true
            default:
                isInValue = isInValue || expectsValue
                expectsValue = false
            }
        }
        return false
    }

    /// Passes over everything up to the end tag of the element.
    private mutating func skipContent(of name: String) {
        let name = name.utf8.span
        while true {
            skip(behind: ASCII.less)
            guard byte(0) != nil else { return }
            let end = position &+ 1 &+ name.count
            guard byte(0) == ASCII.slash, end <= bytes.count, bytes.matches(name, in: (position &+ 1)..<end)
            else { continue }
            let next = end < bytes.count ? bytes[end] : ASCII.greater
            guard next.isWhiteSpace || next == 0x0C || next == ASCII.slash || next == ASCII.greater else {
                continue
            }
            position = end
            _ = skipAttributes()
            return
        }
    }
}

extension HTMLReader {
    /// `&amp;`, `&#233;` or `&#xE9;`; an ampersand that begins none of these is text.
    private mutating func readReference() {
        let reference = byte(1) == UInt8(ascii: "#") ? numericReference() : namedReference()
        guard let (scalar, end) = reference else {
            text.put(UInt8(ascii: "&"))
            position &+= 1
            return
        }
        position = end
        text.put(scalar)
    }

    private func numericReference() -> (Unicode.Scalar, Int)? {
        var index = position &+ 2
        let isHexadecimal = index < bytes.count && bytes[index].lowercased == UInt8(ascii: "x")
        if isHexadecimal { index &+= 1 }
        let start = index
        var value: UInt32 = 0
        while index < bytes.count, let digit = bytes[index].hexadecimalValue, isHexadecimal || digit < 10 {
            // Beyond the last character it does not matter how far.
            value = min(value &* (isHexadecimal ? 16 : 10) &+ UInt32(digit), 0x11_0000)
            index &+= 1
        }
        guard index > start else { return nil }
        if index < bytes.count, bytes[index] == ASCII.semicolon { index &+= 1 }
        return (HTMLEntity.scalar(numbered: value), index)
    }

    private func namedReference() -> (Unicode.Scalar, Int)? {
        let start = position &+ 1
        var index = start
        while index < bytes.count, index &- start <= HTMLEntity.longestName,
            bytes[index].isLetter || bytes[index].isDigit
        {
            index &+= 1
        }
        guard let entity = HTMLEntity(named: bytes, in: start..<index) else { return nil }
        if index < bytes.count, bytes[index] == ASCII.semicolon { return (entity.scalar, index &+ 1) }
        return entity.mayLackSemicolon ? (entity.scalar, index) : nil
    }
}

/// What an element's tags mean for the text.
private enum HTMLElement {
    case inline, block, lineBreak, cell, preformatted
    /// Its content is not HTML and is not shown.
    case hidden

    init(named name: String) {
        switch name {
        case "p", "div", "tr", "li", "ul", "ol", "table", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "body",
            "html", "head", "blockquote", "center", "dl", "dt", "dd", "form", "tbody", "thead", "tfoot",
            "caption", "section", "article", "header", "footer", "main", "nav", "aside", "address", "figure",
            "figcaption", "fieldset", "legend", "option", "optgroup", "details", "summary", "dialog", "dir",
            "menu":
            self = .block
        case "br": self = .lineBreak
        case "td", "th": self = .cell
        case "pre", "listing", "textarea": self = .preformatted
        case "script", "style", "title", "iframe", "noembed", "noframes": self = .hidden
        default: self = .inline
        }
    }
}

/// Text in which white space is held back until it shows what comes behind it.
private struct CollapsedText {
    private var bytes: [UInt8] = []
    private let limit: Int
    private var lines = 0
    private var hasSpace = false
    /// How many `pre` are open.
    var preformattedDepth = 0

    init(limit: Int) { self.limit = limit }

    /// Whether there is more than can be returned, so that it shows where the last character ends.
    var isFull: Bool { bytes.count > limit }

    mutating func put(_ byte: UInt8) {
        switch byte {
        case ASCII.lineFeed where preformattedDepth > 0: addLine()
        case ASCII.carriageReturn where preformattedDepth > 0: break
        case ASCII.lineFeed, ASCII.carriageReturn, 0x0C: hasSpace = true
        case ASCII.space, ASCII.tab:
            if preformattedDepth > 0, !bytes.isEmpty { append(byte) } else { hasSpace = true }
        default: append(byte)
        }
    }

    mutating func put(_ scalar: Unicode.Scalar) {
        if scalar.isASCII {
            put(UInt8(truncatingIfNeeded: scalar.value))
        } else if scalar == "\u{A0}" {
            putSpace()
        } else {
            for byte in String(scalar).utf8 { append(byte) }
        }
    }

    mutating func putSpace() { hasSpace = true }

    mutating func beginLine() { lines = max(lines, 1) }

    mutating func addLine() { lines &+= 1 }

    private mutating func append(_ byte: UInt8) {
        if lines > 0 || hasSpace {
            if !bytes.isEmpty {
                let room = limit &- bytes.count
                if lines > 0 {
                    bytes += repeatElement(ASCII.lineFeed, count: max(min(lines, room), 0))
                } else {
                    bytes.append(ASCII.space)
                }
            }
            lines = 0
            hasSpace = false
        }
        bytes.append(byte)
    }

    func finished() -> [UInt8] { UTF8Text.clipped(bytes, limit: limit) }
}
