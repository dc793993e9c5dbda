import Testing

@testable import Sieve

@Suite(":matches")
struct GlobTests {
    /// The captures of a match with dots between them; nil where there is none.
    private func captures(_ pattern: String, _ text: String) -> String? {
        let glob = Glob([UInt8](pattern.utf8))
        let bytes = [UInt8](text.utf8)
        guard let places = glob.match(bytes) else { return nil }
        return glob.captures(places, limit: 31).map { String(decoding: bytes[$0], as: UTF8.self) }
            .joined(separator: "|")
    }

    @Test(
        "captures are as short as possible, from the left (RFC 5229 §3.2)",
        arguments: [
            ("", "", ""),
            ("", "a", nil),
            ("abc", "abc", ""),
            ("abc", "abcd", nil),
            ("abc", "ab", nil),
            ("*", "", ""),
            ("*", "abc", "abc"),
            ("?", "a", "a"),
            ("?", "", nil),
            ("?", "ab", nil),
            ("a*c", "abbc", "bb"),
            ("a*c", "ac", ""),
            ("a*c", "acc", "c"),
            ("a*c", "a", nil),
            ("*b*", "abab", "a|ab"),
            ("*b*b*", "ababab", "a|a|ab"),
            ("**", "ab", "|ab"),
            ("***", "ab", "||ab"),
            ("*?", "abc", "ab|c"),
            ("?*", "abc", "a|bc"),
            ("*?*", "abc", "|a|bc"),
            ("??", "ab", "a|b"),
            ("*a???", "xaabcd", "xa|b|c|d"),
            ("*a???", "abcd", "|b|c|d"),
            ("*a???", "abc", nil),
            ("*?b*", "bab", "b|a|"),
            ("*?b*", "bb", "|b|"),
            ("*?b*", "b", nil),
            ("*a?b*", "aabxab", "|a|xab"),
            ("*a?b*", "axxaxb", "axx|x|"),
            ("a*b*c", "abcbc", "|cb"),
            ("a*ab", "aab", ""),
            ("a*ab", "ab", nil),
            ("ab*ab", "ab", nil),
            ("ab*ba", "aba", nil),
            ("ab*ba", "abba", ""),
            ("\\*", "*", ""),
            ("\\*", "a", nil),
            ("\\?", "?", ""),
            ("\\\\", "\\", ""),
            ("a\\", "a\\", ""),
            ("\\a", "a", ""),
            ("\\**", "*x", "x"),
            ("[*] ?b", "[list] xb", "list|x"),
            ("*.example.org", "mail.example.org", "mail"),
            ("*@*.org", "a@b@c.org", "a|b@c"),
        ] as [(String, String, String?)])
    func captures(_ pattern: String, _ text: String, _ expected: String?) {
        #expect(captures(pattern, text) == expected, "\(pattern) on \(text)")
    }

    /// The definition, tried by hand: for each star the shortest, from the left.
    private func slow(_ pattern: ArraySlice<UInt8>, _ text: ArraySlice<UInt8>) -> [Range<Int>]? {
        guard let first = pattern.first else { return text.isEmpty ? [] : nil }
        switch first {
        case 0x2A:
            for end in text.startIndex...text.endIndex {
                if let rest = slow(pattern.dropFirst(), text[end...]) {
                    return [text.startIndex..<end] + rest
                }
            }
            return nil
        case 0x3F:
            guard !text.isEmpty, let rest = slow(pattern.dropFirst(), text.dropFirst()) else { return nil }
            return [text.startIndex..<(text.startIndex + 1)] + rest
        default:
            return text.first == first ? slow(pattern.dropFirst(), text.dropFirst()) : nil
        }
    }

    @Test("on random patterns the captures are those of the definition")
    func agreesWithDefinition() {
        var generator = SeededGenerator(1)
        var matched = 0
        for _ in 0..<20_000 {
            let pattern = (0..<Int.random(in: 0...7, using: &generator)).map { _ in
                [UInt8]("ab*?*".utf8).randomElement(using: &generator) ?? 0
            }
            let text = (0..<Int.random(in: 0...10, using: &generator)).map { _ in
                [UInt8]("ab".utf8).randomElement(using: &generator) ?? 0
            }
            let glob = Glob(pattern)
            let expected = slow(pattern[...], text[...])
            let found = glob.match(text).map { glob.captures($0, limit: 31) }
            #expect(found == expected, "\(pattern.text) on \(text.text)")
            if found != nil { matched += 1 }
        }
        #expect(matched > 2500)
        print("globs: 20000 cases, \(matched) of them matches")
    }

    @Test("segments with wildcards may be longer than a machine word")
    func longSegments() {
        for length in [63, 64, 65, 127, 128, 200] {
            let segment = "?" + String(repeating: "a", count: length - 2) + "b"
            let text = String(repeating: "a", count: 500) + "b"
            let expected = String(repeating: "a", count: 500 - length + 1) + "|a|tail"
            #expect(captures("*\(segment)*", text + "tail") == expected, "\(length)")
            #expect(captures("*\(segment)*", String(repeating: "a", count: 500)) == nil)
        }
    }
}

@Suite(":contains")
struct SubstringSearchTests {
    private func first(_ needle: String, _ text: String, from start: Int = 0) -> Int? {
        let needle = [UInt8](needle.utf8)
        let text = [UInt8](text.utf8)
        let wanted = needle.span
        let place = text.span.firstRange(of: wanted, from: start)
        return place
    }

    @Test(
        "finds the first place",
        arguments: [
            ("", "", 0),
            ("", "a", 0),
            ("a", "", nil),
            ("a", "a", 0),
            ("b", "aab", 2),
            ("ab", "aab", 1),
            ("aab", "aaaab", 2),
            ("abc", "ab", nil),
            ("aa", "aba", nil),
            ("c", "ab", nil),
        ] as [(String, String, Int?)])
    func finds(_ needle: String, _ text: String, _ expected: Int?) {
        #expect(first(needle, text) == expected)
    }

    @Test("begins where it is told to")
    func start() {
        #expect(first("a", "aba", from: 1) == 2)
        #expect(first("", "aba", from: 3) == 3)
        #expect(first("ba", "aba", from: 2) == nil)
    }

    /// Long enough for the steady search to take over.
    @Test("on random and on hostile texts the place is the first one")
    func agreesWithDefinition() {
        var generator = SeededGenerator(2)
        var found = 0
        for round in 0..<3000 {
            let length = round % 3 == 0 ? 2000 : 40
            var text = [UInt8](repeating: 0x61, count: length)
            for _ in 0..<Int.random(in: 0...3, using: &generator) {
                text[Int.random(in: 0..<length, using: &generator)] = 0x62
            }
            let size = Int.random(in: 1...(length / 2), using: &generator)
            let start = Int.random(in: 0...(length - size), using: &generator)
            var needle = [UInt8](text[start..<(start + size)])
            if round % 4 == 0 { needle[size - 1] = 0x62 }
            let expected = (0...(length - size)).first { text[$0..<($0 + size)].elementsEqual(needle) }
            let wanted = needle.span
            let place = text.span.firstRange(of: wanted, from: 0)
            #expect(place == expected)
            if place != nil { found += 1 }
        }
        print("substrings: 3000 cases, \(found) of them found")
    }
}

@Suite("Comparators")
struct ComparatorTests {
    @Test(
        "i;ascii-casemap folds A to Z and nothing else, i;octet nothing (RFC 4790 §9.2, §9.3)",
        arguments: [
            ("Hello", "hELLO", true, false),
            ("a", "a", true, true),
            ("ä", "Ä", false, false),
            ("[", "{", false, false),
            ("@", "`", false, false),
            ("", "", true, true),
            ("İ", "i", false, false),
            ("\u{212A}", "k", false, false),
        ])
    func equality(_ left: String, _ right: String, _ casemap: Bool, _ octet: Bool) {
        let (left, right) = (MatchValue([UInt8](left.utf8)), MatchValue([UInt8](right.utf8)))
        #expect((CasemapComparator.normalForm(left) == CasemapComparator.normalForm(right)) == casemap)
        #expect((OctetComparator.normalForm(left) == OctetComparator.normalForm(right)) == octet)
    }

    @Test(
        "i;ascii-numeric compares leading digits, of any length; anything else is infinity (RFC 4790 §9.1)",
        arguments: [
            ("1", "1", Order.same),
            ("1", "2", .ascending),
            ("10", "9", .descending),
            ("007", "7", .same),
            ("0", "000", .same),
            ("7abc", "7", .same),
            ("7 8", "7", .same),
            ("", "0", .descending),
            ("", "abc", .same),
            ("-1", "5", .descending),
            ("-1", "x", .same),
            ("99999999999999999999999", "100000000000000000000000", .ascending),
            ("18446744073709551616", "18446744073709551615", .descending),
            ("5", "", .ascending),
            (" 5", "6", .descending),
        ])
    func numeric(_ left: String, _ right: String, _ expected: Order) {
        let normal = { (text: String) in NumericComparator.normalForm(MatchValue([UInt8](text.utf8))) }
        #expect(NumericComparator.order(normal(left), normal(right)) == expected)
    }

    @Test(
        "the order of octets; of letters as if they were upper-case",
        arguments: [
            ("a", "b", Order.ascending, Order.ascending),
            ("a", "B", .ascending, .descending),
            ("ab", "a", .descending, .descending),
            ("", "a", .ascending, .ascending),
            ("a", "_", .ascending, .descending),
            ("a", "A", .same, .descending),
            ("z", "ä", .ascending, .ascending),
        ])
    func order(_ left: String, _ right: String, _ casemap: Order, _ octet: Order) {
        let (left, right) = (MatchValue([UInt8](left.utf8)), MatchValue([UInt8](right.utf8)))
        #expect(
            CasemapComparator.order(CasemapComparator.normalForm(left), CasemapComparator.normalForm(right))
                == casemap)
        #expect(
            OctetComparator.order(OctetComparator.normalForm(left), OctetComparator.normalForm(right))
                == octet)
    }

    @Test(
        "? is one octet, as RFC 5228 §2.7.1 has it for these comparators",
        arguments: [("?", false), ("??", true), ("*", true)])
    func octets(_ pattern: String, _ expected: Bool) {
        #expect(
            holds("header :matches \"subject\" \"\(pattern)\"") { $0.message = "Subject: ü\n\n" } == expected)
    }
}

@Suite("relational")
struct RelationalTests {
    @Test(
        ":value compares as the comparator does, :count counts fields (RFC 5231)",
        arguments: [
            (":value \"gt\" :comparator \"i;ascii-numeric\" \"x-number\" \"9\"", true),
            (":value \"gt\" \"x-number\" \"9\"", false),
            (":value \"eq\" :comparator \"i;ascii-numeric\" \"x-number\" \"0012\"", true),
            (":value \"ne\" \"x-number\" \"12\"", false),
            (":value \"ne\" \"x-number\" [\"12\", \"13\"]", true),
            (":value \"le\" :comparator \"i;ascii-numeric\" \"x-number\" \"12\"", true),
            (":value \"lt\" :comparator \"i;ascii-numeric\" \"x-number\" \"12\"", false),
            (":value \"ge\" :comparator \"i;ascii-numeric\" \"subject\" \"99999999999\"", true),
            (":value \"lt\" \"x-missing\" \"z\"", false),
            (":count \"eq\" \"received\" \"2\"", true),
            (":count \"EQ\" :comparator \"i;ascii-numeric\" \"received\" \"2\"", true),
            (":count \"eq\" [\"received\", \"subject\", \"x-missing\"] \"3\"", true),
            (":count \"ge\" :comparator \"i;ascii-numeric\" \"received\" \"10\"", false),
            (":count \"ge\" \"received\" \"10\"", true),
            (":count \"eq\" \"x-missing\" \"0\"", true),
            (":count \"gt\" \"x-missing\" \"0\"", false),
            (":count \"eq\" \"x-empty\" \"1\"", true),
            (":count \"eq\" \"received\" [\"7\", \"2\"]", true),
            (":is :comparator \"i;ascii-numeric\" \"x-number\" \"12\"", true),
        ])
    func header(_ arguments: String, _ expected: Bool) {
        #expect(holds("header \(arguments)", require: "relational comparator-i;ascii-numeric") == expected)
    }

    @Test(
        "addresses are counted, not fields",
        arguments: [
            ("address :count \"eq\" \"to\" \"2\"", true),
            ("address :count \"eq\" [\"to\", \"cc\", \"bcc\"] \"4\"", true),
            ("address :count \"eq\" :detail \"to\" \"1\"", true),
            ("envelope :count \"eq\" \"to\" \"1\"", true),
            ("address :value \"ge\" :localpart \"from\" \"ann\"", true),
        ])
    func addresses(_ test: String, _ expected: Bool) {
        #expect(holds(test, require: "relational envelope subaddress") == expected)
    }
}

@Suite("subaddress")
struct SubaddressTests {
    @Test(
        ":user and :detail, with the first delimiter of any kind (RFC 5233)",
        arguments: [
            ("bob+lists@example.net", "+", "bob", "lists"),
            ("bob@example.net", "+", "bob", nil),
            ("bob+@example.net", "+", "bob", ""),
            ("+lists@example.net", "+", "", "lists"),
            ("bob+a+b@example.net", "+", "bob", "a+b"),
            ("bob-a+b@example.net", "+", "bob-a", "b"),
            ("bob-a+b@example.net", "+-", "bob", "a+b"),
            ("bob+a-b@example.net", "+-", "bob", "a-b"),
            ("bob+a@example.net", "", "bob+a", nil),
        ] as [(String, String, String, String?)])
    func parts(_ address: String, _ delimiters: String, _ user: String, _ detail: String?) {
        let value = AddressValue(path: address)
        let characters = [UInt8](delimiters.utf8)
        #expect(UserAddressPart.value(of: value, delimiters: characters)?.text == user)
        #expect(DetailAddressPart.value(of: value, delimiters: characters)?.text == detail)
    }

    @Test("without a delimiter nothing matches :detail, not even the empty string")
    func noDetail() {
        #expect(holds("address :detail \"from\" \"\"", require: "subaddress") == false)
        #expect(holds("address :detail :matches \"from\" \"*\"", require: "subaddress") == false)
        #expect(holds("address :detail \"to\" \"lists\"", require: "subaddress") == true)
        #expect(holds("address :user \"to\" \"bob\"", require: "subaddress") == true)
        #expect(
            holds("address :detail \"to\" \"lists\"", require: "subaddress") { $0.delimiters = "-" } == false)
        #expect(holds("envelope :detail \"to\" \"lists\"", require: "subaddress envelope") == true)
    }
}
