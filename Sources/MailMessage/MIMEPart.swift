import Platform

/// An entity of a message (RFC 2045 §2.4) and those within it, as offsets into the message's octets.
///
/// Every range is within that of the entity, and those of the children are within the body, in order, without overlap.
package struct MIMEPart: Sendable {
    /// The entity: header and body.
    package let range: Range<Int>
    /// The index of its header.
    package let header: HeaderSection
    /// The body, without the line end that belongs to the delimiter after it (RFC 2046 §5.1.1).
    package let body: Range<Int>
    /// In lower case; `text` where nothing readable is said (RFC 2045 §5.2).
    package let mediaType: String
    /// In lower case.
    package let mediaSubtype: String
    /// The `Content-Type` field, for its parameters.
    package let contentType: HeaderField?
    package let transferEncoding: TransferEncoding
    /// The parts of a multipart entity; the message of a `message/rfc822` or `message/global` one.
    package let children: [MIMEPart]
    /// What comes before the first delimiter of a multipart entity; empty for others.
    package let preamble: Range<Int>
    /// What comes behind the last delimiter of a multipart entity, if that is there; empty for others.
    package let epilogue: Range<Int>
    /// The first limit that kept this entity, or one within it, from being taken apart in full.
    package let exceeded: MessageLimit?

    /// Whether the entity is divided by delimiters.
    package var isMultipart: Bool { mediaType == "multipart" }

    /// Whether the entity's body is a message.
    package var isMessage: Bool {
        mediaType == "message" && (mediaSubtype == "rfc822" || mediaSubtype == "global")
    }

    /// This entity and all within it, in the message's order; the number is limited by ``MessageLimits/mimeParts``.
    package func forEach(_ visit: (MIMEPart) -> Void) {
        visit(self)
        for child in children { child.forEach(visit) }
    }
}

extension Message {
    /// The parameters of the part's `Content-Type`.
    package func contentTypeParameters(of part: MIMEPart) -> ParameterList {
        guard let field = part.contentType else { return ParameterList([]) }
        return parameters(field)
    }

    /// The part's `Content-Disposition` in lower case, and its parameters (RFC 2183); nil without that field.
    package func disposition(of part: MIMEPart) -> (type: String, parameters: ParameterList)? {
        let span = bytes.span
        guard let field = part.header.firstField(named: "Content-Disposition", in: span) else { return nil }
        var cursor = ByteCursor(span, in: field.body)
        cursor.skipCommentsAndWhiteSpace()
        let type = cursor.token().map { span.lowercasedText($0) } ?? ""
        return (type, parameters(field))
    }

    /// The part's body, transfer encoding undone, at most `limit` octets of it.
    package func content(of part: MIMEPart, limit: Int) -> [UInt8] {
        switch part.transferEncoding {
        case .identity, .unknown:
            let (end, overflow) = part.body.lowerBound.addingReportingOverflow(max(limit, 0))
            return bytes.array(
                part.body.lowerBound..<(overflow ? part.body.upperBound : min(end, part.body.upperBound)))
        case .base64, .quotedPrintable:
            let span = bytes.span
            guard part.body.upperBound <= span.count else { return [] }
            return part.transferEncoding.decode(span.extracting(part.body), limit: limit)
        }
    }

    /// The body of a text part as UTF-8, at most `limit` octets of it.
    ///
    /// Where the character set is not known the octets are taken for UTF-8, with U+FFFD for what is not.
    package func text(of part: MIMEPart, limit: Int) -> [UInt8] {
        let content = content(of: part, limit: limit)
        var converters = CharsetConverters()
        let charset = contentTypeParameters(of: part).bytes("charset").flatMap(Charset.init(label:))
        return charset.flatMap { converters.convert(content.span, from: $0, limit: limit) }
            ?? UTF8Text.repaired(content.span, limit: limit)
    }
}

extension Span<UInt8> {
    /// The octets in `range`, which must exist, as text in lower case.
    func lowercasedText(_ range: Range<Int>) -> String {
        var lower: [UInt8] = []
        for index in range { lower.append(self[index].lowercased) }
        return String(decoding: lower, as: UTF8.self)
    }
}
