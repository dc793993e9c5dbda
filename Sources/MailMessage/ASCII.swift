/// The octets that mail's grammars name, and their classes.
enum ASCII {
    static let tab: UInt8 = 0x09
    static let lineFeed: UInt8 = 0x0A
    static let carriageReturn: UInt8 = 0x0D
    static let space: UInt8 = 0x20
    static let quote: UInt8 = 0x22
    static let openParenthesis: UInt8 = 0x28
    static let closeParenthesis: UInt8 = 0x29
    static let comma: UInt8 = 0x2C
    static let hyphen: UInt8 = 0x2D
    static let dot: UInt8 = 0x2E
    static let slash: UInt8 = 0x2F
    static let zero: UInt8 = 0x30
    static let colon: UInt8 = 0x3A
    static let semicolon: UInt8 = 0x3B
    static let less: UInt8 = 0x3C
    static let equals: UInt8 = 0x3D
    static let greater: UInt8 = 0x3E
    static let questionMark: UInt8 = 0x3F
    static let at: UInt8 = 0x40
    static let openBracket: UInt8 = 0x5B
    static let backslash: UInt8 = 0x5C
    static let closeBracket: UInt8 = 0x5D
    static let underscore: UInt8 = 0x5F
    static let delete: UInt8 = 0x7F
}

extension UInt8 {
    /// The lower-case letter of an upper-case one; anything else as it is.
    var lowercased: UInt8 { self &- 0x41 < 26 ? self | 0x20 : self }

    var isLetter: Bool { (self | 0x20) &- 0x61 < 26 }

    var isDigit: Bool { self &- 0x30 < 10 }

    /// Space or tab (WSP of RFC 5234).
    var isBlank: Bool { self == ASCII.space || self == ASCII.tab }

    /// Blank, or part of the line ends that folding leaves in a field.
    var isWhiteSpace: Bool { isBlank || self == ASCII.lineFeed || self == ASCII.carriageReturn }

    /// `atext` of RFC 5322 §3.2.3, with the non-ASCII octets of RFC 6532 §3.2.
    var isAtomText: Bool {
        if isLetter || isDigit || self >= 0x80 { return true }
        switch self {
        case UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: "%"), UInt8(ascii: "&"),
            UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "/"),
            UInt8(ascii: "="), UInt8(ascii: "?"), UInt8(ascii: "^"), UInt8(ascii: "_"), UInt8(ascii: "`"),
            UInt8(ascii: "{"), UInt8(ascii: "|"), UInt8(ascii: "}"), UInt8(ascii: "~"):
            return true
        default: return false
        }
    }

    /// The value of a hexadecimal digit of either case.
    var hexadecimalValue: UInt8? {
        if isDigit { return self &- 0x30 }
        let letter = lowercased &- 0x61
        return letter < 6 ? letter &+ 10 : nil
    }
}

extension Span<UInt8> {
    /// Where `byte` stands first in `from..<to`; nil if nowhere. The bounds must be within the span.
    func firstIndex(of byte: UInt8, from: Int, to: Int) -> Int? {
        // Within a window of its own the compiler sees that no index is out of bounds.
        let window = extracting(from..<to)
        var index = 0
        while index < window.count {
            if window[index] == byte { return from &+ index }
            index &+= 1
        }
        return nil
    }

    /// A copy of the octets in `range`, as far as they exist.
    func array(_ range: Range<Int>) -> [UInt8] {
        let lower = Swift.min(Swift.max(range.lowerBound, 0), count)
        let upper = Swift.min(Swift.max(range.upperBound, lower), count)
        var copy: [UInt8] = []
        copy.append(contentsOf: self, in: lower..<upper)
        return copy
    }

    /// Whether the octets in `range` are `text`, ASCII letters of either case being equal.
    func matches(_ text: StaticString, in range: Range<Int>) -> Bool {
        guard range.count == text.utf8CodeUnitCount else { return false }
        let name = text.description
        return matches(name.utf8.span, in: range)
    }

    /// Whether the octets in `range` are `other`, ASCII letters of either case being equal.
    func matches(_ other: Span<UInt8>, in range: Range<Int>) -> Bool {
        guard range.count == other.count, range.lowerBound >= 0, range.upperBound <= count else {
            return false
        }
        var index = 0
        while index < other.count {
            if self[range.lowerBound &+ index].lowercased != other[index].lowercased { return false }
            index &+= 1
        }
        return true
    }
}

extension [UInt8] {
    /// Appends a copy of what `span` holds in `range`, which must be within it.
    mutating func append(contentsOf span: Span<UInt8>, in range: Range<Int>) {
        reserveCapacity(count + range.count)
        var index = range.lowerBound
        while index < range.upperBound {
            append(span[index])
            index &+= 1
        }
    }
}

extension String {
    /// The octets in `range` as text; nil where they are not UTF-8.
    init?(validating bytes: Span<UInt8>, in range: Range<Int>) {
        guard range.lowerBound >= 0, range.upperBound <= bytes.count,
            let text = try? UTF8Span(validating: bytes.extracting(range))
        else { return nil }
        self.init(copying: text)
    }
}
