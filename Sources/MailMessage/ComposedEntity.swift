import Platform

/// A MIME entity being made (RFC 2045, RFC 2046): a leaf with its content, or a multipart entity with its parts.
///
/// - What it is made of may be anything: text is encoded where transport could not carry it as it is, so that its
///   lines are no longer than 998 octets.
/// - A message that is enclosed stays as it is but for its line ends: RFC 2046 §5.2.1 allows no encoding of it.
/// - No boundary occurs within the parts that it divides.
package struct ComposedEntity: Sendable {
    private enum Content: Sendable {
        case leaf([UInt8])
        case parts([ComposedEntity])
    }

    /// `Content-Type` without the boundary of a multipart entity; nil if it is among ``fields``.
    private var type: String?
    /// Fields besides `Content-Type` and `Content-Transfer-Encoding`, in lines that end in LF.
    private var fields: [UInt8] = []
    /// In lines that end in LF.
    private var content: Content
    private var encoding: StaticString?

    /// Text in UTF-8; what is not becomes U+FFFD. It ends with a line end.
    ///
    /// - Parameters:
    ///   - subtype: such as `plain`; a token.
    ///   - allows8Bit: whether text that is not ASCII may stay as it is, rather than become quoted-printable.
    package static func text(
        _ text: [UInt8], subtype: String = "plain", allows8Bit: Bool = false
    ) -> ComposedEntity {
        var lines = UTF8Text.repaired(text.span, limit: .max).span.lines()
        if lines.last != ASCII.lineFeed { lines.append(ASCII.lineFeed) }
        return leaf("text/\(subtype); charset=utf-8", text: lines, mayEncode: true, allows8Bit: allows8Bit)
    }

    /// Fields and nothing else, as in `message/disposition-notification` (RFC 8098 §3.1); each value is structured.
    package static func fields(
        type: String, _ fields: [(name: String, value: String)]
    ) -> ComposedEntity {
        let lines = fields.compactMap { MessageComposition.structuredField($0.name, $0.value) }.joined()
        return ComposedEntity(type: type, content: .leaf(Array(lines)))
    }

    /// `message` as it stands, as `message/rfc822`.
    package static func message(_ message: Message) -> ComposedEntity {
        let start = message.header.fields.first?.name.lowerBound ?? 0
        return enclosed("message/rfc822", message, start..<message.bytes.count)
    }

    /// The header of `message`, as `text/rfc822-headers` (RFC 6522 §4).
    package static func headers(of message: Message) -> ComposedEntity {
        let start = message.header.fields.first?.name.lowerBound ?? 0
        let end = message.header.fields.last?.end ?? start
        return enclosed("text/rfc822-headers", message, start..<end)
    }

    /// An entity that is given as a text of fields and body, as with `:mime` of a vacation reply (RFC 5230 §4.3).
    ///
    /// Of the fields, those whose names begin with `Content-` are taken, and no others.
    package static func parsing(_ bytes: [UInt8]) -> ComposedEntity {
        let message = Message(SharedBytes(bytes))
        return part(message.structure(), of: message)
    }

    /// A part of `message` with its `Content-` fields, still encoded as it is.
    package static func part(_ part: MIMEPart, of message: Message) -> ComposedEntity {
        let bytes = message.bytes.span
        let body = bytes.extracting(part.body).transportable()
        // What is divided, enclosed or encoded already is not encoded.
        let mayEncode = !part.isMultipart && !part.isMessage && part.transferEncoding == .identity
        var entity = leaf(
            "\(part.mediaType)/\(part.mediaSubtype)", text: body, mayEncode: mayEncode, allows8Bit: false)
        for field in part.header.fields where bytes.beginsWithContent(field.name) {
            let isEncoding = bytes.matches("Content-Transfer-Encoding", in: field.name)
            if isEncoding, part.transferEncoding == .identity { continue }
            guard let copy = message.transportableField(field) else { continue }
            if isEncoding { entity.encoding = nil }
            if field == part.contentType { entity.type = nil }
            entity.fields += copy
        }
        return entity
    }

    /// An entity of several.
    ///
    /// - Parameters:
    ///   - subtype: such as `mixed` or `report`; a token.
    ///   - parameters: besides the boundary; values of any text, cut at 200 characters.
    package static func multipart(
        _ subtype: String, parameters: [(name: String, value: String)] = [], _ parts: [ComposedEntity]
    ) -> ComposedEntity {
        let list = parameters.map { "; \($0.name)=\(quoted($0.value))" }.joined()
        return ComposedEntity(type: "multipart/\(subtype)\(list)", content: .parts(parts))
    }

    /// Adds a field of free text, such as `Content-Description`.
    package mutating func addText(_ name: String, _ text: String) {
        let safe = String(decoding: text.utf8.map { $0 == 0 ? ASCII.space : $0 }, as: UTF8.self)
        if let field = try? HeaderEditing.field(name: name, value: safe) { fields += field }
    }

    /// Adds a field of tokens, such as `Content-Disposition`.
    package mutating func addStructured(_ name: String, _ text: String) {
        fields += MessageComposition.structuredField(name, text) ?? []
    }

    /// The entity, fields and body: for one that takes the place of a part.
    package func composed(boundarySeed: UInt64, lineEnds: LineEndStyle = .crlf) -> [UInt8] {
        lineEnds.applied(to: rendered(boundarySeed: boundarySeed).span)
    }
}

extension ComposedEntity {
    private init(type: String, content: Content, encoding: StaticString? = nil) {
        self.type = type
        self.content = content
        self.encoding = encoding
    }

    /// Text in lines that end in LF, encoded if it has to be and may be.
    private static func leaf(
        _ type: String, text: [UInt8], mayEncode: Bool, allows8Bit: Bool
    ) -> ComposedEntity {
        let is8Bit = text.contains { $0 >= 0x80 }
        let mustEncode = is8Bit && !allows8Bit || text.span.longestLine > MessageComposition.longestLine
        guard mayEncode, mustEncode else {
            return ComposedEntity(type: type, content: .leaf(text), encoding: is8Bit ? "8bit" : nil)
        }
        let encoded = QuotedPrintable.encode(text.span)
        return ComposedEntity(type: type, content: .leaf(encoded), encoding: "quoted-printable")
    }

    private static func enclosed(_ type: String, _ message: Message, _ range: Range<Int>) -> ComposedEntity {
        let bytes = message.bytes.span
        let text = bytes.extracting(range).transportable()
        return leaf(type, text: text, mayEncode: false, allows8Bit: true)
    }

    /// A parameter's value as a quoted string; what is not printable ASCII becomes `?`.
    private static func quoted(_ value: String) -> String {
        var text = "\""
        for character in value.unicodeScalars.prefix(200) {
            if character == "\"" || character == "\\" { text += "\\" }
            text.unicodeScalars.append((0x20..<0x7F).contains(character.value) ? character : "?")
        }
        return text + "\""
    }
}

extension ComposedEntity {
    /// Fields, an empty line and the body, in lines that end in LF.
    func rendered(boundarySeed: UInt64) -> [UInt8] {
        var boundaries = BoundarySequence(seed: boundarySeed)
        return rendered(&boundaries).bytes
    }

    private func rendered(_ boundaries: inout BoundarySequence) -> (bytes: [UInt8], is8Bit: Bool) {
        switch content {
        case .leaf(let body):
            let header = header(type: type, encoding: encoding)
            return (header + [ASCII.lineFeed] + body, body.contains { $0 >= 0x80 })
        case .parts(let parts):
            var rendered: [[UInt8]] = []
            var is8Bit = false
            for part in parts {
                let (bytes, partIs8Bit) = part.rendered(&boundaries)
                rendered.append(bytes)
                is8Bit = is8Bit || partIs8Bit
            }
            let boundary = boundaries.next(avoiding: rendered)
            let text = String(decoding: boundary, as: UTF8.self)
            let type = "\(type ?? "multipart/mixed"); boundary=\"\(text)\""
            var bytes = header(type: type, encoding: is8Bit ? "8bit" : nil)
            bytes += "\nThis is a message in MIME format.\n".utf8
            for part in rendered { bytes += "\n--\(text)\n".utf8 + part }
            bytes += "\n--\(text)--\n".utf8
            return (bytes, is8Bit)
        }
    }

    private func header(type: String?, encoding: StaticString?) -> [UInt8] {
        var header = type.flatMap { MessageComposition.structuredField("Content-Type", $0) } ?? []
        if let encoding {
            header +=
                MessageComposition.structuredField("Content-Transfer-Encoding", encoding.description) ?? []
        }
        return header + fields
    }
}

/// Boundaries, the same ones for the same seed. `=_` cannot occur in quoted-printable text (RFC 2045 §6.7).
private struct BoundarySequence {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// The next one that none of the parts has behind two hyphens.
    mutating func next(avoiding parts: [[UInt8]]) -> [UInt8] {
        var boundary = next()
        // There are fewer places in the parts than boundaries, so this ends long before.
        var attempts = parts.reduce(1) { $0 + $1.count }
        while attempts > 0, parts.contains(where: { $0.span.holdsDelimiter(boundary.span) }) {
            boundary = next()
            attempts -= 1
        }
        return boundary
    }

    private mutating func next() -> [UInt8] {
        let digits = [word(), word()].map { String($0, radix: 36) }.joined()
        return Array("=_\(digits)".utf8)
    }

    /// SplitMix64
    private mutating func word() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

extension Span<UInt8> {
    /// Whether `--` and the boundary occur anywhere.
    fileprivate func holdsDelimiter(_ boundary: Span<UInt8>) -> Bool {
        guard count >= boundary.count + 2 else { return false }
        for start in 0...(count - boundary.count - 2)
        where self[start] == ASCII.hyphen && self[start + 1] == ASCII.hyphen {
            var length = 0
            while length < boundary.count, self[start + 2 + length] == boundary[length] { length += 1 }
            if length == boundary.count { return true }
        }
        return false
    }

    /// A copy in lines that end in LF, which a lone CR ends too; NUL becomes a space.
    fileprivate func lines() -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(count + 1)
        for index in indices {
            switch self[index] {
            case ASCII.carriageReturn:
                if index + 1 == count || self[index + 1] != ASCII.lineFeed { result.append(ASCII.lineFeed) }
            case 0: result.append(ASCII.space)
            case let byte: result.append(byte)
            }
        }
        return result
    }

    fileprivate func beginsWithContent(_ name: Range<Int>) -> Bool {
        name.count > 8 && matches("Content-", in: name.lowerBound..<(name.lowerBound + 8))
    }
}
