package import Platform

/// A record of a delivery as it is read back from a log.
package struct LoggedDelivery: Sendable, Equatable {
    package struct Field: Sendable, Equatable {
        package let name: String
        package let value: String
    }

    /// All but checks, actions and warnings, in the record's order.
    package internal(set) var fields: [Field] = []
    package internal(set) var checks: [DeliveryRecord.Check] = []
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

    /// As ``set(_:_:ofAction:)`` for a check.
    fileprivate mutating func set(_ name: String, _ value: String, ofCheck number: Int) {
        guard number >= 0, number < Self.mostChecks else { return }
        while checks.count <= number { checks.append(DeliveryRecord.Check(name: "", result: "")) }
        switch name {
        case "name": checks[number].name = value
        case "result": checks[number].result = value
        case "detail": checks[number].detail = value
        case "policy": checks[number].policy = value
        case "ms": checks[number].milliseconds = Int(value) ?? 0
        default: break
        }
    }

    private static let mostActions = 1000
    private static let mostChecks = 100
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
        } else if let (number, part) = Self.numbered(name, "check") {
            set(part, value, ofCheck: number - 1)
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

// MARK: JSON

extension LoggedDelivery {
    private init?(json text: ArraySlice<UInt8>) {
        var reader = JSONReader(text)
        guard case .object(let members)? = reader.value(depth: 0) else { return nil }
        for (name, value) in members {
            switch (name, value) {
            case ("action", .array(let items)):
                Self.forEachPart(of: items) { number, part, text in set(part, text, ofAction: number) }
            case ("check", .array(let items)):
                Self.forEachPart(of: items) { number, part, text in set(part, text, ofCheck: number) }
            case ("warning", .array(let items)): warnings = items.compactMap(\.text)
            default:
                if let text = value.text { fields.append(Field(name: name, value: text)) }
            }
        }
        guard self["id"] != nil, self["outcome"] != nil else { return nil }
    }

    private static func forEachPart(
        of items: [JSONReader.Value], _ body: (_ number: Int, _ name: String, _ text: String) -> Void
    ) {
        for (number, item) in items.enumerated() {
            guard case .object(let parts) = item else { continue }
            for (name, value) in parts {
                if let text = value.text { body(number, name, text) }
            }
        }
    }
}
