/// The header of a part as the least strict of readers has it.
///
/// Lines end in LF, CRLF or a lone CR; a line that is no field is passed over; NUL and blanks in and around names are
/// ignored. RFC 5322 §2.2 allows none of that, which is why it is told.
struct PartHeader {
    struct Field {
        /// In lower case.
        let name: [UInt8]
        /// Unfolded.
        var value: [UInt8]
    }

    private(set) var fields: [Field] = []
    /// Where the body begins.
    private(set) var bodyStart: Int
    /// What is wrong with it.
    private(set) var oddities: [String] = []
    /// Whether a field was found whose name begins with `Content-`.
    private(set) var describesContent = false

    /// Octets and fields that are read.
    private static var most: (octets: Int, fields: Int) { (64 << 10, 500) }

    init(reading bytes: Span<UInt8>, from start: Int, to end: Int) {
        var position = start
        let end = min(end, bytes.count)
        let horizon = min(end, start.adding(Self.most.octets))
        bodyStart = end
        while position < horizon {
            let line = Self.line(bytes, at: position, to: end)
            if line.content.isEmpty {
                bodyStart = line.next
                return
            }
            if line.hasLoneReturn { note("lines of the header that end in CR alone") }
            read(bytes, line.content)
            position = line.next
            if fields.count >= Self.most.fields { break }
        }
        bodyStart = min(position, end)
        if position < end { note("a header without end") }
    }

    /// The line at `start`, and where the next one begins.
    static func line(
        _ bytes: Span<UInt8>, at start: Int, to end: Int
    ) -> (content: Range<Int>, next: Int, hasLoneReturn: Bool) {
        var index = start
        while index < end, bytes[index] != 0x0A, bytes[index] != 0x0D { index &+= 1 }
        guard index < end else { return (start..<index, index, false) }
        guard bytes[index] == 0x0D else { return (start..<index, index + 1, false) }
        let isPair = bytes.octet(index + 1) == 0x0A && index + 1 < end
        return (start..<index, isPair ? index + 2 : index + 1, !isPair)
    }

    private mutating func read(_ bytes: Span<UInt8>, _ line: Range<Int>) {
        let content = bytes.copy(line)
        if content.contains(0) { note("NUL in the header") }
        if content.first == 0x20 || content.first == 0x09, !fields.isEmpty {
            if fields[fields.count - 1].value.count < Self.most.octets {
                fields[fields.count - 1].value += content
            }
            return
        }
        guard let colon = content.firstIndex(of: 0x3A) else {
            if content.lowercased.starts(with: "content-".utf8) {
                note("a line of the header without a colon")
            }
            return
        }
        let name = content[..<colon].filter { $0 > 0x20 && $0 < 0x7F }.lowercased
        if name.starts(with: "content-".utf8) {
            describesContent = true
            if name.count != colon { note("rubbish in a field's name") }
        }
        fields.append(Field(name: name, value: Array(content[(colon + 1)...])))
    }

    private mutating func note(_ oddity: String) {
        if !oddities.contains(oddity) { oddities.append(oddity) }
    }

    /// The values of the fields of this name, which is in lower case.
    func values(_ name: StaticString) -> [[UInt8]] {
        let wanted = Array(name.description.utf8)
        return fields.filter { $0.name == wanted }.map(\.value)
    }

    /// `type/subtype` in lower case of each `Content-Type`; what cannot be read is empty.
    var types: [String] { values("content-type").map(Self.type) }

    private static func type(_ value: [UInt8]) -> String {
        let octets = value.filter { $0 != 0 && $0 != 0x0D && $0 != 0x0A }.trimmed
        let end = octets.firstIndex { $0 == 0x3B || $0 <= 0x20 || $0 >= 0x7F || $0 == 0x28 } ?? octets.count
        let type = octets[..<end].map(\.asLowerCase)
        return type.contains(0x2F) && type.count <= 127 ? String(decoding: type, as: UTF8.self) : ""
    }
}
