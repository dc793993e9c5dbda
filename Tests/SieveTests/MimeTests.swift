import Testing

@testable import Sieve

@Suite("mime, foreverypart, extracttext (RFC 5703 §3, §4, §7)")
struct MimeTests {
    static let message = """
        From: Hal <hal@example.org>
        Content-Type: multipart/mixed; boundary=AA
        X-Test: A
        Cc: a@example.com

        preamble
        --AA
        Content-Type: multipart/mixed; boundary=BB
        X-Test: B
        Cc: b@example.com

        --BB
        Content-Type: text/plain; charset="us-ascii"
        Content-Disposition: inline; filename="a.exe"; title*=utf-8''%C3%A4
        X-Test: C
        Cc: c@example.com

        Hello plain text
        --BB
        Content-Type: text/html
        X-Test: D

        <p>Hello <b>HTML</b> text</p>
        --BB--
        --AA
        Content-Type: image/png
        X-Test: E

        PNG
        --AA--

        """

    private func outcome(_ script: String, _ change: (inout SieveCase) -> Void = { _ in }) -> [String] {
        var test = SieveCase(
            """
            require ["mime", "foreverypart", "extracttext", "variables", "relational", "fileinto", "index",
                "comparator-i;ascii-numeric", "editheader"];
            \(script)
            """)
        test.message = Self.message
        change(&test)
        return test.outcome()
    }

    /// The part's mark, or `-`.
    private static let mark =
        "set \"m\" \"-\"; if header :mime :matches \"x-test\" \"*\" { set \"m\" \"${1}\"; }"

    @Test("the loop goes through all parts, depth first (§3.1)")
    func order() {
        #expect(
            outcome("foreverypart { \(Self.mark) set \"all\" \"${all}${m}\"; } fileinto \"${all}\";")
                == ["fileinto ABCDE"])
    }

    @Test("a loop within a loop goes through the parts within the part (§3.1)")
    func nesting() {
        let script = """
            foreverypart {
                \(Self.mark) set "all" "${all}${m}(";
                foreverypart { \(Self.mark) set "all" "${all}${m}"; }
                set "all" "${all})";
            }
            fileinto "${all}";
            """
        #expect(outcome(script) == ["fileinto A(BCDE)B(CD)C()D()E()"])
    }

    @Test(
        "break ends the innermost loop, or the one that it names (§3.2)",
        arguments: [
            ("foreverypart { MARK if string \"${m}\" \"B\" { break; } ADD }", "A"),
            ("foreverypart :name \"x\" { MARK if string \"${m}\" \"C\" { break :name \"x\"; } ADD }", "AB"),
            ("foreverypart { foreverypart { MARK ADD if string \"${m}\" \"C\" { break; } } }", "BCC"),
            (
                "foreverypart :name \"o\" { foreverypart { MARK ADD if string \"${m}\" \"C\" { break :name \"o\"; } } }",
                "BC"
            ),
            // The inner loop hides an outer one of the same name.
            (
                "foreverypart :name \"o\" { foreverypart :name \"o\" { MARK ADD break :name \"o\"; } }", "BC"
            ),
            ("foreverypart { MARK ADD if string \"${m}\" \"C\" { stop_ADDED } }", "ABC"),
        ])
    func breaking(_ script: String, _ expected: String) {
        let text =
            script.replacing("MARK", with: Self.mark).replacing("ADD", with: "set \"all\" \"${all}${m}\";")
            .replacing("stop_set \"all\" \"${all}${m}\";ED", with: "fileinto \"${all}\"; stop;")
        #expect(outcome(text + " fileinto \"${all}\";") == ["fileinto \(expected)"], "\(script)")
    }

    @Test(
        "without a loop :mime is the message's own header, and :anychild all parts (§4)",
        arguments: [
            ("header :mime \"x-test\" \"A\"", true),
            ("header :mime \"x-test\" \"B\"", false),
            ("header :mime :anychild \"x-test\" \"E\"", true),
            ("header :anychild :mime \"x-test\" \"D\"", true),
            ("header :mime :anychild :count \"eq\" \"x-test\" \"5\"", true),
            ("header :mime :anychild :contains \"x-none\" \"\"", false),
            ("header :mime :anychild :contains \"x-test:\" \"\"", false),
            ("header :mime :type \"content-type\" \"multipart\"", true),
            ("header :mime :subtype \"content-type\" \"mixed\"", true),
            ("header :mime :contenttype \"content-type\" \"multipart/mixed\"", true),
            ("header :mime :param \"boundary\" \"content-type\" \"AA\"", true),
            ("header :mime :anychild :contenttype \"content-type\" \"image/png\"", true),
            ("header :mime :anychild :type \"content-type\" \"png\"", false),
            ("header :mime :anychild :param \"FILENAME\" \"content-disposition\" \"a.exe\"", true),
            ("header :mime :anychild :param [\"x\", \"title\"] \"content-disposition\" \"ä\"", true),
            (
                "header :mime :anychild :count \"eq\" :param [\"filename\", \"title\"] \"content-disposition\" \"2\"",
                true
            ),
            ("header :mime :anychild :type \"content-disposition\" \"inline\"", true),
            ("header :mime :anychild :subtype \"content-disposition\" \"\"", true),
            ("header :mime :anychild :contenttype \"content-disposition\" \"inline\"", true),
            (
                "header :mime :anychild :matches :param \"filename\" [\"content-type\", \"content-disposition\"] \"*.exe\"",
                true
            ),
            ("header :mime :anychild :index 2 \"x-test\" \"B\"", true),
            ("header :mime :anychild :index 1 :last \"x-test\" \"E\"", true),
            ("address :mime \"cc\" \"a@example.com\"", true),
            ("address :mime \"cc\" \"b@example.com\"", false),
            ("address :mime :anychild :localpart \"cc\" \"c\"", true),
            ("address :mime :anychild :count \"eq\" \"cc\" \"3\"", true),
            ("exists :mime \"x-test\"", true),
            ("exists :mime \"content-disposition\"", false),
            ("exists :mime :anychild [\"content-disposition\", \"from\"]", true),
            ("exists :mime :anychild [\"content-disposition\", \"x-none\"]", false),
            ("exists [\"x-test\", \"from\"]", true),
        ])
    func tests(_ test: String, _ expected: Bool) {
        #expect(
            holds(test, require: "mime relational index") { $0.message = Self.message } == expected, "\(test)"
        )
    }

    @Test("within a loop :mime is the part, and without :mime it is the message")
    func current() {
        let script = """
            foreverypart {
                if header :mime "x-test" "B" {
                    if header "x-test" "A" { fileinto "message"; }
                    if header "x-test" "B" { fileinto "wrong"; }
                    if header :mime :anychild "x-test" "D" { fileinto "child"; }
                    if header :mime :anychild "x-test" "E" { fileinto "wrong"; }
                    if exists :mime "from" { fileinto "wrong"; }
                    if address :mime "cc" "b@example.com" { fileinto "address"; }
                }
            }
            if header :mime "x-test" "A" { fileinto "after"; }
            """
        #expect(
            outcome(script)
                == ["fileinto message", "fileinto child", "fileinto address", "fileinto after"])
    }

    @Test("an edited header of the message counts as the header of the first part")
    func edited() {
        #expect(
            outcome(
                "addheader \"X-New\" \"1\"; foreverypart { if header :mime \"x-new\" \"1\" { fileinto \"A\"; } }"
            ) == ["fileinto A"])
    }

    @Test(
        "extracttext takes the text of the part (§7)",
        arguments: [
            ("C", "extracttext \"t\";", "Hello plain text"),
            ("C", "extracttext :first 5 \"t\";", "Hello"),
            ("C", "extracttext :first 0 \"t\";", ""),
            ("C", "extracttext :first 500 \"t\";", "Hello plain text"),
            ("C", "extracttext :upper :first 7 \"t\";", "HELLO P"),
            ("C", "extracttext :length \"t\";", "16"),
            ("D", "extracttext \"t\";", "Hello HTML text"),
            ("E", "extracttext \"t\";", ""),
            ("B", "extracttext \"t\";", ""),
        ])
    func extracting(_ part: String, _ command: String, _ expected: String) {
        #expect(
            outcome(
                "foreverypart { if header :mime \"x-test\" \"\(part)\" { set \"t\" \"old\"; \(command) } } "
                    + "fileinto \"[${t}]\";") == ["fileinto [\(expected)]"], "\(part) \(command)")
    }

    @Test(":first counts characters")
    func characters() {
        #expect(
            outcome("foreverypart { extracttext :first 2 \"t\"; } fileinto \"${t}\";") {
                $0.message = "Content-Type: text/plain; charset=utf-8\n\näöü\n"
            } == ["fileinto äö"])
    }

    @Test("text that is longer than a variable may be is cut at a character")
    func longText() {
        #expect(
            outcome("foreverypart { extracttext \"t\"; } set :length \"n\" \"${t}\"; fileinto \"${n}\";") {
                $0.message =
                    "Content-Type: text/plain; charset=utf-8\n\n" + String(repeating: "ä", count: 90_000)
            } == ["fileinto 2048"])
    }

    @Test(
        "errors are found when the script is compiled",
        arguments: [
            ("foreverypart;", ["missing-block"]),
            ("foreverypart :tag {}", ["unknown-tag"]),
            ("foreverypart true {}", ["unexpected-test"]),
            ("foreverypart \"a\" {}", ["unexpected-argument"]),
            ("foreverypart :name 13 {}", ["wrong-argument"]),
            ("foreverypart :name \"a\" \"b\" {}", ["unexpected-argument"]),
            ("break;", ["misplaced-loop-command"]),
            ("foreverypart { break :name \"a\"; }", ["misplaced-loop-command"]),
            ("foreverypart :name \"b\" { break :name \"a\"; }", ["misplaced-loop-command"]),
            ("foreverypart { break \"a\"; }", ["unexpected-argument"]),
            ("foreverypart { break true; }", ["unexpected-test"]),
            (
                "foreverypart {foreverypart {foreverypart {foreverypart {foreverypart {break;}}}}}",
                ["nested-too-deeply"]
            ),
            ("if header :anychild \"a\" \"b\" {}", ["missing-tag"]),
            ("if header :type \"a\" \"b\" {}", ["missing-tag"]),
            ("if header :mime :type :subtype \"a\" \"b\" {}", ["repeated-tag"]),
            ("if header :mime :mime \"a\" \"b\" {}", ["repeated-tag"]),
            ("if header :mime :param 13 \"a\" \"b\" {}", ["wrong-argument"]),
            ("if address :mime :type \"to\" \"b\" {}", ["unknown-tag"]),
            ("if exists :mime :param \"a\" \"to\" {}", ["unknown-tag"]),
            ("if exists :anychild \"to\" {}", ["missing-tag"]),
            ("extracttext \"a\";", ["misplaced-loop-command"]),
            ("foreverypart { extracttext; }", ["missing-argument"]),
            ("foreverypart { extracttext \"${a}\"; }", ["not-constant"]),
            ("foreverypart { extracttext \"0\"; }", ["invalid-variable"]),
            ("foreverypart { extracttext :first \"a\"; }", ["wrong-argument"]),
            ("foreverypart { extracttext :first 1 :first 2 \"a\"; }", ["repeated-tag"]),
            ("foreverypart { extracttext :lower :upper \"a\"; }", ["conflicting-modifiers"]),
        ])
    func errors(_ script: String, _ expected: [String]) {
        let require = "require [\"mime\", \"foreverypart\", \"extracttext\", \"variables\"];\n"
        #expect(SieveCase.codes(require + script) == expected, "\(script)")
    }

    @Test("extracttext needs variables and foreverypart (§7)")
    func needs() {
        #expect(
            SieveCase.codes("require \"extracttext\"; require \"variables\"; keep;") == ["not-required"])
        #expect(
            SieveCase.codes(
                "require [\"extracttext\", \"foreverypart\"]; foreverypart { extracttext \"a\"; }")
                == ["not-required"])
    }

    @Test("a message of very many parts costs a script no more than its steps")
    func manyParts() {
        let parts = String(repeating: "--b\n\nx\n", count: 20_000)
        let script =
            "foreverypart { foreverypart { if header :mime :anychild :contains \"a\" \"b\" { keep; } } }"
        var test = SieveCase("require [\"mime\", \"foreverypart\"]; \(script)")
        test.message = "Content-Type: multipart/mixed; boundary=b\n\n" + parts
        test.limits.steps = 2_000_000
        #expect(
            test.outcome().last?.contains("the script takes too long") == true || test.outcome() == ["keep*"])
    }
}
