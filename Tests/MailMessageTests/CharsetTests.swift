import MailMessage
import Platform
import Testing

@Suite("Character sets")
struct CharsetTests {
    @Test(
        "are known by their labels",
        arguments: [
            ("UTF-8", Charset.utf8), ("utf8", .utf8), ("US-ASCII", .ascii), ("ANSI_X3.4-1968", .ascii),
            ("ISO-8859-1", .latin1),
            ("Latin1", .latin1), ("iso-8859-2", .named("ISO-8859-2")), ("cp-850", .named("CP850")),
            ("windows-1252", .windows1252), ("CP-1252", .windows1252), ("x-cp1250", .named("CP1250")),
            ("Windows1251", .named("CP1251")), ("x-sjis", .named("CP932")), ("GB2312", .named("GB18030")),
            ("x-mac-roman", .named("MACINTOSH")),
            ("ks_c_5601-1987", .named("UHC")), ("iso-8859-8-i", .named("ISO-8859-8")),
            ("x-euc-jp", .named("EUC-JP")),
        ])
    func labels(_ label: String, _ expected: Charset) {
        #expect(Charset(label: [UInt8](label)) == expected)
    }

    @Test(
        "cannot be labelled so",
        arguments: [
            "", "utf-8//TRANSLIT", "//", "../x", "/etc/passwd", "utf 8", "utf-8\0", "utf-8,x", "ütf-8", "a'b",
            "unknown-8bit", "INTERNAL",
            String(repeating: "a", count: 41),
        ])
    func refused(_ label: String) {
        #expect(Charset(label: [UInt8](label)) == nil)
    }

    @Test(
        "are converted to UTF-8",
        arguments: [
            ("us-ascii", [0x61, 0x62], "ab"),
            ("utf-8", [0xC3, 0xA9], "é"),
            ("utf-8", [0x61, 0xFF, 0x62, 0xC3], "a\u{FFFD}b\u{FFFD}"),
            ("us-ascii", [0x61, 0xE9], "a\u{FFFD}"),
            ("latin1", [0x61, 0xE9, 0xFF], "aéÿ"),
            ("iso-8859-15", [0xA4], "€"),
            ("cp-850", [0x82], "é"),
            ("windows-1251", [0xCF, 0xF0], "Пр"),
            ("shift_jis", [0x8E, 0x52], "山"),
            ("euc-kr", [0xC7, 0xD1], "한"),
            ("utf-16be", [0x00, 0x41, 0x20, 0xAC], "A€"),
            ("utf-7", [0x2B, 0x49, 0x4B, 0x77, 0x2D], "€"),
            ("iso-2022-jp", [0x1B, 0x24, 0x42, 0x3B, 0x33, 0x1B, 0x28, 0x42, 0x61], "山a"),
            // Invalid within, and cut at the end.
            ("shift_jis", [0x61, 0xFF, 0x62], "a\u{FFFD}b"),
            ("euc-kr", [0x61, 0xC7], "a\u{FFFD}"),
            ("utf-16be", [0x00, 0x41, 0xD8, 0x00], "A\u{FFFD}"),
            ("iso-8859-2", [], ""),
        ] as [(String, [UInt8], String)])
    func converted(_ label: String, _ bytes: [UInt8], _ expected: String) throws {
        let charset = try #require(Charset(label: [UInt8](label)))
        #expect(convert(bytes, from: charset)?.text == expected)
    }

    @Test(
        "that are done here give what the library gives",
        arguments: [(Charset.latin1, "ISO-8859-1"), (.windows1252, "CP1252")])
    func ownTables(_ charset: Charset, _ name: String) throws {
        let library = try CharsetConverter(from: name)
        for byte in UInt8.min...UInt8.max {
            let octets = [byte]
            let expected = library.convert(octets.span, limit: 10)
            #expect(convert(octets, from: charset) == expected, "\(byte)")
        }
    }

    @Test("that nobody knows give nothing")
    func unknown() {
        #expect(convert([0x78], from: .named("NO-SUCH-SET")) == nil)
        #expect(convert([0x78], from: .named("KOI8-R")) == [0x78])
    }

    @Test(
        "are converted to no more than the limit, and no character is cut",
        arguments: ["utf-8", "latin1", "koi8-r", "cp1252"])
    func limit(_ label: String) throws {
        let charset = try #require(Charset(label: [UInt8](label)))
        let bytes =
            label == "utf-8"
            ? [UInt8](String(repeating: "é", count: 9000)) : [UInt8](repeating: 0xE9, count: 9000)
        for limit in [0, 1, 2, 3, 4095, 4096, 4097, 8191, 17_999, 18_000, 20_000] {
            let text = try #require(convert(bytes, from: charset, limit: limit))
            #expect(text.count == min(limit, 18_000) / 2 * 2)
            #expect(String(validating: text, as: UTF8.self) != nil)
        }
        let nothing = try #require(convert(bytes, from: charset, limit: -1))
        #expect(nothing.isEmpty)
    }

    @Test("are converted whatever the octets are")
    func anything() throws {
        var random = Random(seed: 17)
        let labels = [
            "iso-2022-jp", "iso-2022-kr", "utf-7", "utf-16", "utf-32", "gb18030", "big5", "euc-jp", "euc-tw",
            "hz-gb-2312", "koi8-r", "tis-620",
        ]
        var cases = 0
        for label in labels {
            let charset = try #require(Charset(label: [UInt8](label)))
            guard convert([], from: charset) != nil else { continue }
            for number in 0..<200 {
                let bytes = random.bytes(
                    upTo: 300,
                    of: number % 2 == 0 ? [] : [0x1B, 0x24, 0x42, 0x28, 0x4A, 0x0E, 0x0F, 0x41, 0x80, 0xFF])
                let text = try #require(convert(bytes, from: charset, limit: 4000))
                #expect(text.count <= 4000)
                #expect(String(validating: text, as: UTF8.self) != nil)
                cases += 1
            }
        }
        print("octets converted: \(cases) cases")
        #expect(cases > 0)
    }

    @Test(
        "are not opened by a name with options in it",
        arguments: ["UTF-16//TRANSLIT", "//", "/", "A\0B", "NO-SUCH-SET"])
    func converterRefuses(_ name: String) {
        #expect(throws: SystemError.self) { _ = try CharsetConverter(from: name) }
    }
}
