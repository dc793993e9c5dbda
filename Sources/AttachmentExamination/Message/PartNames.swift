import MailMessage

/// Every name that some reader may give a part.
///
/// RFC 2231 §3 says how a value that comes in segments is put together, and readers differ in everything that it does not
/// say: a number that is missing or there twice, segments out of order, a plain value beside them, encoded words where
/// none may be (RFC 2047 §5), quotes that do not end. So each value, and each way to put the segments together, is a
/// name; the first is the one that a reader after the standard has.
struct PartNames {
    private(set) var names: [String] = []
    /// Why readers may disagree.
    private(set) var oddities: [String] = []

    /// Most names of one part, most segments of one field, octets of one name that are decoded.
    private static var most: (names: Int, segments: Int, octets: Int) { (16, 64, 4096) }

    /// - Parameter fields: the bodies of `Content-Disposition`, then of `Content-Type`.
    init(fields: [[UInt8]]) {
        for field in fields.prefix(8) {
            let list = ParameterList(field, limit: Self.most.segments)
            for name in ["filename", "name"] {
                if let value = list.bytes(name) { add(value) }
            }
        }
        for field in fields.prefix(8) { readLeniently(field) }
    }

    private mutating func add(_ octets: [UInt8]) {
        let octets = Array(octets.count > Self.most.octets ? octets.suffix(Self.most.octets) : octets[...])
        append(octets)
        let decoded = LenientWords.decode(octets)
        if decoded != octets {
            append(decoded)
        }
        if octets.contains(0) { append(octets.filter { $0 != 0 }) }
    }

    private mutating func append(_ octets: [UInt8]) {
        let isUTF8 = String(validating: octets, as: UTF8.self) != nil
        let text = isUTF8 ? octets : UTF8Text.fromLatin1(octets.span, limit: octets.count * 2)
        let name = String(decoding: text, as: UTF8.self)
        if !name.isEmpty, names.count < Self.most.names, !names.contains(name) { names.append(name) }
    }

    private mutating func note(_ oddity: String) {
        if !oddities.contains(oddity) { oddities.append(oddity) }
    }
}

extension PartNames {
    private struct Segment {
        /// Nil for a plain value.
        let number: Int?
        let isEncoded: Bool
        let value: [UInt8]
    }

    /// Reads everything that looks like a name, whatever is around it.
    private mutating func readLeniently(_ field: [UInt8]) {
        let field = field.filter { $0 != 0x0D && $0 != 0x0A }
        let segments = Self.segments(of: field)
        let plain = segments.filter { $0.number == nil }
        let numbered = segments.filter { $0.number != nil }
        for segment in plain {
            add(segment.value)
            if segment.isEncoded { add(Self.extended([segment])) }
        }
        if plain.count > 1 || (!plain.isEmpty && !numbered.isEmpty && Self.differ(plain, numbered)) {
            note("several names in one field")
        }
        guard !numbered.isEmpty else { return }
        addOrders(of: numbered)
    }

    private static func differ(_ plain: [Segment], _ numbered: [Segment]) -> Bool {
        // A plain name beside an encoded one is for readers without RFC 2231: its extension is the same.
        let (a, b) = (plain.last?.value ?? [], extended(numbered))
        let (first, second) = (String(decoding: a, as: UTF8.self), String(decoding: b, as: UTF8.self))
        return NameForms.fileExtension(first) != NameForms.fileExtension(second)
    }

    /// The ways to put segments together.
    private mutating func addOrders(of segments: [Segment]) {
        let sorted = segments.enumerated().sorted {
            ($0.element.number ?? 0, $0.offset) < ($1.element.number ?? 0, $1.offset)
        }.map(\.element)
        var firsts: [Segment] = []
        var lasts: [Segment] = []
        for segment in sorted {
            if firsts.last?.number == segment.number { lasts.removeLast() } else { firsts.append(segment) }
            lasts.append(segment)
        }
        for order in [firsts, lasts, sorted, segments, Array(segments.prefix(1))] {
            add(Self.extended(order))
            add(order.flatMap(\.value))
        }
        let numbers = segments.map { $0.number ?? 0 }
        if numbers != Array(0..<numbers.count) { note("segments of a name out of order") }
    }

    /// RFC 2231 §4: percent-encoding and a character set, which only the first segment names.
    private static func extended(_ segments: [Segment]) -> [UInt8] {
        guard let first = segments.first else { return [] }
        let apostrophes = first.value.indices.filter { first.value[$0] == 0x27 }
        let hasCharset = first.isEncoded && apostrophes.count >= 2
        var value: [UInt8] = []
        for (index, segment) in segments.enumerated() {
            let raw =
                index == 0 && hasCharset ? Array(first.value[(apostrophes[1] + 1)...]) : segment.value
            value += segment.isEncoded ? PercentEncoding.decodeWhatIsRight(raw) : raw
        }
        guard hasCharset, let charset = Charset(label: Array(first.value[..<apostrophes[0]])) else {
            return value
        }
        var converters = CharsetConverters()
        return converters.convert(value.span, from: charset, limit: value.count * 4) ?? value
    }

    /// `name`, `filename` with what RFC 2231 puts behind them, `=`, and a value: wherever they stand.
    private static func segments(of field: [UInt8]) -> [Segment] {
        var segments: [Segment] = []
        var index = 0
        while index < field.count, segments.count < most.segments {
            guard let start = field.span.firstOffset(of: Array("name".utf8), from: index) else { break }
            index = start + 4
            var position = index
            func skipBlanks() { while position < field.count, field[position] <= 0x20 { position += 1 } }
            var number: Int?
            var isEncoded = false
            skipBlanks()
            if position < field.count, field[position] == UInt8(ascii: "*") {
                position += 1
                let digits = field[position...].prefix { $0 &- 0x30 < 10 }.prefix(6)
                position += digits.count
                number = digits.isEmpty ? nil : digits.reduce(0) { $0 * 10 + Int($1 &- 0x30) }
                isEncoded = digits.isEmpty
                if position < field.count, field[position] == UInt8(ascii: "*") {
                    isEncoded = true
                    position += 1
                }
                skipBlanks()
            }
            guard position < field.count, field[position] == UInt8(ascii: "=") else { continue }
            position += 1
            skipBlanks()
            let value = value(field, &position)
            segments.append(Segment(number: number, isEncoded: isEncoded, value: value))
            index = max(position, index)
        }
        return segments
    }

    private static func value(_ field: [UInt8], _ position: inout Int) -> [UInt8] {
        var value: [UInt8] = []
        guard position < field.count, field[position] == 0x22 else {
            while position < field.count, field[position] != 0x3B {
                value.append(field[position])
                position += 1
            }
            return value.trimmedOfBlanks
        }
        position += 1
        while position < field.count, field[position] != 0x22 {
            if field[position] == 0x5C, position + 1 < field.count { position += 1 }
            value.append(field[position])
            position += 1
        }
        position = min(position + 1, field.count)
        return value
    }
}

extension [UInt8] {
    /// Without blanks at its ends; NUL counts.
    fileprivate var trimmedOfBlanks: [UInt8] {
        let isBlank = { (octet: UInt8) in octet == 0x20 || octet == 0x09 }
        return Array(Array(drop(while: isBlank).reversed().drop(while: isBlank)).reversed())
    }
}
