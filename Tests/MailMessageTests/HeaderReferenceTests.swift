import MailMessage
import Platform
import Testing

/// The rules of a header written down a second time, line by line and without care for speed.
private struct ReferenceHeader {
    var names: [[UInt8]] = []
    var bodies: [[UInt8]] = []
    var body: [UInt8] = []

    init(_ bytes: [UInt8]) {
        var lines = ReferenceHeader.lines(bytes)
        if let first = lines.first, first.starts(with: [UInt8]("From ")), first.last == 0x0A,
            !ReferenceHeader.isField(first)
        {
            lines.removeFirst()
        }
        var index = 0
        while index < lines.count, ReferenceHeader.isField(lines[index]) {
            var field = lines[index]
            index += 1
            while index < lines.count, let blank = lines[index].first, blank == 0x20 || blank == 0x09 {
                field += lines[index]
                index += 1
            }
            append(field)
        }
        if index < lines.count, ReferenceHeader.content(lines[index]).isEmpty { index += 1 }
        body = Array(lines[index...].joined())
    }

    private mutating func append(_ field: [UInt8]) {
        let colon = field.firstIndex(of: 0x3A) ?? 0
        var name = Array(field[..<colon])
        while name.last == 0x20 || name.last == 0x09 { name.removeLast() }
        names.append(name)
        bodies.append(ReferenceHeader.content(Array(field[(colon + 1)...])))
    }

    /// The lines with their ends.
    private static func lines(_ bytes: [UInt8]) -> [[UInt8]] {
        var lines: [[UInt8]] = []
        var line: [UInt8] = []
        for byte in bytes {
            line.append(byte)
            if byte == 0x0A {
                lines.append(line)
                line = []
            }
        }
        return line.isEmpty ? lines : lines + [line]
    }

    /// The line without its end.
    private static func content(_ line: [UInt8]) -> [UInt8] {
        guard line.last == 0x0A else { return line }
        let shorter = Array(line.dropLast())
        return shorter.last == 0x0D ? Array(shorter.dropLast()) : shorter
    }

    private static func isField(_ line: [UInt8]) -> Bool {
        guard let colon = line.firstIndex(of: 0x3A) else { return false }
        var name = Array(line[..<colon])
        while name.last == 0x20 || name.last == 0x09 { name.removeLast() }
        return !name.isEmpty && name.allSatisfy { (33...126).contains($0) }
    }
}

@Suite("The index of a header, against a slow reading of the same rules")
struct HeaderReferenceTests {
    private func check(_ bytes: [UInt8]) {
        let message = Message(SharedBytes(bytes))
        let reference = ReferenceHeader(bytes)
        let names = message.header.fields.map { message.name($0) }
        let bodies = message.header.fields.map { message.rawBody($0) }
        let body = message.bytes.array(message.header.bodyStart..<bytes.count)
        #expect(names == reference.names, "\(bytes)")
        #expect(bodies == reference.bodies, "\(bytes)")
        #expect(body == reference.body, "\(bytes)")
        for name in Set(names) {
            let text = String(decoding: name, as: UTF8.self)
            let expected = names.filter { $0.text.lowercased() == text.lowercased() }.count
            #expect(message.count(named: text.uppercased()) == expected, "\(bytes)")
        }
    }

    @Test("agrees on random sequences", arguments: [UInt64(31), 32, 33])
    func random(_ seed: UInt64) {
        var random = Random(seed: seed)
        let alphabet = [UInt8]("AaB::\n\n\n\r  \t-\0") + [0x7F, 0xE9]
        let cases = 4000
        for _ in 0..<cases { check(random.bytes(upTo: 40, of: alphabet)) }
        print("headers against the reference: \(cases) cases")
    }

    @Test("agrees on what begins like an mbox")
    func mbox() {
        var random = Random(seed: 34)
        let alphabet = [UInt8]("From :\n\n\r\tx")
        let cases = 4000
        for _ in 0..<cases { check([UInt8]("From ") + random.bytes(upTo: 30, of: alphabet)) }
        print("mbox lines against the reference: \(cases) cases")
    }

    @Test("agrees on the fixtures, whole and damaged", arguments: Fixtures.names)
    func fixtures(_ name: String) throws {
        let bytes = try Fixtures.bytes(name)
        check(bytes)
        var random = Random(seed: 35)
        for _ in 0..<50 { check(random.mutated(bytes, alphabet: [UInt8](": \n\r\tA"))) }
    }

    @Test("puts every octet of the header into one field")
    func nothingIsLost() {
        var random = Random(seed: 36)
        for _ in 0..<2000 {
            var bytes: [UInt8] = []
            for _ in 0..<random.next(8) {
                bytes +=
                    [UInt8]("N\(random.next(9)):") + random.bytes(upTo: 20, of: [UInt8]("ab \t\r:")) + [0x0A]
            }
            let message = Message(SharedBytes(bytes))
            var end = 0
            for field in message.header.fields {
                #expect(field.name.lowerBound == end)
                end = field.end
            }
            #expect(end == bytes.count)
        }
    }
}
