/// The head of an ICAP response (RFC 3507 §4.3.3): its status and its fields.
///
/// Made of any octets, up to the limits.
package struct ICAPHead: Equatable, Sendable {
    /// Bytes of a head, with the empty line behind it.
    static var longest: Int { 1 << 15 }
    /// Fields, and lines that go on with one.
    static var mostLines: Int { 200 }

    package struct Field: Equatable, Sendable {
        /// In lower case.
        package let name: String
        /// What is behind the colon, and the lines that go on with it, each without white space around it; as
        /// it came.
        package internal(set) var lines: [[UInt8]]
    }

    package let status: Int
    package let fields: [Field]

    /// What a server says that does not speak the protocol.
    package struct Problem: Error, Equatable, Sendable {
        package let reason: String
    }

    /// - Parameter octets: up to the empty line, which may be with them.
    init(_ octets: some Sequence<UInt8>) throws(Problem) {
        var lines = Array(octets).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .map { $0.last == UInt8(ascii: "\r") ? $0.dropLast() : $0 }
        guard lines.count <= Self.mostLines else { throw Problem(reason: "its header has too many lines") }
        guard let first = lines.first, let status = Self.status(first) else {
            throw Problem(reason: "it does not speak ICAP: \(ScannerText.fit(lines.first ?? []))")
        }
        while lines.last?.isEmpty == true { lines.removeLast() }
        self.status = status
        fields = try Self.fields(lines.dropFirst())
    }

    /// The first field of a name, which is in lower case.
    func field(_ name: String) -> Field? { fields.first { $0.name == name } }

    /// The words of all fields of a name, which are separated by commas; in lower case.
    func list(_ name: String) -> [String] {
        fields.filter { $0.name == name }.flatMap { field in
            field.lines.joined(separator: [UInt8(ascii: ",")]).split(separator: UInt8(ascii: ","))
                .map { String(decoding: Self.trimmed($0), as: UTF8.self).lowercased() }
        }
    }

    /// `ICAP/1.0 204 No Content`
    private static func status(_ line: ArraySlice<UInt8>) -> Int? {
        guard line.starts(with: "ICAP/1.".utf8) else { return nil }
        let words = line.split(separator: UInt8(ascii: " "), maxSplits: 2)
        guard words.count > 1, words[1].count == 3, let status = decimal(words[1]) else { return nil }
        return (100...599).contains(status) ? status : nil
    }

    private static func fields(_ lines: ArraySlice<ArraySlice<UInt8>>) throws(Problem) -> [Field] {
        var fields: [Field] = []
        for line in lines {
            if line.first == UInt8(ascii: " ") || line.first == UInt8(ascii: "\t") {
                guard !fields.isEmpty else { throw Problem(reason: "its header begins with a folded line") }
                fields[fields.count - 1].lines.append(trimmed(line))
                continue
            }
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > line.startIndex else {
                throw Problem(reason: "a line of its header is no field: \(ScannerText.fit(line))")
            }
            let name = String(decoding: line[..<colon], as: UTF8.self).lowercased()
            fields.append(Field(name: name, lines: [trimmed(line[(colon + 1)...])]))
        }
        return fields
    }

    /// Without white space at either end.
    private static func trimmed(_ text: ArraySlice<UInt8>) -> [UInt8] {
        let rest = text.drop { $0 == 0x20 || $0 == 0x09 }
        guard let last = rest.lastIndex(where: { $0 != 0x20 && $0 != 0x09 }) else { return [] }
        return Array(rest[...last])
    }
}

/// A number of decimal digits, at most 18 of them, and nothing else.
func decimal(_ digits: some Collection<UInt8>) -> Int? {
    guard (1...18).contains(digits.count) else { return nil }
    var number = 0
    for digit in digits {
        guard digit >= UInt8(ascii: "0"), digit <= UInt8(ascii: "9") else { return nil }
        number = number &* 10 &+ Int(digit &- UInt8(ascii: "0"))
    }
    return number
}
