import TestSupport
import Testing

@testable import MailLog

private func units(_ bytes: [UInt8]) -> [LoggedText.Unit] {
    var units: [LoggedText.Unit] = []
    var index = 0
    let span = bytes.span
    while index < span.count {
        let (unit, next) = LoggedText.unit(in: span, at: index)
        units.append(unit)
        index = next
    }
    return units
}

@Suite struct LoggedTextTests {
    @Test(
        "what may be shown is told from what must not",
        arguments: [
            ([0x61], [.plain(0..<1)]), ([0x0A], [.control(0x0A, 0..<1)]), ([0x7F], [.control(0x7F, 0..<1)]),
            ([0xC3, 0xA9], [.plain(0..<2)]), ([0xC2, 0x9B], [.control(0x9B, 0..<2)]),
            ([0xE2, 0x80, 0xAE], [.control(0x202E, 0..<3)]), ([0xF0, 0x9F, 0x98, 0x80], [.plain(0..<4)]),
            ([0xF3, 0xA0, 0x80, 0x81], [.control(0xE0001, 0..<4)]),
            ([0xEF, 0xBF, 0xBE], [.control(0xFFFE, 0..<3)]),
            ([0xFF], [.invalid(0xFF)]), ([0xC3], [.invalid(0xC3)]),
            ([0xC0, 0x80], [.invalid(0xC0), .invalid(0x80)]),
            ([0xE0, 0x80, 0xAF], [.invalid(0xE0), .invalid(0x80), .invalid(0xAF)]),
            ([0xED, 0xA0, 0x80], [.invalid(0xED), .invalid(0xA0), .invalid(0x80)]),
            ([0xF4, 0x90, 0x80, 0x80], [.invalid(0xF4), .invalid(0x90), .invalid(0x80), .invalid(0x80)]),
            ([0xE2, 0x80, 0x61], [.invalid(0xE2), .invalid(0x80), .plain(2..<3)]),
        ] as [([UInt8], [LoggedText.Unit])])
    func table(_ bytes: [UInt8], _ expected: [LoggedText.Unit]) {
        #expect(units(bytes) == expected)
    }

    @Test("every character of Unicode is one unit, as it is encoded, and none that is not seen is plain")
    func allScalars() {
        var wrong: [UInt32] = []
        for value in stride(from: UInt32(0), through: 0x10FFFF, by: 3) {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let bytes = Array(String(scalar).utf8)
            let span = bytes.span
            let (unit, next) = LoggedText.unit(in: span, at: 0)
            let isPlain = unit == .plain(0..<bytes.count)
            let isControl = unit == .control(value, 0..<bytes.count)
            let hides =
                scalar.properties.isDefaultIgnorableCodePoint || scalar.properties.generalCategory == .control
            if next != bytes.count || isPlain == isControl || (isPlain && hides) { wrong.append(value) }
        }
        #expect(wrong == [])
    }

    @Test("units cover all bytes, and what they call invalid is exactly what is not UTF-8")
    func randomBytes() {
        var generator = SeededGenerator(seed: 11)
        for _ in 0..<5000 {
            var bytes = generator.bytes(upTo: 12)
            if Bool.random(using: &generator) { bytes = bytes.map { $0 & 0xBF | 0x80 } }
            let units = units(bytes)
            var rebuilt: [UInt8] = []
            var hasInvalid = false
            for unit in units {
                switch unit {
                case .plain(let range), .control(_, let range): rebuilt += bytes[range]
                case .invalid(let byte):
                    rebuilt.append(byte)
                    hasInvalid = true
                }
            }
            #expect(rebuilt == bytes)
            #expect(hasInvalid == (String(validating: bytes, as: UTF8.self) == nil))
        }
    }

    @Test("a text that is too long ends with a mark, between characters")
    func shortened() {
        #expect(LoggedText.shortened(Array("abc".utf8), to: 3) == Array("abc".utf8))
        #expect(LoggedText.shortened(Array("abcd".utf8), to: 3) == Array("abc…[+1]".utf8))
        #expect(LoggedText.shortened(Array("ab😀d".utf8), to: 4) == Array("ab…[+5]".utf8))
        #expect(LoggedText.shortened(Array("x".utf8), to: 0) == Array("…[+1]".utf8))
        #expect(LoggedText.shortened([], to: 0) == [])
    }
}
