package import Platform

/// A message in the format of RFC 5322, read where it stands.
///
/// Any octets make a message. The header is indexed at once; everything else is worked out when it is
/// asked for. All offsets are offsets into ``bytes``.
package struct Message: Sendable {
    /// The message's octets.
    package let bytes: SharedBytes
    /// The index of the message's own header.
    package let header: HeaderSection
    /// How far the message is taken apart.
    package let limits: MessageLimits

    package init(_ bytes: SharedBytes, limits: MessageLimits = MessageLimits()) {
        self.bytes = bytes
        self.limits = limits
        header = HeaderSection(indexing: bytes.span, limits: limits)
    }

    /// The fields of this name, in the message's order; ASCII letters of either case are equal.
    package func fields(named name: String) -> [HeaderField] {
        header.fields(named: name, in: bytes.span)
    }

    /// The first field of this name.
    package func firstField(named name: String) -> HeaderField? {
        header.firstField(named: name, in: bytes.span)
    }

    /// How many fields have this name.
    package func count(named name: String) -> Int {
        header.count(named: name, in: bytes.span)
    }

    /// The field's name as it stands.
    package func name(_ field: HeaderField) -> [UInt8] {
        bytes.array(field.name)
    }

    /// The field's body as it stands, folds and all.
    package func rawBody(_ field: HeaderField) -> [UInt8] {
        bytes.array(field.body)
    }

    /// The field's body unfolded (RFC 5322 §2.2.3), without white space at its ends.
    package func unfoldedBody(_ field: HeaderField) -> [UInt8] {
        let span = bytes.span
        let range = span.trimmed(field.body)
        guard span.firstIndex(of: ASCII.lineFeed, from: range.lowerBound, to: range.upperBound) != nil else {
            return bytes.array(range)
        }
        return span.unfolded(range)
    }

    /// The field's body unfolded, its encoded words decoded to UTF-8 where RFC 2047 §5 allows them.
    ///
    /// Words that cannot be decoded, and octets that are not UTF-8, stay as they are.
    package func decodedBody(_ field: HeaderField) -> [UInt8] {
        let text = unfoldedBody(field)
        guard EncodedWords.mayOccur(in: text.span) else { return text }
        var converters = CharsetConverters()
        return EncodedWords.decode(text.span, with: &converters)
    }

    /// The addresses of the field (RFC 5322 §3.4).
    package func addresses(_ field: HeaderField) -> AddressList {
        AddressList(parsing: bytes.span, in: field.body, limit: limits.addresses)
    }

    /// The instant that the field's body names; nil if it names none (RFC 5322 §3.3).
    package func date(_ field: HeaderField) -> MailDate? {
        MailDate(parsing: bytes.span, in: field.body)
    }

    /// The parameters behind the first semicolon of the field's body (RFC 2045 §5.1, RFC 2231).
    package func parameters(_ field: HeaderField) -> ParameterList {
        ParameterList(parsing: bytes.span, in: field.body, limit: limits.parameters)
    }

    /// The message as a tree of MIME entities (RFC 2045, RFC 2046).
    package func structure() -> MIMEPart {
        MIMEPart(dividing: bytes.span, header: header, limits: limits)
    }
}

extension Span<UInt8> {
    /// `range` without the white space at its ends; as far as it is within the span.
    func trimmed(_ range: Range<Int>) -> Range<Int> {
        var lower = Swift.min(Swift.max(range.lowerBound, 0), count)
        var upper = Swift.min(Swift.max(range.upperBound, lower), count)
        while lower < upper, self[lower].isWhiteSpace { lower &+= 1 }
        while lower < upper, self[upper &- 1].isWhiteSpace { upper &-= 1 }
        return lower..<upper
    }

    /// A copy of `range` without the line ends that folding put before blanks (RFC 5322 §2.2.3).
    func unfolded(_ range: Range<Int>) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(range.count)
        var index = range.lowerBound
        while index < range.upperBound {
            let byte = self[index]
            let breaksLine =
                byte == ASCII.lineFeed
                || (byte == ASCII.carriageReturn && index &+ 1 < range.upperBound
                    && self[index &+ 1] == ASCII.lineFeed)
            if !breaksLine { text.append(byte) }
            index &+= 1
        }
        return text
    }
}
