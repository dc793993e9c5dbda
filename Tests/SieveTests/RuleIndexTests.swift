import MailMessage
import Platform
import Testing

@testable import Sieve

@Suite("Rules that are looked up")
struct RuleIndexTests {
    /// `count` rules of which none fits ``plainMessage``.
    private static func others(_ count: Int) -> String {
        (0..<count).map { "if header :contains \"subject\" \"[topic-\($0)]\" { fileinto \"no\"; stop; }\n" }
            .joined()
    }

    private static let require =
        "require [\"fileinto\", \"envelope\", \"variables\", \"subaddress\", \"imap4flags\", \"relational\"];\n"

    /// What a script does that has enough other rules in front to be looked up.
    private func outcome(_ rules: String, message: String = plainMessage) -> [String] {
        var test = SieveCase(Self.require + Self.others(30) + rules)
        test.message = message
        // Executing all of the rules would take more than this.
        test.limits.steps = 1200
        return test.outcome()
    }

    @Test(
        "a rule is found by what it asks for",
        arguments: [
            "header :contains \"subject\" \"hello\"", "header :is \"subject\" \"hello  world\"",
            "header :matches \"subject\" \"*wor*\"", "header :matches \"subject\" \"hello  w?rld\"",
            "header :contains \"subject\" \"l\"", "header :contains \"subject\" \"Wo\"",
            "header :comparator \"i;octet\" :contains \"subject\" \"Hello\"",
            "header :is \"x-empty\" \"\"", "header [\"x-no\", \"received\"] [\"from c\", \"from b\"]",
            "address :localpart \"from\" \"ann\"", "address :domain :contains \"to\" \".net\"",
            "address :detail \"to\" \"lists\"", "address [\"from\", \"cc\"] \"fay@example.org\"",
            "envelope \"from\" \"ann@example.org\"", "envelope :domain \"to\" \"EXAMPLE.NET\"",
            "anyof (header \"subject\" \"no\", header :contains \"from\" \"ann@\")",
            "allof (header :contains \"to\" \"bob\", header :contains \"from\" \"ann@\")",
            "allof (exists \"from\", not exists \"x-no\", header :contains \"from\" \"ann@\")",
            "allof (anyof (header \"subject\" \"x\", header :contains \"to\" \"c. d.\"), size :under 1M)",
        ])
    func finds(_ test: String) {
        #expect(outcome("if \(test) { fileinto \"yes\"; }") == ["fileinto yes"])
    }

    @Test(
        "rules that cannot be looked up are executed",
        arguments: [
            "not header :contains \"subject\" \"nothing\"", "exists \"from\"", "true", "size :under 1M",
            "header :contains \"subject\" \"\"", "header :matches \"subject\" \"*\"",
            "header :matches \"subject\" \"????????????\"",
            "header :contains \"subject\" [\"nothing\", \"\"]",
            "header :count \"eq\" \"received\" \"2\"", "header :value \"gt\" \"x-number\" \"11\"",
            "anyof (header \"subject\" \"no\", true)", "string \"a\" \"a\"",
            "allof (true, not false)",
        ])
    func executes(_ test: String) {
        #expect(outcome("if \(test) { fileinto \"yes\"; }") == ["fileinto yes"])
    }

    @Test("a chain is one rule, whichever branch is taken")
    func executesChains() {
        let chain = """
            if header "subject" "no" { fileinto "one"; }
            elsif header :contains "from" "ann" { fileinto "two"; }
            elsif header :contains "to" "bob" { fileinto "three"; }
            """
        #expect(outcome(chain) == ["fileinto two"])
        #expect(
            outcome("if header \"subject\" \"no\" { keep; } else { fileinto \"else\"; }") == ["fileinto else"]
        )
        #expect(
            outcome("if header \"subject\" \"no\" { keep; } elsif true { fileinto \"true\"; } else { stop; }")
                == ["fileinto true"])
        // The chain whose first branch is passed over must not give its `elsif` to another.
        #expect(
            outcome(
                "if header \"subject\" \"no\" { keep; } elsif header \"from\" \"no\" { keep; } fileinto \"x\";"
            )
                == ["fileinto x"])
    }

    @Test("rules are executed in the script's order, and stop stops")
    func keepsOrder() {
        let rules = """
            if header :contains "to" "bob" { set "v" "1"; }
            if header :contains "from" "ann" { set "v" "${v}2"; }
            if string "${v}" "12" { fileinto "v${v}"; stop; }
            if header :contains "to" "bob" { fileinto "late"; }
            """
        #expect(outcome(rules) == ["fileinto v12"])
    }

    @Test("what a match of a rule that fails leaves behind is still there")
    func keepsCaptures() {
        let rules = """
            if allof (header :matches "subject" "*  *", header :contains "x-no" "nothing") { keep; }
            fileinto "${2}";
            """
        #expect(outcome(rules) == ["fileinto World"])
    }

    @Test("rules are looked up again after the header has changed")
    func followsHeaderChanges() {
        let rules = """
            require ["fileinto", "editheader"];
            \(Self.others(30))
            if header "x-new" "early" { fileinto "early"; }
            if header :contains "from" "ann" { addheader "X-New" "early"; deleteheader "to"; }
            if header :contains "to" "bob" { fileinto "gone"; }
            if header :is "x-new" "early" { fileinto "new"; }
            """
        #expect(SieveCase(rules).outcome().map { $0.prefix(12) } == ["fileinto new"])
    }

    @Test("a message cannot make looking up dearer than executing")
    func isLinear() throws {
        var rules = Self.require
        for length in 4..<400 {
            rules +=
                "if header :contains \"subject\" \"\(String(repeating: "a", count: length))b\" { fileinto \"f\"; }\n"
        }
        rules += "if header :contains \"subject\" \"aac\" { fileinto \"yes\"; }\n"
        var test = SieveCase(rules)
        test.message = "Subject: \(String(repeating: "a", count: 100_000))c\n\n"
        #expect(test.outcome() == ["fileinto yes"])
    }

    @Test("a script with ten thousand rules takes as little time as one with ten")
    func scales() throws {
        var rules = Self.require
        for rule in 0..<10_000 {
            rules += "if address :is \"from\" \"user-\(rule)@example.org\" { fileinto \"f\(rule)\"; }\n"
        }
        var test = SieveCase(rules)
        test.message = "From: user-8765@example.org\n\n"
        test.limits.steps = 500
        #expect(test.outcome() == ["fileinto f8765"])
        test.message = "From: nobody@example.org\n\n"
        #expect(test.outcome() == ["keep*"])
    }
}

/// Scripts and messages of few words, so that often something fits.
private struct Dice {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    mutating func roll(_ sides: Int) -> Int {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Int(state >> 33) % sides
    }

    mutating func pick<Element>(_ items: [Element]) -> Element { items[roll(items.count)] }

    mutating func word() -> String {
        String((0..<roll(7)).map { _ in pick(["a", "b", "A", "ab", "@", ".", " ", "ä"]) }.joined())
    }

    mutating func key() -> String { roll(5) == 0 ? word() + pick(["*", "?", "*b*", "${1}"]) : word() }

    mutating func keys() -> String {
        let keys = (0...roll(3)).map { _ in "\"\(key())\"" }
        return "[\(keys.joined(separator: ", "))]"
    }

    mutating func test(_ depth: Int = 0) -> String {
        let match = pick([
            "", ":is", ":contains", ":contains", ":matches", ":comparator \"i;octet\" :contains",
        ])
        let field = pick(["\"subject\"", "\"x-a\"", "[\"x-b\", \"subject\"]", "\"x-none\""])
        let address = pick(["\"from\"", "\"to\"", "[\"from\", \"to\"]"])
        let part = pick(["", ":localpart", ":domain", ":detail"])
        switch roll(depth > 2 ? 5 : 9) {
        case 0, 1: return "header \(match) \(field) \(keys())"
        case 2: return "address \(match) \(part) \(address) \(keys())"
        case 3: return "envelope \(match) \(part) [\"from\", \"to\"] \(keys())"
        case 4: return pick(["true", "exists \"x-a\"", "size :over 100", "string \"${1}\" \"a\""])
        case 5: return "not \(test(depth + 1))"
        case 6, 7: return "allof (\((0...roll(3)).map { _ in test(depth + 1) }.joined(separator: ", ")))"
        default: return "anyof (\((0...roll(3)).map { _ in test(depth + 1) }.joined(separator: ", ")))"
        }
    }

    mutating func action() -> String {
        switch roll(9) {
        case 0: "stop;"
        case 1: "keep;"
        case 2: "set \"v\" \"${v}${1}x\";"
        case 3: "addflag \"f\(roll(9))\";"
        case 4: "addheader \"X-A\" \"\(word())\";"
        case 5: "deleteheader \"subject\";"
        case 6: "fileinto \"v${v}\";"
        default: "fileinto \"F\(roll(20))\";"
        }
    }

    mutating func rule() -> String {
        var rule = "if \(test()) { \(action()) }"
        for _ in 0..<roll(3) where roll(2) == 0 { rule += "\nelsif \(test()) { \(action()) \(action()) }" }
        if roll(6) == 0 { rule += " else { \(action()) }" }
        return roll(10) == 0 ? action() : rule
    }

    mutating func script() -> String {
        let extensions = [
            "fileinto", "envelope", "variables", "subaddress", "imap4flags", "editheader",
        ]
        return "require [\(extensions.map { "\"\($0)\"" }.joined(separator: ", "))];\n"
            + (0..<(4 + roll(30))).map { _ in rule() }.joined(separator: "\n")
    }

    mutating func message() -> String {
        "From: \(word()) <a\(roll(3))@b.a>\nTo: ab+b@a.ab, a@b\nSubject: \(word())\(word()) \(word())\n"
            + "X-A: \(word())\nX-B: \(word())\n\n" + (roll(2) == 0 ? String(repeating: "x", count: 200) : "")
    }
}

@Suite("Looking up rules changes nothing")
struct RuleIndexPropertyTests {
    @Test("random scripts do the same: as they stand, looked up, and from an image", arguments: 0..<25)
    func agrees(_ seed: Int) throws {
        var dice = Dice(UInt64(seed + 1))
        var indexed = 0
        for round in 0..<50 {
            let source = [UInt8](dice.script().utf8)
            let compiler = SieveCompiler()
            let compilation = compiler.compile(source, name: "s")
            let program = try #require(compilation.program, "\(compilation.errors)")
            if program.rules != nil { indexed += 1 }
            let image = compiler.image(of: program, source: source)
            for _ in 0..<3 {
                let bytes = SharedBytes([UInt8](dice.message().utf8))
                let input = SieveInput(
                    message: Message(bytes), size: bytes.count,
                    envelope: SieveEnvelope(sender: "a@b.a", recipient: "ab+b@a.ab"))
                func run(_ program: Program, tracing: Bool = false) -> SieveResult {
                    ScriptSequence([program]).run(on: input, host: TestHost(), tracing: tracing)
                }
                // With a trace, no rule is passed over.
                let plain = run(program, tracing: true)
                let found = run(program)
                #expect(plain.actions == found.actions, "seed \(seed), round \(round)")
                #expect(plain.failure == found.failure)
                #expect(plain.marks == found.marks)
                guard let image else { continue }
                let read = try #require(compiler.program(from: image, source: source, name: "s"))
                let pieces = run(read)
                #expect(!pieces.hasDamagedImage)
                #expect(plain.actions == pieces.actions, "seed \(seed), round \(round), image")
                #expect(plain.failure == pieces.failure)
            }
        }
        #expect(indexed > 5)
    }
}

@Suite("Long lists of keys")
struct KeyTableTests {
    private func list(_ keys: [String]) -> String {
        "[" + keys.map { "\"\($0)\"" }.joined(separator: ", ") + "]"
    }

    @Test(
        "a list is looked up with the outcome of a scan",
        arguments: [
            (":is", "user-77@example.org", true), (":is", "USER-77@example.ORG", true),
            (":is", "user-77@example.or", false), (":is", "", false),
            (":contains", "xx user-50@example.org yy", true), (":contains", "user-50@example.com", false),
            (":comparator \"i;octet\" :contains", "USER-50@example.org", false),
            (":comparator \"i;octet\" :is", "user-50@example.org", true),
            (":matches", "user-3@example.org", true), (":matches", "user-3@example.com", false),
        ])
    func looksUp(_ match: String, _ value: String, _ expected: Bool) {
        let keys = list((0..<100).map { "user-\($0)@example.org" })
        #expect(
            holds("header \(match) \"subject\" \(keys)") { $0.message = "Subject: \(value)\n\n" } == expected)
    }

    @Test("keys that fit anything are tried all the same")
    func triesOthers() {
        let keys = (0..<40).map { "user-\($0)" }
        let message = "Subject: abc\n\n"
        #expect(holds("header :matches \"subject\" \(list(keys + ["???"]))") { $0.message = message } == true)
        #expect(
            holds("header :matches \"subject\" \(list(keys + ["????"]))") { $0.message = message } == false)
        #expect(holds("header :contains \"subject\" \(list(keys + [""]))") { $0.message = message } == true)
        #expect(holds("header :contains \"subject\" \(list(keys + ["b"]))") { $0.message = message } == true)
    }

    @Test("the first key of the list that matches is the one that counts")
    func keepsOrder() {
        let keys = list((0..<20).map { "x\($0)*" } + ["a*c", "*b*"])
        let script = """
            require ["fileinto", "variables"];
            if header :matches "subject" \(keys) { fileinto "${1}"; }
            """
        var test = SieveCase(script)
        test.message = "Subject: aQbc\n\n"
        #expect(test.outcome() == ["fileinto Qb"])
    }

    @Test("a hundred thousand addresses cost a look-up")
    func scales() {
        let keys = list((0..<100_000).map { "user-\($0)@host-\($0 % 1000).example.org" })
        func outcome(_ from: String) -> [String] {
            var test = SieveCase(
                "require \"fileinto\"; if not address \"from\" \(keys) { fileinto \"unknown\"; }")
            test.limits.scriptBytes = 1 << 24
            // A scan would take a step for each key.
            test.limits.steps = 1000
            test.message = "From: \(from)\n\n"
            return test.outcome()
        }
        #expect(outcome("user-99999@host-999.example.org") == ["keep*"])
        #expect(outcome("user-99999@host-998.example.org") == ["fileinto unknown"])
    }

    @Test("random lists find what a scan finds", arguments: 0..<10)
    func agrees(_ seed: Int) {
        var dice = Dice(UInt64(seed + 100))
        for _ in 0..<60 {
            let keys = (0..<(16 + dice.roll(40))).map { _ in dice.key() }
            let match = dice.pick([":is", ":contains", ":matches", ":comparator \"i;octet\" :contains"])
            let value = (0..<dice.roll(6)).map { _ in dice.word() }.joined()
            let test = { (list: String) in "header \(match) \"subject\" \(list)" }
            // A test of its own for each key has no table.
            let scan = keys.map { test(list([$0])) }.joined(separator: ", ")
            let message = "Subject: \(value)\n\n"
            #expect(
                holds(test(list(keys))) { $0.message = message }
                    == holds("anyof (\(scan))") { $0.message = message },
                "\(match) \(keys) \(value)")
        }
    }
}
