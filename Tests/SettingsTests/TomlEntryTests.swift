import TestSupport
import Testing

@testable import Settings

/// All entries, or the failure.
private func read(_ text: String) -> Result<[TomlEntry], TomlEntry.Failure> {
    let bytes = Array(text.utf8)
    do { return .success(try TomlEntry.all(in: bytes.span)) } catch { return .failure(error) }
}

@Suite struct TomlEntryTests {
    @Test("every type of value is told apart, with the places of key and value")
    func types() throws {
        let entries = try read(
            """
            [a]
            text = "x\\u0000y"
            number = -3
              flag = true
            list = ["p", "q"]
            none = []
            mixed = ["p", 1]
            half = 0.5
            day = 2026-11-22
            [b]
            [c.d]
            "odd key.é" = ''
            """
        ).get()
        let expected: [(String, SettingsValue, Int, Int, Int)] = [
            ("a.text", .text("x\0y"), 2, 1, 8), ("a.number", .integer(-3), 3, 1, 10),
            ("a.flag", .boolean(true), 4, 3, 10), ("a.list", .list(["p", "q"]), 5, 1, 8),
            ("a.none", .list([]), 6, 1, 8), ("a.mixed", .other, 7, 1, 9), ("a.half", .float, 8, 1, 8),
            ("a.day", .other, 9, 1, 7), ("b", .table, 10, 2, 1), ("c.d.\"odd key.é\"", .text(""), 12, 1, 15),
        ]
        #expect(entries.count == expected.count)
        for (entry, (key, value, line, column, valueColumn)) in zip(entries, expected) {
            #expect(entry.key == key)
            #expect(entry.value == value)
            #expect(entry.line == line && entry.column == column, "\(key)")
            #expect(entry.valueLine == line && entry.valueColumn == valueColumn, "\(key)")
        }
    }

    @Test("entries come in the order of the document, not of their names")
    func order() throws {
        let entries = try read("z = 1\n[y]\nb = 2\na = 3\n[x]\nc = 4\n").get()
        #expect(entries.map(\.key) == ["z", "y.b", "y.a", "x.c"])
    }

    @Test(
        "what is not TOML is told with line and column",
        arguments: [
            ("a = ", 1), ("a = 1\nb = [1,\n", 2), ("a = 1\na = 2", 2), ("[x\n", 1), ("a = \"\\q\"", 1),
            ("\n\n= 3", 3), ("a = 99999999999999999999", 1), ("a = \"\u{1}\"", 1), ("[a]\n[a]\n", 2),
            ("a.b=1\na=2", 2),
        ] as [(String, Int)])
    func syntaxErrors(_ text: String, _ line: Int) {
        guard case .failure(let failure) = read(text) else {
            Issue.record("\(text) was read")
            return
        }
        #expect(failure.line == line, "\(text): \(failure)")
        #expect(failure.column >= 1 && !failure.message.isEmpty)
    }

    @Test(
        "characters beyond ASCII stand in strings and comments only",
        arguments: [
            "é = 1", "a = é", "a = 1é", "a\u{A0}= 1", "[é]", "a = 888[\"\u{FEBF}88[", "a = \u{FEFE}",
            "a = \u{3041}1",
        ])
    func nonASCII(_ text: String) throws {
        #expect(throws: TomlEntry.Failure.self) { try read(text).get() }
        #expect(try read("a = 1 # \(text)").get().count == 1)
        #expect(try read("a = \"\"\"\\\n é\u{FEBF} \"\"\"").get().first?.value == .text("é\u{FEBF} "))
    }

    @Test("bytes that are not UTF-8 are an error")
    func notUTF8() {
        let bytes: [UInt8] = Array("a = \"".utf8) + [0xFF, 0xFE] + Array("\"\n".utf8)
        #expect(throws: TomlEntry.Failure.self) { try TomlEntry.all(in: bytes.span) }
    }

    @Test(
        "an empty document, and one of comments, has no entries",
        arguments: ["", "\n", "# a.b.c\n", "\u{FEFF}\n"])
    func empty(_ text: String) throws {
        #expect(try read(text).get().isEmpty)
    }

    @Test("values nested without end are an error, not a crash")
    func deepValues() {
        for count in [20, 5000, 200_000] {
            let arrays = "a = " + String(repeating: "[", count: count)
            let tables = "a = " + String(repeating: "{b = ", count: count)
            #expect(throws: TomlEntry.Failure.self) { try read(arrays).get() }
            #expect(throws: TomlEntry.Failure.self) { try read(tables).get() }
        }
    }

    @Test("keys nested without end are an error, not a crash")
    func deepKeys() {
        for count in [17, 150, 5000, 200_000] {
            let path = String(repeating: "a.", count: count) + "a"
            #expect(throws: TomlEntry.Failure.self) { try read("\(path) = 1").get() }
            #expect(throws: TomlEntry.Failure.self) { try read("[\(path)]\nb = 1").get() }
        }
        let path = String(repeating: "a.", count: 190) + "a"
        let nested = "[\(path)]\n\(path) = " + String(repeating: "[\n{\(path) =", count: 7)
        #expect(throws: TomlEntry.Failure.self) { try read(nested).get() }
    }

    @Test("a comment may have as many dots as it likes, a line of keys may not")
    func dots() throws {
        let dots = String(repeating: ".", count: 300)
        #expect(try read("  # \(dots)\na = 1").get().count == 1)
        guard case .failure(let failure) = read("a = 1\nb = \"\(dots)\"") else {
            Issue.record("read")
            return
        }
        #expect(failure.line == 2)
    }

    @Test("a document over the limits of size or of keys is an error")
    func tooLarge() throws {
        let exactly = String(repeating: "#", count: 1 << 20)
        #expect(try read(exactly).get().isEmpty)
        #expect(throws: TomlEntry.Failure.self) { try read(exactly + "#").get() }
        let keys = (0..<10001).map { "k\($0) = 1\n" }.joined()
        #expect(throws: TomlEntry.Failure.self) { try read(keys).get() }
    }

    @Test("random bytes are read or refused")
    func randomBytes() {
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<3000 {
            let bytes = generator.bytes(upTo: 200)
            _ = try? TomlEntry.all(in: bytes.span)
        }
    }

    @Test("random sequences of tokens are read or refused, and what is read has places within the document")
    func randomTokens() {
        let tokens = [
            "a", "b", ".", "=", " ", "\n", "[", "]", "[[", "]]", "{", "}", ",", "\"", "'", "\"\"\"", "'''",
            "1", "-", "e5",
            "true", "0x", "\\", "\\u00", "#", "2026-01-01", "T10:00:00Z", "inf", "nan", "é", "\r\n", "_",
        ]
        var generator = SeededGenerator(seed: 2)
        var readings = 0
        for _ in 0..<20000 {
            let count = Int.random(in: 1...12, using: &generator)
            let text = (0..<count).compactMap { _ in tokens.randomElement(using: &generator) }.joined()
            guard case .success(let entries) = read(text) else { continue }
            readings += 1
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false).count
            for entry in entries {
                #expect((1...lines).contains(entry.line) && entry.column >= 1, "\(text)")
            }
        }
        #expect(readings > 500)
    }
}
