import Testing

@testable import Sieve

@Suite("Lexer")
struct LexerTests {
    /// The tokens as text, and the errors.
    private func tokens(_ script: String) -> [String] {
        let source = [UInt8](script.utf8)
        var diagnostics = DiagnosticList(source: source, limit: 100)
        var lexer = Lexer(source)
        var result: [String] = []
        while true {
            let token = lexer.next(&diagnostics)
            if token.kind == .end { break }
            let text = String(decoding: source[token.range], as: UTF8.self)
            switch token.kind {
            case .number: result.append("number \(token.number)")
            case .tag: result.append(":" + text)
            case .quotedString: result.append("\"" + text + "\"")
            case .multilineString: result.append("text:" + text)
            default: result.append(text)
            }
        }
        return result + diagnostics.sorted().map(\.summary)
    }

    @Test(
        "tokens of RFC 5228 §8.1",
        arguments: [
            ("", []),
            ("a_1 _b :tag;", ["a_1", "_b", ":tag", ";"]),
            ("[(){}],;", ["[", "(", ")", "{", "}", "]", ",", ";"]),
            ("\"a\" \"\" \"a\\\"b\"", ["\"a\"", "\"\"", "\"a\\\"b\""]),
            ("# comment\na # c", ["a"]),
            ("# comment without an end", []),
            ("/* one */ a /* two ** / \n*/b/**/", ["a", "b"]),
            ("\"/* no comment */ # neither\"", ["\"/* no comment */ # neither\""]),
            ("\u{FEFF}keep", ["keep"]),
            ("a\r\n\tb", ["a", "b"]),
            ("text:\nline\n..dot\n.\n;", ["text:line\n..dot\n", ";"]),
            ("text: # comment\r\nline\r\n.\r\n;", ["text:line\r\n", ";"]),
            ("TEXT:\n.\n", ["text:"]),
            ("text:\nline\n.", ["text:line\n"]),
            ("textual", ["textual"]),
            ("text :over", ["text", ":over"]),
        ])
    func cutsTokens(_ script: String, _ expected: [String]) {
        #expect(tokens(script) == expected)
    }

    @Test(
        "numbers, with K, M and G as powers of two (RFC 5228 §2.4.1)",
        arguments: [
            ("0", "number 0"),
            ("2147483647", "number 2147483647"),
            ("1K", "number 1024"),
            ("1k", "number 1024"),
            ("3M", "number 3145728"),
            ("2g", "number 2147483648"),
            ("007", "number 7"),
            ("18446744073709551615", "number 18446744073709551615"),
        ])
    func readsNumbers(_ script: String, _ expected: String) {
        #expect(tokens(script) == [expected])
    }

    @Test(
        "what is no token is reported where it stands",
        arguments: [
            ("18446744073709551616", "1:1 number-too-large"),
            ("99999999999999999999999", "1:1 number-too-large"),
            ("17179869184G", "1:1 number-too-large"),
            ("a 12x", "1:3 invalid-number"),
            ("1KB", "1:1 invalid-number"),
            ("\n \"abc", "2:2 unterminated-string"),
            ("\"abc\\", "1:1 unterminated-string"),
            ("\"abc\\\"", "1:1 unterminated-string"),
            ("text:\nabc\n", "1:1 unterminated-string"),
            ("text: abc\n.\n", "1:1 syntax"),
            ("a /* b", "1:3 unterminated-comment"),
            ("a /*/ b", "1:3 unterminated-comment"),
            ("'a'", "1:1 invalid-character"),
            ("ü@", "1:1 invalid-character"),
            ("äöü", "1:1 invalid-character"),
            ("-1", "1:1 invalid-character"),
            (": a", "1:1 invalid-character"),
            ("\"ü\" @", "1:5 invalid-character"),
            ("\"a\0b\"", "1:1 nul-in-string"),
            ("\"a\\\0b\"", "1:1 nul-in-string"),
            ("text:\na\0\n.\n", "1:1 nul-in-string"),
            ("a \0 b", "1:3 invalid-character"),
        ])
    func reportsErrors(_ script: String, _ expected: String) {
        let found = tokens(script).filter {
            $0.contains(where: \.isNumber) && $0.contains("-") || $0.hasSuffix(" syntax")
        }
        #expect(found.first == expected)
    }

    @Test("lines are counted through strings and comments")
    func countsLines() {
        #expect(SieveCase.diagnostics("# one\n/* two\nthree */ \"four\nfive\"") == ["3:10 syntax"])
        #expect(SieveCase.diagnostics("keep;\r\nstop;\r\n  nonsense;") == ["3:3 unknown-command"])
        #expect(
            SieveCase.diagnostics("require \"variables\"; set \"a\" text:\n1\n2\n.\n;\nnope;") == [
                "6:1 unknown-command"
            ])
    }

    @Test("names longer than any of the language are no names of the language")
    func longNames() {
        let long = String(repeating: "a", count: 24)
        #expect(Identifier(long) == Identifier(long.uppercased()))
        #expect(Identifier(long + "a") != Identifier(long + "aa"))
        #expect(Identifier(long + "if") != Identifier("if"))
        #expect(Identifier("if") == Identifier("IF"))
        #expect(Identifier("\0if") != Identifier("if"))
    }

    @Test("text is cut at a character, or where it is no UTF-8 at the octet")
    func truncates() {
        #expect([UInt8]("aü".utf8).truncated(to: 2) == [UInt8]("a".utf8))
        #expect([UInt8]("aü".utf8).truncated(to: 3) == [UInt8]("aü".utf8))
        #expect([UInt8]("😀😀".utf8).truncated(to: 7) == [UInt8]("😀".utf8))
        #expect([UInt8]("😀".utf8).truncated(to: 3) == [])
        #expect([UInt8](repeating: 0x80, count: 9).truncated(to: 5).count == 5)
        #expect([UInt8]("abc".utf8).truncated(to: 0) == [])
    }
}
