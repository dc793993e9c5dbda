import Testing

@testable import Sieve

@Suite("editheader (RFC 5293)")
struct EditheaderTests {
    private static let message =
        "Received: a\nX-A: one\nX-B: two\nX-A: three\nSubject: s\nX-A: five\n\nbody\n"

    private func edited(_ script: String, _ change: (inout SieveCase) -> Void = { _ in }) -> [String] {
        var test = SieveCase(
            "require [\"editheader\", \"variables\", \"encoded-character\", \"fileinto\", \"relational\", "
                + "\"comparator-i;ascii-numeric\", \"index\"]; \(script)")
        test.message = Self.message
        change(&test)
        return test.stored()
    }

    @Test("addheader puts the field on top, or behind all others (§4)")
    func adding() {
        #expect(edited("addheader \"X-New\" \"value\";") == ["X-New: value\n" + Self.message])
        #expect(
            edited("addheader :last \"X-New\" \"value\";")
                == [
                    "Received: a\nX-A: one\nX-B: two\nX-A: three\nSubject: s\nX-A: five\nX-New: value\n\nbody\n"
                ])
        #expect(edited("addheader \"A\" \"1\"; addheader \"B\" \"2\";") == ["B: 2\nA: 1\n" + Self.message])
        #expect(
            edited("addheader \"X-New\" \"${unicode:e4}\";") == ["X-New: =?UTF-8?B?w6Q=?=\n" + Self.message])
    }

    @Test(
        "deleteheader deletes what matches (§5)",
        arguments: [
            ("deleteheader \"x-a\";", "Received: a\nX-B: two\nSubject: s\n\nbody\n"),
            (
                "deleteheader :index 1 \"X-A\";",
                "Received: a\nX-B: two\nX-A: three\nSubject: s\nX-A: five\n\nbody\n"
            ),
            (
                "deleteheader :index 1 :last \"X-A\";",
                "Received: a\nX-A: one\nX-B: two\nX-A: three\nSubject: s\n\nbody\n"
            ),
            (
                "deleteheader :last :index 2 \"X-A\";",
                "Received: a\nX-A: one\nX-B: two\nSubject: s\nX-A: five\n\nbody\n"
            ),
            ("deleteheader :index 4 \"X-A\";", message),
            ("deleteheader \"X-None\";", message),
            (
                "deleteheader :contains \"X-A\" [\"E\", \"zzz\"];",
                "Received: a\nX-B: two\nSubject: s\n\nbody\n"
            ),
            (
                "deleteheader :matches \"X-A\" \"*ree\";",
                "Received: a\nX-A: one\nX-B: two\nSubject: s\nX-A: five\n\nbody\n"
            ),
            // RFC 5293 §5: the index is counted first, the value compared then.
            ("deleteheader :index 1 :contains \"X-A\" \"three\";", message),
            ("deleteheader :comparator \"i;octet\" :is \"X-A\" \"ONE\";", message),
            ("deleteheader :matches \"X-A\";", "Received: a\nX-B: two\nSubject: s\n\nbody\n"),
            (
                "deleteheader :count \"ge\" :comparator \"i;ascii-numeric\" \"X-A\" \"3\";",
                "Received: a\nX-B: two\nSubject: s\n\nbody\n"
            ),
            ("deleteheader :count \"gt\" :comparator \"i;ascii-numeric\" \"X-A\" \"3\";", message),
            ("deleteheader \"Received\";", message),
            ("deleteheader \"subject\";", "Received: a\nX-A: one\nX-B: two\nX-A: three\nX-A: five\n\nbody\n"),
        ])
    func deleting(_ script: String, _ expected: String) {
        #expect(edited(script) == [expected], "\(script)")
    }

    @Test("what is edited is what later tests see, with its size (§6)")
    func visible() {
        let script = """
            addheader "X-New" "1";
            if header "x-new" "1" { fileinto "added"; }
            deleteheader "x-a";
            if not exists "x-a" { fileinto "deleted"; }
            if header :index 1 "x-b" "two" { fileinto "kept"; }
            if size :under \(80 - 2) { fileinto "smaller"; }
            """
        let stored = edited(script) { $0.size = Self.message.utf8.count + 8 }
        #expect(
            stored == [
                "X-New: 1\n" + Self.message, "X-New: 1\nReceived: a\nX-B: two\nSubject: s\n\nbody\n",
                "X-New: 1\nReceived: a\nX-B: two\nSubject: s\n\nbody\n",
                "X-New: 1\nReceived: a\nX-B: two\nSubject: s\n\nbody\n",
            ])
    }

    @Test("the size counts CRLF at each line end, in the header as it is now (RFC 5228 §5.9)")
    func sizes() {
        let total = Self.message.utf8.count + 8
        for (script, size) in [
            ("", total), ("addheader \"X-New\" \"1\";", total + 10), ("deleteheader \"x-a\";", total - 33),
            ("addheader \"X-New\" \"1\"; deleteheader \"x-new\";", total),
        ] {
            let stored = edited(
                "\(script) if allof (not size :over \(size), not size :under \(size)) { fileinto \"exact\"; }"
            ) { $0.size = total }
            #expect(stored.count == 1, "\(script)")
            var test = SieveCase(
                "require [\"editheader\", \"fileinto\"]; \(script) "
                    + "if allof (not size :over \(size), not size :under \(size)) { fileinto \"exact\"; }")
            test.message = Self.message
            test.size = total
            #expect(test.outcome() == ["fileinto exact"], "\(script)")
        }
    }

    @Test("each action takes the message as it was when the command ran")
    func snapshots() {
        let stored = edited(
            "fileinto \"A\"; addheader \"X\" \"1\"; fileinto \"B\"; deleteheader \"X\"; keep;")
        #expect(stored == [Self.message, "X: 1\n" + Self.message, Self.message])
    }

    @Test("after a failure the message is the one that came in (§6)")
    func failing() {
        var test = SieveCase(
            "require [\"editheader\", \"variables\"]; addheader \"X\" \"1\"; set \"n\" \"a:\"; addheader \"${n}\" \"2\";"
        )
        test.message = Self.message
        #expect(test.stored() == [Self.message])
        #expect(
            test.outcome() == ["keep*", "failure s1:1: the field name \"a:\" is invalid"])
    }

    @Test("fields that the site protects are left alone, and the trace says so")
    func protection() {
        let change: (inout SieveCase) -> Void = {
            $0.limits.unaddableFields = ["x-no", "subject"]
            $0.limits.undeletableFields = ["x-b", "subject"]
        }
        let script =
            "addheader \"X-No\" \"1\"; deleteheader \"X-B\"; addheader \"Subject\" \"t\"; deleteheader \"X-A\";"
        #expect(
            edited(script, change)
                == ["Subject: t\nReceived: a\nX-B: two\nSubject: s\n\nbody\n"])
        var test = SieveCase("require \"editheader\"; \(script)")
        change(&test)
        #expect(
            test.notes() == ["X-No is protected and was not added", "X-B is protected and was not deleted"])
        #expect(
            SieveCase.codes("require \"editheader\"; deleteheader \"Received\";")
                == ["warning protected-header"])
    }

    @Test("one run adds no more fields than the limit, and none that is too long")
    func limits() {
        var test = SieveCase("require \"editheader\"; addheader \"A\" \"1\"; addheader \"B\" \"2\";")
        test.limits.addedFields = 1
        #expect(test.outcome() == ["keep*", "failure s1:1: more than 1 fields are added"])
        var long = SieveCase(
            "require [\"editheader\", \"variables\"]; set \"a\" \"12345\"; addheader \"A\" \"${a}\";")
        long.limits.addedFieldBytes = 4
        #expect(long.outcome() == ["keep*", "failure s1:1: the value \"12345\" is longer than 4 octets"])
        var limits = SieveLimits()
        limits.addedFieldBytes = 4
        #expect(
            SieveCase.codes("require \"editheader\"; addheader \"A\" \"12345\";", limits: limits)
                == ["invalid-header-value"])
    }

    @Test("long values are folded, short of 998 octets a line (§4)")
    func folding() {
        let words = Array(repeating: "word", count: 300).joined(separator: " ")
        let header = edited("addheader \"X\" \"\(words)\";")[0].split(separator: "\n")
        #expect(header[1].hasPrefix(" word"))
        #expect(header.allSatisfy { $0.utf8.count <= 78 })
    }

    @Test(
        "errors are found when the script is compiled",
        arguments: [
            ("addheader;", "missing-argument"),
            ("addheader \"x\";", "missing-argument"),
            ("addheader \"x\" 2;", "wrong-argument"),
            ("addheader \"x\" [\"a\"];", "wrong-argument"),
            ("addheader :tag \"x\" \"a\";", "unknown-tag"),
            ("addheader :last :last \"x\" \"a\";", "repeated-tag"),
            ("addheader \"x:\" \"a\";", "invalid-header-name"),
            ("addheader \"x y\" \"a\";", "invalid-header-name"),
            ("addheader \"\" \"a\";", "invalid-header-name"),
            ("deleteheader;", "missing-argument"),
            ("deleteheader :last \"x\";", "missing-tag"),
            ("deleteheader :index 0 \"x\";", "invalid-index"),
            ("deleteheader :index \"a\" \"x\";", "wrong-argument"),
            ("deleteheader \"x\" 1;", "wrong-argument"),
            ("deleteheader \"x:\";", "invalid-header-name"),
            ("deleteheader \"x\" \"a\" \"b\";", "unexpected-argument"),
        ])
    func errors(_ command: String, _ expected: String) {
        #expect(SieveCase.codes("require \"editheader\"; \(command)") == [expected], "\(command)")
    }

    @Test("NUL cannot stand in a value")
    func nul() {
        #expect(
            SieveCase.codes(
                "require [\"editheader\", \"encoded-character\"]; addheader \"x\" \"a${hex:00}\";")
                == ["invalid-header-value"])
    }

    @Test("a header that is too long to be read to its end loses nothing, however often it is edited")
    func longHeader() {
        let many = (0..<10_050).map { "X-\($0): \($0)\n" }.joined()
        let stored = edited("addheader \"A\" \"1\"; addheader \"B\" \"2\"; addheader :last \"C\" \"3\";") {
            $0.message = many + "\nbody\n"
        }
        #expect(stored.count == 1)
        #expect(stored[0].utf8.count == many.utf8.count + "\nbody\n".utf8.count + 15)
        #expect(stored[0].hasPrefix("B: 2\nA: 1\nX-0: 0\n"))
        #expect(stored[0].hasSuffix("X-10049: 10049\n\nbody\n"))
    }

    @Test("any edits of any header keep the body, and end the header with an empty line")
    func properties() {
        var random = SeededGenerator(7)
        let pieces = [
            "A: 1\n", "a: 2\r\n", "B:\n", " fold\n", "junk\n", "From x\n", "\n", "Received: x\n",
            "\u{e4}: y\n",
        ]
        for _ in 0..<300 {
            let header = (0..<Int.random(in: 0..<6, using: &random)).map { _ in
                pieces[Int.random(in: 0..<pieces.count, using: &random)]
            }.joined()
            let message = header + (Bool.random(using: &random) ? "\nthe body\n" : "")
            let commands = (0..<Int.random(in: 1..<5, using: &random)).map { _ in
                [
                    "addheader \"A\" \"new\";", "addheader :last \"B\" \"x\";", "deleteheader \"A\";",
                    "deleteheader :index 1 \"B\";", "deleteheader :contains \"A\" \"1\";",
                ][Int.random(in: 0..<5, using: &random)]
            }.joined()
            let stored = edited(commands) { $0.message = message }
            #expect(stored.count == 1)
            if message.hasSuffix("\nthe body\n") {
                #expect(stored[0].hasSuffix("\nthe body\n"), "\(message) \(commands)")
            }
        }
    }
}
