import Platform
import TestSupport
import Testing

@Suite("regular expressions")
struct RegularExpressionTests {
    private static func compiled(
        _ pattern: String, _ options: RegularExpression.Options = []
    ) throws(RegularExpressionError) -> RegularExpression {
        let bytes = Array(pattern.utf8)
        return try RegularExpression(bytes.span, options: options)
    }

    /// The texts of the captures, `-` for one that took no part; nil if nothing matches.
    private static func captures(
        _ pattern: String, _ options: RegularExpression.Options = [], in text: String, count: Int
    ) throws -> [String]? {
        let bytes = Array(text.utf8)
        guard let ranges = try compiled(pattern, options).firstMatch(in: bytes.span, captures: count) else {
            return nil
        }
        return ranges.map { $0.map { String(decoding: bytes[$0], as: UTF8.self) } ?? "-" }
    }

    /// The ranges of the captures.
    private static func ranges(
        _ expression: RegularExpression, in text: [UInt8], count: Int
    ) throws(RegularExpressionError) -> [Range<Int>?]? {
        try expression.firstMatch(in: text.span, captures: count)
    }

    private static func compiled(
        octets pattern: [UInt8], _ options: RegularExpression.Options = [],
        _ limits: RegularExpression.Limits = .init()
    ) throws(RegularExpressionError) -> RegularExpression {
        try RegularExpression(pattern.span, options: options, limits: limits)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let pattern: String
        var options: RegularExpression.Options = []
        let text: String
        let captures: [String]?
        var testDescription: String { "\(pattern) in \(text)" }
    }

    @Test(
        "the leftmost match is found, with its groups",
        arguments: [
            Case(pattern: "a(b*)c", text: "xabbcabc", captures: ["abbc", "bb"]),
            Case(pattern: "a(b*)c", text: "ac", captures: ["ac", ""]),
            Case(pattern: "(a)|(b)", text: "zb", captures: ["b", "-", "b"]),
            Case(pattern: "a", text: "A", captures: nil),
            Case(pattern: "a", options: .caseInsensitive, text: "A", captures: ["A"]),
            Case(pattern: "ä", options: .caseInsensitive, text: "Ä", captures: ["Ä"]),
            Case(pattern: "^$", text: "", captures: [""]),
            Case(pattern: "^b", text: "a\nb", captures: nil),
            Case(pattern: "a.b", text: "a\nb", captures: nil),
            Case(pattern: "a.b", options: .dotMatchesAll, text: "a\nb", captures: ["a\nb"]),
            Case(pattern: "a.b", text: "aéb", captures: ["aéb"]),
            Case(pattern: "a.b", options: .octets, text: "aéb", captures: nil),
            Case(pattern: "a..b", options: .octets, text: "aéb", captures: ["aéb"]),
            Case(pattern: "ab|abcd", text: "abcd", captures: ["ab"]),
            Case(pattern: "ab|abcd", options: .longest, text: "abcd", captures: ["abcd"]),
            Case(pattern: #"(\w+)@(\d+)\b"#, text: "to ab@12.", captures: ["ab@12", "ab", "12"]),
            Case(pattern: "[[:alpha:]]+", text: "12ab3", captures: ["ab"]),
            Case(pattern: #"\pL+"#, text: "1é2", captures: ["é"]),
            Case(pattern: "a\0b", text: "xa\0b", captures: ["a\0b"]),
            Case(pattern: "", text: "abc", captures: [""]),
        ])
    func matches(_ example: Case) throws {
        let wanted = example.captures?.count ?? 1
        let found = try Self.captures(
            example.pattern, example.options, in: example.text, count: wanted)
        #expect(found == example.captures)
        let text = Array(example.text.utf8)
        let isMatch = try Self.compiled(example.pattern, example.options).matches(in: text.span)
        #expect(isMatch == (example.captures != nil))
    }

    @Test(
        "captures are as many as are asked for, up to 64",
        arguments: [(-5, 0), (0, 0), (1, 1), (3, 3), (9, 9), (64, 64), (.max, 64)])
    func captureCount(_ asked: Int, _ given: Int) throws {
        let text = Array("xay".utf8)
        let expression = try Self.compiled("(a)(b)?")
        #expect(expression.groups == 2)
        let ranges = try #require(try Self.ranges(expression, in: text, count: asked))
        #expect(ranges.count == given)
        for (index, range) in ranges.enumerated() { #expect(range == (index < 2 ? 1..<2 : nil)) }
    }

    @Test("octets that are not UTF-8 match nothing, but as octets")
    func invalidText() throws {
        let text: [UInt8] = [0x61, 0xFF, 0x62]
        let (characters, octets) = (try Self.compiled("a.b"), try Self.compiled("a.b", .octets))
        #expect(try Self.ranges(characters, in: text, count: 1) == nil)
        #expect(try Self.ranges(octets, in: text, count: 1) == [0..<3])
        let last = try Self.compiled("b")
        #expect(try Self.ranges(last, in: text, count: 1) == [2..<3])
    }

    @Test(
        "what is wrong is said",
        arguments: [
            ("(a", "missing )"), ("a)", "unexpected )"), ("[a", "missing ]"),
            ("*", "no argument for repetition"),
            (#"(a)\1"#, "invalid escape sequence"), ("(?=a)", "invalid perl operator"),
            ("a{2000}", "invalid repetition size"), ("((a{100}){100}){100}", "invalid repetition size"),
            (#"a\"#, "trailing"), ("[z-a]", "invalid character class range"),
        ])
    func errors(_ pattern: String, _ words: String) throws {
        let error = #expect(throws: RegularExpressionError.self) { try Self.compiled(pattern) }
        #expect(try #require(error).description.contains(words), "\(String(describing: error))")
    }

    @Test("a pattern that is not UTF-8 is refused, unless octets are meant")
    func invalidPattern() throws {
        let pattern: [UInt8] = [0xE9, 0x2B]
        #expect(throws: RegularExpressionError.self) { try Self.compiled(octets: pattern) }
        let expression = try Self.compiled(octets: pattern, .octets)
        let text: [UInt8] = [0x61, 0xE9, 0xE9]
        #expect(try Self.ranges(expression, in: text, count: 1) == [1..<3])
    }

    @Test("patterns that are too long, or whose programs are too large, are refused")
    func limits() throws {
        let long = [UInt8](repeating: 0x61, count: 40_000)
        #expect(throws: RegularExpressionError.self) { try Self.compiled(octets: long) }
        let large = Array(#"(\pL{30}){30}"#.utf8)
        let error = #expect(throws: RegularExpressionError.self) { try Self.compiled(octets: large) }
        #expect(
            try #require(error).description.contains("too large")
                || error?.description.contains("needs") == true)
        var limits = RegularExpression.Limits()
        limits.programSize = 5
        let modest = Array("abcdefgh".utf8)
        #expect(throws: RegularExpressionError.self) { try Self.compiled(octets: modest, [], limits) }
        #expect(try Self.compiled(octets: modest).programSize > 5)
    }

    @Test("a match that could take too long is refused, and one that fits is not")
    func steps() throws {
        var limits = RegularExpression.Limits()
        limits.steps = 1000
        let expression = try Self.compiled(octets: Array("(a|b)+c".utf8), [], limits)
        let fitting = [UInt8](repeating: 0x61, count: 1000 / expression.programSize)
        #expect(try Self.ranges(expression, in: fitting, count: 1) == nil)
        let error = #expect(throws: RegularExpressionError.self) {
            try Self.ranges(expression, in: fitting + [0x61], count: 1)
        }
        #expect(error?.description.contains("too long") == true)
    }

    /// What makes RE2 give up its automaton: the worst that a pattern of its size can do.
    @Test("the costliest pattern takes a step's time for each instruction and octet")
    func costliest() throws {
        let expression = try Self.compiled("((a?){300}){3}b")
        let time = Self.duration(expression, [UInt8](repeating: 0x61, count: 8192), captures: 2)
        #expect(time < 8192 * expression.programSize / 1000 * 60, "\(time) µs")
    }

    @Test("random patterns either compile or say why, and what matches lies in the text")
    func randomPatterns() throws {
        var generator = SeededGenerator(seed: 5228)
        let alphabet = Array(#"ab.*+?()[]{}|^$\1,-0dDwWpPL{2}"#.utf8) + [0, 0x80, 0xC3, 0xA9, 0xFF, 0x0A]
        var compiled = 0
        for _ in 0..<5000 {
            let pattern = (0..<Int.random(in: 0...16, using: &generator)).map { _ in
                alphabet[Int.random(in: 0..<alphabet.count, using: &generator)]
            }
            let text = generator.bytes(upTo: 40) + [0x61, 0x62]
            let options = RegularExpression.Options(rawValue: UInt32.random(in: 0...15, using: &generator))
            let expression: RegularExpression
            do throws(RegularExpressionError) {
                expression = try Self.compiled(octets: pattern, options)
            } catch {
                #expect(!error.description.isEmpty)
                continue
            }
            compiled += 1
            if let ranges = try Self.ranges(expression, in: text, count: 5) {
                let whole = try #require(ranges[0])
                #expect(whole.upperBound <= text.count)
                let isInside = ranges.allSatisfy { range in
                    range.map { $0.lowerBound >= whole.lowerBound && $0.upperBound <= whole.upperBound }
                        ?? true
                }
                #expect(isInside)
            }
        }
        #expect(compiled > 500 && compiled < 4500)
    }

    @Test("several threads may use one expression")
    func threads() throws {
        let expression = try Self.compiled("(a+)b(c?)")
        let workers = (0..<4).map { worker in
            Thread {
                let text = [UInt8](repeating: 0x61, count: 100 + worker) + [0x62]
                return (0..<500).allSatisfy { _ in
                    (try? expression.firstMatch(in: text.span, captures: 2)) == [
                        0..<(101 + worker), 0..<(100 + worker),
                    ]
                }
            }
        }
        for worker in workers { #expect(worker.join() == true) }
    }

    /// Microseconds of the processor's time that a match takes in the best of three runs.
    private static func duration(_ expression: RegularExpression, _ text: [UInt8], captures: Int) -> Int {
        (0..<3).map { _ in
            Patience.processorTime { _ = try? expression.firstMatch(in: text.span, captures: captures) }
        }.min() ?? 0
    }

    @Test(
        "hostile patterns take time in proportion to the text",
        arguments: [
            "(a+)+$", "(a|a)*b", "(a|aa)+$", "(a*)*b", "(.*)(.*)(.*)(.*)(.*)x", "^(([a-z])+.)+[A-Z]([a-z])+$",
            "(x+x+)+y", ".*.*=.*", "(?:a?){40}a{40}$", "[a-q][^u-z]{13}x",
        ])
    func linear(_ pattern: String) throws {
        let expression = try Self.compiled(pattern)
        let small = [UInt8](repeating: 0x61, count: 128 << 10)
        let large = [UInt8](repeating: 0x61, count: 1 << 20)
        let times = (
            Self.duration(expression, small, captures: 3), Self.duration(expression, large, captures: 3)
        )
        // Eight times the text; the rest is for the noise of a machine that does other things.
        #expect(times.1 <= 32 * max(times.0, 2000), "\(times) µs")
        #expect(times.1 < 5_000_000, "\(times) µs")
    }
}
