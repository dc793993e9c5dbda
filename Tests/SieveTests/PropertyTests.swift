import MailMessage
import Platform
import Testing

@testable import Sieve

@Suite("Any input")
struct PropertyTests {
    private static let words = [
        "if", "elsif", "else", "require", "stop", "keep", "discard", "redirect", "fileinto", "set", "addflag",
        "setflag", "removeflag",
        "header", "address", "envelope", "exists", "size", "not", "allof", "anyof", "true", "false", "string",
        "hasflag",
        "mailboxexists", "{", "}", "(", ")", "[", "]", ",", ";", ";", ";", "{", "}", ":is", ":contains",
        ":matches", ":count", ":value",
        ":comparator", ":copy", ":create", ":flags", ":over", ":under", ":all", ":localpart", ":domain",
        ":user", ":detail", ":lower",
        ":length", ":quotewildcard", "1", "10K", "99999999999999999999", "\"subject\"", "\"from\"", "\"to\"",
        "\"*\"", "\"*?*a\"", "\"${a}\"",
        "\"${1}${0}\"", "\"a\"", "\"b\"", "\"gt\"", "\"i;octet\"", "\"i;ascii-numeric\"", "\"a@b.org\"",
        "\"${hex:24 7b}\"",
        "\"${unicode:e4}\"", "text:\n..a\n.\n", "# c\n", "/* c */", "\"", "\\", "\u{0}", "\"fileinto\"", "\n",
    ]

    private static let require = """
        require ["fileinto", "copy", "variables", "relational", "subaddress", "imap4flags", "mailbox", "envelope",
        "encoded-character", "comparator-i;ascii-numeric"];

        """

    private static let valid =
        require + """
            # rule:[lists]
            if anyof (header :contains ["to", "cc"] "list", address :matches :localpart "from" "*-?*",
                      not exists ["x-a", "x-b"], header :value "ge" :comparator "i;ascii-numeric" "x-number" "5") {
                set :lower :upperfirst "name" "${1}";
                addflag ["\\\\Seen", "${name}"];
                if hasflag :count "ge" "1" { fileinto :create :flags "x ${name}" "lists.${name}"; }
                elsif envelope :detail "to" ["a", "b"] { redirect :copy "${name}@example.org"; }
                else { keep; stop; }
            } elsif size :over 100K { discard; } else {
                fileinto :copy text:
            a
            ..b
            .
            ;
                if string :matches ["${0}", "${2}"] "*${unicode:e4}\\\\*" { stop; } /* done */
            }
            keep;
            """

    /// Compiles and runs; returns whether it compiled.
    private func survives(_ source: [UInt8]) -> Bool {
        var limits = SieveLimits()
        limits.steps = 200_000
        let compilation = SieveCompiler(limits: limits).compile(source, name: "x")
        let errors = compilation.errors
        #expect((compilation.program == nil) == !errors.isEmpty)
        #expect(compilation.diagnostics.count <= 2 * limits.diagnostics)
        for diagnostic in compilation.diagnostics {
            #expect(diagnostic.line >= 1 && diagnostic.column >= 1)
            #expect(!diagnostic.message.isEmpty && !diagnostic.rendered(name: "x", source: source).isEmpty)
        }
        guard let program = compilation.program else { return false }
        let result = ScriptSequence([program, program], limits: limits).run(
            on: plainInput, host: TestHost(), tracing: true)
        #expect(!result.actions.isEmpty)
        #expect(result.actions.count <= limits.actions + 1)
        // A failure keeps the message.
        if result.failure != nil { #expect(result.actions.contains { $0.isKeep }) }
        return true
    }

    @Test("token soup neither traps nor runs on")
    func tokenSoup() {
        var generator = SeededGenerator(3)
        var compiled = 0
        for _ in 0..<8000 {
            let count = Int.random(in: 1...40, using: &generator)
            let soup = (0..<count).map { _ in Self.words.randomElement(using: &generator) ?? "" }.joined(
                separator: " ")
            if survives(
                [UInt8]((Bool.random(using: &generator) ? Self.require : "").utf8) + [UInt8](soup.utf8))
            {
                compiled += 1
            }
        }
        print("token soup: 8000 cases, \(compiled) of them compiled")
    }

    @Test("random octets neither trap nor run on")
    func randomOctets() {
        var generator = SeededGenerator(4)
        for _ in 0..<2000 {
            let count = Int.random(in: 0...200, using: &generator)
            _ = survives((0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) })
        }
        print("random octets: 2000 cases")
    }

    @Test("a valid script with a few octets changed neither traps nor runs on")
    func mutations() {
        var generator = SeededGenerator(5)
        let valid = [UInt8](Self.valid.utf8)
        #expect(survives(valid))
        var compiled = 0
        for _ in 0..<3000 {
            var script = valid
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let place = Int.random(in: 0..<script.count, using: &generator)
                switch Int.random(in: 0...3, using: &generator) {
                case 0: script[place] = UInt8.random(in: 0...255, using: &generator)
                case 1: script.remove(at: place)
                case 2:
                    script.insert(
                        [UInt8]("\"\\{}()[];:,#*$?.0a".utf8).randomElement(using: &generator) ?? 0, at: place)
                default: script.swapAt(place, Int.random(in: 0..<script.count, using: &generator))
                }
            }
            if survives(script) { compiled += 1 }
        }
        print("mutated scripts: 3000 cases, \(compiled) of them compiled")
    }

    @Test("every beginning of a valid script neither traps nor runs on")
    func truncations() {
        let valid = [UInt8](Self.valid.utf8)
        for count in valid.indices { _ = survives([UInt8](valid[..<count])) }
        print("truncated scripts: \(valid.count) cases")
    }

    /// Sentences of the grammar, so that most of them get as far as the interpreter.
    @Test("random valid scripts run to their end, twice to the same")
    func randomScripts() {
        var generator = SeededGenerator(6)
        var failures = 0
        for _ in 0..<2000 {
            let script = Self.require + (0..<6).map { _ in command(2, &generator) }.joined(separator: "\n")
            var test = SieveCase(script)
            test.limits.steps = 100_000
            let first = test.result()
            #expect(first != nil, "\(SieveCase.diagnostics(script)) in \(script)")
            #expect(first == test.result())
            if first?.failure != nil { failures += 1 }
        }
        print("random valid scripts: 2000 cases, \(failures) of them failed at run time")
    }

    private func pick(_ choices: [String], _ generator: inout SeededGenerator) -> String {
        choices.randomElement(using: &generator) ?? ""
    }

    private func text(_ generator: inout SeededGenerator) -> String {
        "\""
            + pick(
                ["", "a", "*", "?*", "Hello", "${a}", "${1}", "${b}x${0}", "12", "\\\\Seen", "a b"],
                &generator) + "\""
    }

    private func command(_ depth: Int, _ generator: inout SeededGenerator) -> String {
        let simple = [
            "keep;", "stop;", "discard;", "fileinto \(text(&generator));",
            "fileinto :copy :create :flags \(text(&generator)) \"B\";",
            "set \(pick(["", ":upper", ":length", ":quotewildcard :lowerfirst"], &generator)) \"a\" \(text(&generator));",
            "set \"b\" \"${a}${b}${1}${a}\";", "addflag \(text(&generator));",
            "setflag \"a\" \(text(&generator));",
            "removeflag \(text(&generator));", "redirect \"a@b.org\";", "redirect :copy \"${a}@b.org\";",
        ]
        guard depth > 0, Bool.random(using: &generator) else { return pick(simple, &generator) }
        var result = "if \(test(depth, &generator)) { \(command(depth - 1, &generator)) }"
        if Bool.random(using: &generator) {
            result += " elsif \(test(depth, &generator)) { \(command(depth - 1, &generator)) }"
        }
        if Bool.random(using: &generator) { result += " else { \(command(depth - 1, &generator)) }" }
        return result
    }

    private func test(_ depth: Int, _ generator: inout SeededGenerator) -> String {
        let match = pick(
            [
                "", ":is", ":contains", ":matches", ":count \"ge\"",
                ":value \"lt\" :comparator \"i;ascii-numeric\"", ":comparator \"i;octet\"",
            ], &generator)
        let simple = [
            "true", "false", "exists \"to\"", "size :over 10",
            "header \(match) [\"subject\", \"received\", \"${a}\"] \(text(&generator))",
            "address :localpart \(match) \"to\" \(text(&generator))",
            "envelope \(match) :detail [\"from\", \"to\"] \(text(&generator))",
            "string \(match) [\(text(&generator)), \(text(&generator))] \(text(&generator))",
            "hasflag \(match) \(text(&generator))",
            "hasflag \(match) \"a\" \(text(&generator))", "mailboxexists \(text(&generator))",
        ]
        guard depth > 0, Int.random(in: 0..<3, using: &generator) == 0 else {
            return pick(simple, &generator)
        }
        return pick(
            [
                "not \(test(depth - 1, &generator))",
                "allof (\(test(depth - 1, &generator)), \(test(depth - 1, &generator)))",
                "anyof (\(test(depth - 1, &generator)), \(test(depth - 1, &generator)))",
            ], &generator)
    }
}
