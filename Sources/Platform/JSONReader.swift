/// Reads JSON (RFC 8259) as far as it is needed to find something in it; what is no JSON is nothing.
package struct JSONReader {
    package enum Value: Sendable {
        case text(String)
        /// A number, `true`, `false` or `null` as it is written.
        case literal(String)
        case array([Value])
        case object([(String, Value)])

        /// A string, or a literal as it is written.
        package var text: String? {
            switch self {
            case .text(let text), .literal(let text): text
            case .array, .object: nil
            }
        }

        /// The value of the first member of that name.
        package subscript(name: String) -> Value? {
            guard case .object(let members) = self else { return nil }
            return members.first { $0.0 == name }?.1
        }
    }

    private let bytes: ArraySlice<UInt8>
    private let mostDepth: Int
    private var index: Int

    /// - Parameter mostDepth: how many arrays and objects may lie within one another, beside the outermost;
    ///   few.
    package init(_ bytes: ArraySlice<UInt8>, mostDepth: Int = 4) {
        self.bytes = bytes
        self.mostDepth = mostDepth
        index = bytes.startIndex
    }

    /// Whether nothing but blanks is left.
    package var isAtEnd: Bool { bytes[index...].allSatisfy(Self.isBlank) }

    private var next: UInt8? { index < bytes.endIndex ? bytes[index] : nil }

    private mutating func skipBlanks() {
        while let byte = next, Self.isBlank(byte) { index += 1 }
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        skipBlanks()
        guard next == byte else { return false }
        index += 1
        return true
    }

    /// The next value; nil if that is none, or if it is nested too deep.
    package mutating func value(depth: Int = 0) -> Value? {
        guard depth <= mostDepth else { return nil }
        skipBlanks()
        switch next {
        case UInt8(ascii: "\""): return string().map(Value.text)
        case UInt8(ascii: "["): return array(depth)
        case UInt8(ascii: "{"): return object(depth)
        default:
            let start = index
            while let byte = next, byte.isLiteral { index += 1 }
            return start == index ? nil : .literal(String(decoding: bytes[start..<index], as: UTF8.self))
        }
    }

    private mutating func array(_ depth: Int) -> Value? {
        index += 1
        var items: [Value] = []
        if take(UInt8(ascii: "]")) { return .array(items) }
        repeat {
            guard let item = value(depth: depth + 1) else { return nil }
            items.append(item)
        } while take(UInt8(ascii: ","))
        return take(UInt8(ascii: "]")) ? .array(items) : nil
    }

    private mutating func object(_ depth: Int) -> Value? {
        index += 1
        var members: [(String, Value)] = []
        if take(UInt8(ascii: "}")) { return .object(members) }
        repeat {
            skipBlanks()
            guard next == UInt8(ascii: "\""), let name = string(), take(UInt8(ascii: ":")),
                let value = value(depth: depth + 1)
            else { return nil }
            members.append((name, value))
        } while take(UInt8(ascii: ","))
        return take(UInt8(ascii: "}")) ? .object(members) : nil
    }

    private mutating func string() -> String? {
        index += 1
        var text: [UInt8] = []
        while let byte = next {
            index += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"):
                guard let kind = next else { return nil }
                index += 1
                switch kind {
                case UInt8(ascii: "n"): text.append(0x0A)
                case UInt8(ascii: "r"): text.append(0x0D)
                case UInt8(ascii: "t"): text.append(0x09)
                case UInt8(ascii: "b"): text.append(0x08)
                case UInt8(ascii: "f"): text.append(0x0C)
                case UInt8(ascii: "u"): text += scalar()
                default: text.append(kind)
                }
            default: text.append(byte)
            }
        }
        return nil
    }

    /// The four digits behind `\u`, and a second four for what is beyond the first plane.
    private mutating func scalar() -> [UInt8] {
        var value = unit()
        if value & 0xFC00 == 0xD800, bytes[index...].starts(with: Array("\\u".utf8)) {
            index += 2
            value = 0x10000 + (value & 0x3FF) << 10 + unit() & 0x3FF
        }
        return UnicodeScalar(value).map { Array(String(Character($0)).utf8) } ?? [0xEF, 0xBF, 0xBD]
    }

    private mutating func unit() -> UInt32 {
        let digits = bytes[index...].prefix(4).prefix { HexDigit.value($0) != nil }
        index += digits.count
        return HexDigit.number(digits)
    }
}

extension UInt8 {
    fileprivate var isLiteral: Bool {
        switch self {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."):
            true
        default: false
        }
    }
}
