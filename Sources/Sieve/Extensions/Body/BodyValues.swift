import MailMessage
import Platform

/// What `body` tests have looked at so far: each part is decoded once in a run, however many tests ask.
///
/// All of it together takes no more memory than ``SieveLimits/bodyBytes``: a value that would is cut, and the trace
/// says so.
struct BodyValues: ExtensionState {
    private var source: SharedBytes?
    private var used = 0
    fileprivate var raw: [MatchValue]?
    fileprivate var text: [MatchValue]?
    /// By the numbers of the parts.
    fileprivate var contents: [[MatchValue]?] = []

    /// What is kept of another message is dropped.
    fileprivate mutating func begin(with message: Message) {
        guard source !== message.bytes else { return }
        self = BodyValues()
        source = message.bytes
    }

    /// Octets that the next value may have: a value and its form in upper case lie in memory side by side, and one
    /// large part must leave room for those behind it.
    fileprivate func room(_ limits: SieveLimits) -> Int { max(limits.bodyBytes - used, 0) / 4 }

    /// A value with CRLF at its line ends, as the strings of scripts have it.
    fileprivate mutating func value(_ bytes: [UInt8]) -> MatchValue {
        let hasBareLineFeed = bytes.span.transportSize != bytes.count
        let value = MatchValue(hasBareLineFeed ? LineEndStyle.crlf.applied(to: bytes.span) : bytes)
        used = used &+ 2 &* value.text.count
        return value
    }
}

extension Interpretation {
    /// The strings that the transform makes of the body; none if there is no body, not even an empty one (RFC 5173 §3).
    mutating func bodyValues(_ transform: BodyTransform) throws(RuntimeFailure) -> [MatchValue] {
        guard wholeMessage.hasBody else { return [] }
        self[BodyValues.self].begin(with: wholeMessage)
        switch transform {
        case .raw: return try rawBody()
        case .text: return try bodyText()
        case .content(let types): return try bodyContents(types)
        }
    }

    /// RFC 5173 §5.1: all of the body as it stands.
    private mutating func rawBody() throws(RuntimeFailure) -> [MatchValue] {
        if let raw = self[BodyValues.self].raw { return raw }
        let start = wholeMessage.header.bodyStart
        let value = try bodyValue(start..<wholeMessage.bytes.count) { message, limit in
            message.bytes.array(start..<min(message.bytes.count, start &+ limit))
        }
        self[BodyValues.self].raw = [value]
        return [value]
    }

    /// RFC 5173 §5.3: what a person reads.
    private mutating func bodyText() throws(RuntimeFailure) -> [MatchValue] {
        if let text = self[BodyValues.self].text { return text }
        var values: [MatchValue] = []
        for entry in try parts().entries {
            let part = entry.part
            guard part.isReadable, wholeMessage.namesOneType(part) else { continue }
            values.append(
                try bodyValue(part.body) { message, limit in message.readableText(of: part, limit: limit) })
        }
        self[BodyValues.self].text = values
        return values
    }

    /// RFC 5173 §5.2: the parts that have one of the types.
    private mutating func bodyContents(_ types: [Text]) throws(RuntimeFailure) -> [MatchValue] {
        let patterns = try expand(types).map { ContentTypePattern($0) }
        var values: [MatchValue] = []
        for (number, entry) in try parts().entries.enumerated() {
            try spend(patterns.count)
            let part = entry.part
            let isWanted = patterns.contains { pattern in
                pattern == .any
                    || pattern.matches(part.mediaType, part.mediaSubtype) && wholeMessage.namesOneType(part)
            }
            if isWanted { values += try bodyContent(of: part, number) }
        }
        return values
    }

    private mutating func bodyContent(
        of part: MIMEPart, _ number: Int
    ) throws(RuntimeFailure) -> [MatchValue] {
        let known = self[BodyValues.self].contents
        if number < known.count, let values = known[number] { return values }
        var values: [MatchValue] = []
        for piece in part.contentPieces {
            values.append(
                try bodyValue(piece) { message, limit in message.decodedContent(of: part, piece, limit) })
        }
        while self[BodyValues.self].contents.count <= number { self[BodyValues.self].contents.append(nil) }
        self[BodyValues.self].contents[number] = values
        return values
    }

    /// What is read of these octets of the message, as far as there is room for it.
    private mutating func bodyValue(
        _ range: Range<Int>, _ read: (Message, Int) -> [UInt8]
    ) throws(RuntimeFailure) -> MatchValue {
        let room = self[BodyValues.self].room(limits)
        if range.count > room { record(.note("a body of \(range.count) octets is only looked at in part")) }
        try spend(min(range.count, room))
        let bytes = read(wholeMessage, room)
        return self[BodyValues.self].value(bytes)
    }
}

extension MIMEPart {
    /// What `:content` looks at, each piece by itself: of a multipart entity what is around its parts, of a message its
    /// header, of all others their bodies (RFC 5173 §5.2).
    fileprivate var contentPieces: [Range<Int>] {
        if isMultipart { return [preamble, epilogue] }
        if isMessage, let message = children.first {
            let start = message.range.lowerBound
            return [start..<max(message.header.fields.last?.end ?? start, start)]
        }
        return [body]
    }
}

extension Message {
    /// The octets of a piece, decoded if it is the body.
    fileprivate func decodedContent(of part: MIMEPart, _ piece: Range<Int>, _ limit: Int) -> [UInt8] {
        guard piece == part.body, !part.isMultipart else {
            return bytes.array(piece.lowerBound..<min(piece.upperBound, piece.lowerBound &+ limit))
        }
        return part.mediaType == "text" ? text(of: part, limit: limit) : content(of: part, limit: limit)
    }

    /// Whether an empty line ends the header, so that there is a body, be it empty.
    var hasBody: Bool {
        let end = header.bodyStart
        let span = bytes.span
        guard end == span.count else { return true }
        guard end > 0, span[end - 1] == 0x0A else { return false }
        let before = end > 1 && span[end - 2] == 0x0D ? end - 2 : end - 1
        return before == 0 || span[before - 1] == 0x0A
    }

    /// False for a part whose field names something with two slashes, which is no type.
    func namesOneType(_ part: MIMEPart) -> Bool {
        guard let field = part.contentType else { return true }
        let type = unfoldedBody(field).prefix { $0 != 0x3B && $0 != 0x28 }
        return type.count { $0 == 0x2F } <= 1
    }
}
