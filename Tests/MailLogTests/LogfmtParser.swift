/// Reads a line of `name=value` pairs back, strictly: what it does not expect is a failure.
struct LogfmtParser {
    struct Pair: Equatable {
        let name: String
        let value: [UInt8]
    }

    private let line: [UInt8]
    private var index = 0

    static func pairs(_ line: [UInt8]) -> [Pair]? {
        var parser = LogfmtParser(line: line)
        var pairs: [Pair] = []
        while parser.index < line.count {
            if !pairs.isEmpty { guard parser.take(0x20) else { return nil } }
            guard let name = parser.name(), parser.take(0x3D), let value = parser.value() else { return nil }
            pairs.append(Pair(name: name, value: value))
        }
        return pairs
    }

    private init(line: [UInt8]) { self.line = line }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard index < line.count, line[index] == byte else { return false }
        index += 1
        return true
    }

    private mutating func name() -> String? {
        let start = index
        while index < line.count,
            line[index] == 0x2D || (0x30...0x39).contains(line[index]) || (0x61...0x7A).contains(line[index])
        {
            index += 1
        }
        return start == index ? nil : String(decoding: line[start..<index], as: UTF8.self)
    }

    private mutating func value() -> [UInt8]? {
        guard take(0x22) else {
            let start = index
            while index < line.count, line[index] > 0x20, line[index] < 0x7F,
                ![0x22, 0x3D, 0x5C].contains(line[index])
            {
                index += 1
            }
            return start == index ? nil : Array(line[start..<index])
        }
        var value: [UInt8] = []
        while index < line.count {
            let byte = line[index]
            index += 1
            switch byte {
            case 0x22: return value
            case 0x5C:
                guard let escaped = escape() else { return nil }
                value += escaped
            case 0..<0x20, 0x7F: return nil
            default: value.append(byte)
            }
        }
        return nil
    }

    private mutating func escape() -> [UInt8]? {
        guard index < line.count else { return nil }
        let letter = line[index]
        index += 1
        switch letter {
        case 0x22, 0x5C: return [letter]
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "x"):
            guard index + 2 <= line.count else { return nil }
            defer { index += 2 }
            return UInt8(String(decoding: line[index..<(index + 2)], as: UTF8.self), radix: 16).map { [$0] }
        case UInt8(ascii: "u"):
            guard take(0x7B), let end = line[index...].firstIndex(of: 0x7D), end - index <= 6 else {
                return nil
            }
            let digits = String(decoding: line[index..<end], as: UTF8.self)
            index = end + 1
            guard let value = UInt32(digits, radix: 16), let scalar = Unicode.Scalar(value) else {
                return nil
            }
            return Array(String(scalar).utf8)
        default: return nil
        }
    }
}
