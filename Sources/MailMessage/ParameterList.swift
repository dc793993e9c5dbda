/// The parameters of a field such as `Content-Type` (RFC 2045 §5.1), continued and encoded ones put together (RFC 2231).
///
/// - A name that occurs twice counts where it occurs first.
/// - Where a name occurs both plain and in the form of RFC 2231, the latter counts.
/// - Segments count from the lowest up to the first that is missing; one that is there twice counts where it is first.
/// - A value without quotes goes to the next semicolon, or to a comment that white space precedes: such values hold spaces
///   and parentheses too, which only their quotes would allow.
/// - Values that are not of RFC 2231 have their encoded words decoded: RFC 2047 §5 forbids these, but they are common.
package struct ParameterList: Sendable {
    package struct Parameter: Sendable, Equatable {
        /// In lower case, without what RFC 2231 puts behind it.
        package let name: String
        /// UTF-8 where the character set is known and named; else the octets as they came.
        package let value: [UInt8]
    }

    /// The parameters, in order of their first occurrence.
    package let parameters: [Parameter]
    /// ``MessageLimit/parameters`` if there were more parameters or segments than were read.
    package let exceeded: MessageLimit?

    /// Reads what follows the first semicolon in `range`.
    package init(parsing bytes: Span<UInt8>, in range: Range<Int>, limit: Int) {
        var cursor = ByteCursor(bytes, in: range)
        cursor.skipToSemicolon()
        var segments: [ParameterSegment] = []
        var exceeded: MessageLimit?
        while cursor.take(ASCII.semicolon) {
            guard segments.count < limit else {
                exceeded = .parameters
                break
            }
            if let segment = cursor.parameter(order: segments.count) { segments.append(segment) }
            cursor.skipToSemicolon()
        }
        parameters = ParameterList.assembled(segments)
        self.exceeded = exceeded
    }

    /// Reads what follows the first semicolon of `text`.
    package init(_ text: [UInt8], limit: Int = MessageLimits().parameters) {
        self.init(parsing: text.span, in: 0..<text.count, limit: limit)
    }

    /// The value of the parameter with this name, which must be in lower case.
    package func bytes(_ name: String) -> [UInt8]? {
        for parameter in parameters where parameter.name == name { return parameter.value }
        return nil
    }

    /// The value as text, with U+FFFD for what is not UTF-8.
    package subscript(name: String) -> String? {
        bytes(name).map { String(decoding: $0, as: UTF8.self) }
    }
}

/// One parameter as it is written: whole, or a segment of one.
private struct ParameterSegment {
    var name: [UInt8]
    /// The number of the segment; nil for a parameter without a `*`.
    var index: Int?
    /// Whether the value has percent signs to be decoded.
    var isEncoded = false
    var value: [UInt8]
    /// Which parameter of the field it is.
    let order: Int

    /// Whether it comes before `other` once the segments of each parameter are together, in order.
    func precedes(_ other: ParameterSegment) -> Bool {
        if name != other.name { return name.lexicographicallyPrecedes(other.name) }
        let (mine, theirs) = (index ?? Int.max, other.index ?? Int.max)
        return mine != theirs ? mine < theirs : order < other.order
    }

    /// Takes `*`, `*3` and `*3*` off the name (RFC 2231 §3, §4); a name that ends in anything else stays as it is.
    mutating func splitName() {
        guard let star = name.firstIndex(of: UInt8(ascii: "*")), star > 0 else { return }
        var suffix = name[(star + 1)...]
        if suffix.isEmpty {
            index = 0
            isEncoded = true
        } else {
            let hasMark = suffix.last == UInt8(ascii: "*")
            if hasMark { suffix.removeLast() }
            guard (1...4).contains(suffix.count), suffix.allSatisfy(\.isDigit) else { return }
            index = suffix.reduce(0) { $0 * 10 + Int($1 - ASCII.zero) }
            isEncoded = hasMark
        }
        name.removeSubrange(star...)
    }
}

extension ParameterList {
    /// The parameters that the segments make, in time n log n.
    private static func assembled(_ segments: [ParameterSegment]) -> [Parameter] {
        guard !segments.isEmpty else { return [] }
        let sorted = segments.sorted { $0.precedes($1) }
        var converters = CharsetConverters()
        var found: [(order: Int, parameter: Parameter)] = []
        var start = 0
        while start < sorted.count {
            var end = start + 1
            while end < sorted.count, sorted[end].name == sorted[start].name { end += 1 }
            let group = sorted[start..<end]
            let name = String(decoding: sorted[start].name, as: UTF8.self)
            let order = group.reduce(Int.max) { min($0, $1.order) }
            found.append((order, Parameter(name: name, value: value(of: group, &converters))))
            start = end
        }
        found.sort { $0.order < $1.order }
        return found.map(\.parameter)
    }

    /// The value of one parameter, whose segments are in order, plain ones last.
    private static func value(
        of group: ArraySlice<ParameterSegment>, _ converters: inout CharsetConverters
    ) -> [UInt8] {
        guard let first = group.first else { return [] }
        guard var expected = first.index else {
            guard EncodedWords.mayOccur(in: first.value.span) else { return first.value }
            return EncodedWords.decode(first.value.span, with: &converters)
        }
        let (label, text) = first.isEncoded ? splitCharset(first.value) : (nil, first.value)
        var value: [UInt8] = []
        for segment in group {
            guard let index = segment.index, index <= expected else { break }
            guard index == expected else { continue }
            let raw = segment.order == first.order ? text : segment.value
            value += segment.isEncoded ? PercentEncoding.decodeWhatIsRight(raw) : raw
            expected += 1
        }
        guard let label, let charset = Charset(label: label) else { return value }
        return converters.convert(value.span, from: charset, limit: value.count &* 6) ?? value
    }

    /// `charset'language'text` (RFC 2231 §4); no character set where there are no two apostrophes.
    private static func splitCharset(_ value: [UInt8]) -> (label: [UInt8]?, text: [UInt8]) {
        let apostrophe = UInt8(ascii: "'")
        guard let first = value.firstIndex(of: apostrophe),
            let second = value[(first + 1)...].firstIndex(of: apostrophe)
        else { return (nil, value) }
        return (Array(value[..<first]), Array(value[(second + 1)...]))
    }
}

extension ByteCursor {
    /// Passes over everything up to the next semicolon outside of comments and quoted strings.
    fileprivate mutating func skipToSemicolon() {
        var ignored: [UInt8] = []
        while let byte = next, byte != ASCII.semicolon {
            if byte == ASCII.openParenthesis {
                skipCommentsAndWhiteSpace()
            } else if byte == ASCII.quote {
                _ = quotedString(into: &ignored)
            } else {
                advance()
            }
        }
    }

    /// Reads `name=value`; nil if there is no such thing, the cursor then being somewhere before the next semicolon.
    fileprivate mutating func parameter(order: Int) -> ParameterSegment? {
        skipCommentsAndWhiteSpace()
        guard let token = token() else { return nil }
        skipCommentsAndWhiteSpace()
        guard take(ASCII.equals) else { return nil }
        skipCommentsAndWhiteSpace()
        var segment = ParameterSegment(name: [], value: [], order: order)
        for index in token { segment.name.append(bytes[index].lowercased) }
        if next == ASCII.quote {
            _ = quotedString(into: &segment.value)
        } else {
            readUnquotedValue(into: &segment.value)
        }
        segment.splitName()
        return segment
    }

    /// Reads up to a semicolon or to a comment behind white space.
    private mutating func readUnquotedValue(into value: inout [UInt8]) {
        let start = position
        while let byte = next, byte != ASCII.semicolon {
            if byte == ASCII.openParenthesis, position > start, bytes[position - 1].isWhiteSpace { break }
            advance()
        }
        value = bytes.unfolded(bytes.trimmed(start..<position))
    }
}
