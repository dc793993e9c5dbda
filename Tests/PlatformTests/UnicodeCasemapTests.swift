import Platform
import TestSupport
import Testing

@Suite("i;unicode-casemap")
struct UnicodeCasemapTests {
    private static func mapped(_ text: String) -> String {
        String(decoding: unicodeCasemap(Array(text.utf8)), as: UTF8.self)
    }

    @Test(
        "characters become title case and are decomposed (RFC 5051 §2)",
        arguments: [
            ("", ""), ("Hello, World 09!", "HELLO, WORLD 09!"), ("az`{@[", "AZ`{@["),
            ("é", "E\u{301}"), ("É", "E\u{301}"), ("e\u{301}", "E\u{301}"),
            // The RFC's own example: U+01C4 to U+01C5, to U+0044 U+017E, to U+0044 U+007A U+030C.
            ("\u{1C4}", "Dz\u{30C}"), ("\u{1C6}", "Dz\u{30C}"),
            ("\u{FB01}", "fi"), ("ß", "ß"), ("ſ", "S"), ("ı", "I"), ("İ", "I\u{307}"),
            ("Ω", "Ω"), ("ω", "Ω"), ("\u{2126}", "Ω"), ("ς", "Σ"), ("σ", "Σ"), ("дом", "ДОМ"),
            ("\u{AC01}", "\u{1100}\u{1161}\u{11A8}"), ("\u{FF21}", "A"), ("①", "1"), ("\u{A0}", " "),
            ("\u{1F600}", "\u{1F600}"), ("\u{10428}", "\u{10400}"), ("\u{10FFFF}", "\u{10FFFF}"),
            ("\0a", "\0A"),
        ])
    func mapping(_ text: String, _ wanted: String) {
        // Compared by code points: strings are equal by canonical equivalence.
        #expect(Array(Self.mapped(text).unicodeScalars) == Array(wanted.unicodeScalars))
    }

    @Test(
        "text that is not UTF-8 stays as it is, all of it",
        arguments: [
            [0xFF], [0x61, 0x80], [0x61, 0xC3], [0xC0, 0xAF, 0x61], [0xC1, 0xBF], [0xE0, 0x9F, 0xBF],
            [0xED, 0xA0, 0x80],
            [0xF0, 0x8F, 0xBF, 0xBF], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xC3, 0xA9, 0xC3],
            [0x61, 0xE2, 0x82], [0xE2, 0x28, 0xA1], [0x61, 0xF0, 0x9F, 0x98, 0x41], [0x7A, 0xC3, 0x28],
        ] as [[UInt8]])
    func invalid(_ text: [UInt8]) {
        #expect(unicodeCasemap(text) == text)
    }

    @Test("every character maps to text that maps no further in size than eleven times")
    func growth() {
        for value in UInt32(0)...0x10FFFF {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let text = Array(String(Character(scalar)).utf8)
            let mapped = unicodeCasemap(text)
            if mapped.isEmpty || mapped.count > 11 * text.count
                || String(validating: mapped, as: UTF8.self) == nil
            {
                Issue.record("U+\(String(value, radix: 16)) becomes \(mapped)")
                return
            }
        }
    }

    @Test("text of either case maps alike, as a whole and in parts")
    func equality() {
        let words = ["ÅNGSTRÖM", "ÀÉÎÕÜ", "ΑΒΓ", "Привет", "ǆ", "Ⅷ", "a\u{308}"]
        for word in words {
            #expect(Self.mapped(word.lowercased()) == Self.mapped(word.uppercased()), "\(word)")
        }
        #expect(Self.mapped(words.joined()) == words.map(Self.mapped).joined())
    }

    @Test("random octets never trap, and stay as they are if they are no text")
    func random() {
        var generator = SeededGenerator(seed: 5051)
        var isMapped = 0
        for _ in 0..<20_000 {
            let octets = generator.bytes(upTo: 6)
            let mapped = unicodeCasemap(octets)
            if String(validating: octets, as: UTF8.self) == nil {
                #expect(mapped == octets)
            } else {
                isMapped += 1
                #expect(String(validating: mapped, as: UTF8.self) != nil)
            }
        }
        #expect(isMapped > 1000)
    }
}
