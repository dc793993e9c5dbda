package import Platform

/// A record of a delivery as it is read back from a log.
package struct LoggedDelivery: Sendable, Equatable {
    package struct Field: Sendable, Equatable {
        package let name: String
        package let value: String
    }

    /// All but actions and warnings, in the record's order.
    package internal(set) var fields: [Field] = []
    package internal(set) var actions: [DeliveryRecord.Action] = []
    package internal(set) var warnings: [String] = []

    package subscript(name: String) -> String? { fields.first { $0.name == name }?.value }

    init() {}

    /// Whether the delivery began before that moment.
    package func isOlder(than time: WallTime) -> Bool {
        // Both are in the form of RFC 3339, in UTC, with as many digits.
        guard let own = self["time"] else { return false }
        return own < String(decoding: Timestamp.bytes(time), as: UTF8.self)
    }
}

extension LoggedDelivery {
    /// - Parameter line: in either format, without its line end, perhaps with what a log daemon put in front.
    package init?(line: [UInt8]) {
        if let start = line.firstIndex(of: UInt8(ascii: "{")), line.last == UInt8(ascii: "}"),
            let record = LoggedDelivery(json: line[start...])
        {
            self = record
            return
        }
        guard let record = LoggedDelivery(logfmt: line) else { return nil }
        self = record
    }

    /// Sets what an action's field says; names that are not known are left out.
    fileprivate mutating func set(_ name: String, _ value: String, ofAction number: Int) {
        guard number >= 0, number < Self.mostActions else { return }
        while actions.count <= number { actions.append(DeliveryRecord.Action(kind: "")) }
        switch name {
        case "kind": actions[number].kind = value
        case "target": actions[number].target = value
        case "script": actions[number].script = value
        case "line": actions[number].line = Int(value) ?? 0
        case "result": actions[number].result = value
        case "file": actions[number].file = value
        default: break
        }
    }

    private static let mostActions = 1000
}

// MARK: logfmt

extension LoggedDelivery {
    private init?(logfmt line: [UInt8]) {
        var index = 0
        while index < line.count {
            while index < line.count, line[index] == 0x20 { index += 1 }
            let start = index
            while index < line.count, line[index] != UInt8(ascii: "="), line[index] != 0x20 { index += 1 }
            // A word without a value is none of ours: the beginning of a line of syslog.
            guard index < line.count, line[index] == UInt8(ascii: "=") else { continue }
            let name = String(decoding: line[start..<index], as: UTF8.self)
            index += 1
            add(name, String(decoding: Self.value(line, &index), as: UTF8.self))
        }
        guard self["id"] != nil, self["outcome"] != nil else { return nil }
    }

    private mutating func add(_ name: String, _ value: String) {
        if let (number, part) = Self.numbered(name, "action") {
            set(part, value, ofAction: number - 1)
        } else if let (_, part) = Self.numbered(name, "warning"), part.isEmpty {
            warnings.append(value)
        } else {
            fields.append(Field(name: name, value: value))
        }
    }

    /// `action12-target` as 12 and `target`.
    private static func numbered(_ name: String, _ prefix: String) -> (Int, String)? {
        guard name.hasPrefix(prefix) else { return nil }
        let rest = name.utf8.dropFirst(prefix.utf8.count)
        let digits = rest.prefix { $0 &- 0x30 < 10 }
        guard let number = Int(String(decoding: digits, as: UTF8.self)), number > 0 else { return nil }
        let behind = rest.dropFirst(digits.count)
        guard behind.isEmpty || behind.first == UInt8(ascii: "-") else { return nil }
        return (number, String(decoding: behind.dropFirst(), as: UTF8.self))
    }

    private static func value(_ line: [UInt8], _ index: inout Int) -> [UInt8] {
        guard index < line.count, line[index] == UInt8(ascii: "\"") else {
            let start = index
            while index < line.count, line[index] != 0x20 { index += 1 }
            return Array(line[start..<index])
        }
        index += 1
        var value: [UInt8] = []
        while index < line.count, line[index] != UInt8(ascii: "\"") {
            let byte = line[index]
            index += 1
            if byte == UInt8(ascii: "\\"), index < line.count {
                value += escape(line, &index)
            } else {
                value.append(byte)
            }
        }
        index += 1
        return value
    }

    /// What follows a backslash, as `LogfmtLine` writes it.
    private static func escape(_ line: [UInt8], _ index: inout Int) -> [UInt8] {
        let kind = line[index]
        index += 1
        switch kind {
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "x"):
            let digits = line[index...].prefix(2).prefix { HexDigit.value($0) != nil }
            index += digits.count
            return [UInt8(truncatingIfNeeded: HexDigit.number(digits))]
        case UInt8(ascii: "u") where index < line.count && line[index] == UInt8(ascii: "{"):
            let digits = line[(index + 1)...].prefix(6).prefix { HexDigit.value($0) != nil }
            index = min(index + digits.count + 2, line.count)
            return UnicodeScalar(HexDigit.number(digits)).map { Array(String(Character($0)).utf8) } ?? []
        default: return [kind]
        }
    }
}

enum HexDigit {
    static func value(_ byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte) - 0x30
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte) - 0x57
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte) - 0x37
        default: nil
        }
    }

    /// Of at most eight digits.
    static func number(_ digits: ArraySlice<UInt8>) -> UInt32 {
        digits.prefix(8).reduce(0) { $0 << 4 | (value($1) ?? 0) }
    }
}

// MARK: JSON

extension LoggedDelivery {
    private init?(json text: ArraySlice<UInt8>) {
        var reader = JSONReader(text)
        guard case .object(let members)? = reader.value(depth: 0) else { return nil }
        for (name, value) in members {
            switch (name, value) {
            case ("action", .array(let items)):
                for (number, item) in items.enumerated() {
                    guard case .object(let parts) = item else { continue }
                    for (part, value) in parts {
                        if let text = value.text { set(part, text, ofAction: number) }
                    }
                }
            case ("warning", .array(let items)): warnings = items.compactMap(\.text)
            default:
                if let text = value.text { fields.append(Field(name: name, value: text)) }
            }
        }
        guard self["id"] != nil, self["outcome"] != nil else { return nil }
    }
}

/// Reads JSON (RFC 8259) as far as records need it; what is no JSON is nothing.
private struct JSONReader {
    enum Value {
        case text(String)
        /// A number, `true`, `false` or `null` as it is written.
        case literal(String)
        case array([Value])
        case object([(String, Value)])

        var text: String? {
            switch self {
            case .text(let text), .literal(let text): text
            case .array, .object: nil
            }
        }
    }

    private let bytes: ArraySlice<UInt8>
    private var index: Int
    private static let mostDepth = 4

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        index = bytes.startIndex
    }

    private var next: UInt8? { index < bytes.endIndex ? bytes[index] : nil }

    private mutating func skipBlanks() {
        while let byte = next, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { index += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        skipBlanks()
        guard next == byte else { return false }
        index += 1
        return true
    }

    mutating func value(depth: Int) -> Value? {
        guard depth <= Self.mostDepth else { return nil }
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
