import Platform
import TestSupport
import Testing

/// One at a time: getopt keeps its place in memory that the whole process shares.
@Suite("command line options", .serialized)
struct CommandLineOptionsTests {
    private static let options = [
        CommandLineOptions.Option("d", "user", takesValue: true),
        CommandLineOptions.Option("f", "sender", "from", takesValue: true),
        CommandLineOptions.Option("e"),
        CommandLineOptions.Option("k"),
        CommandLineOptions.Option("version"),
        CommandLineOptions.Option("verbose"),
        CommandLineOptions.Option("mail-dir", takesValue: true),
    ]

    private func parse(_ words: [String]) -> CommandLineOptions {
        CommandLineOptions(["postmaster"] + words, options: Self.options)
    }

    /// `d=ann e` for what was given.
    private func text(_ parsed: CommandLineOptions) -> String {
        let words = parsed.occurrences.map { given in given.name + (given.value.map { "=" + $0 } ?? "") }
        return words.joined(separator: " ")
    }

    struct Example: Sendable {
        let words: [String]
        let given: String
        var operands: [String] = []
        var problems: [String] = []
    }

    @Test(
        "words are read as getopt_long reads them",
        arguments: [
            Example(words: [], given: ""),
            Example(words: ["-d", "ann"], given: "d=ann"),
            Example(words: ["-dann"], given: "d=ann"),
            Example(words: ["-d", ""], given: "d="),
            Example(words: ["-d", "-e"], given: "d=-e"),
            Example(words: ["-ek"], given: "e k"),
            Example(words: ["-ekdann"], given: "e k d=ann"),
            Example(words: ["-ekd", "ann"], given: "e k d=ann"),
            Example(words: ["--user", "ann"], given: "d=ann"),
            Example(words: ["--user=ann"], given: "d=ann"),
            Example(words: ["--user="], given: "d="),
            Example(words: ["--user=a=b"], given: "d=a=b"),
            Example(words: ["--from", "x@y"], given: "f=x@y"),
            Example(words: ["--version"], given: "version"),
            Example(words: ["--mail-dir=/x"], given: "mail-dir=/x"),
            Example(words: ["-f", "<>", "-f", "a"], given: "f=<> f=a"),
            // An abbreviation, as long as it can mean one option only.
            Example(words: ["--mail", "/x"], given: "mail-dir=/x"),
            Example(words: ["--ver"], given: "", problems: ["unknown option --ver"]),
            // Operands.
            Example(words: ["-e", "ann", "-k"], given: "e", operands: ["ann", "-k"]),
            Example(words: ["-e", "--", "-k"], given: "e", operands: ["-k"]),
            Example(words: ["--"], given: ""),
            Example(words: ["-"], given: "", operands: ["-"]),
            Example(words: ["-d", "--", "--", "x"], given: "d=--", operands: ["x"]),
            Example(words: [""], given: "", operands: [""]),
            // What is not understood does not stop the rest.
            Example(words: ["-x", "-e"], given: "e", problems: ["unknown option -x"]),
            Example(words: ["-exk"], given: "e k", problems: ["unknown option -x"]),
            Example(words: ["-:", "-?"], given: "", problems: ["unknown option -:", "unknown option -?"]),
            Example(words: ["--none", "-e"], given: "e", problems: ["unknown option --none"]),
            Example(words: ["--none=x"], given: "", problems: ["unknown option --none=x"]),
            Example(words: ["--version=x"], given: "", problems: ["unknown option --version=x"]),
            Example(words: ["-d"], given: "", problems: ["option -d needs a value"]),
            Example(words: ["-ed"], given: "e", problems: ["option -d needs a value"]),
            Example(words: ["-e", "--user"], given: "e", problems: ["option --user needs a value"]),
            Example(words: ["-e", "-é"], given: "e", problems: ["unknown option -é", "unknown option -é"]),
            Example(words: ["-k\u{1}"], given: "k", problems: ["unknown option -k\u{1}"]),
        ])
    func table(example: Example) {
        let parsed = parse(example.words)
        #expect(text(parsed) == example.given)
        #expect(parsed.operands == example.operands)
        #expect(parsed.problems == example.problems)
    }

    @Test("a program without a name has no options")
    func noArguments() {
        let parsed = CommandLineOptions([], options: Self.options)
        #expect(parsed.occurrences.isEmpty && parsed.operands.isEmpty && parsed.problems.isEmpty)
    }

    @Test("a parse that ended in the middle of a word does not reach into the next")
    func severalParses() {
        for _ in 0..<3 {
            #expect(text(parse(["-ek"])) == "e k")
            #expect(parse(["-d"]).problems == ["option -d needs a value"])
            #expect(parse(["x", "-ek"]).operands == ["x", "-ek"])
            #expect(text(parse(["-kd1", "-e"])) == "k d=1 e")
        }
    }

    @Test("any words are read to their end, and values come out as they went in")
    func hostile() {
        var generator = SeededGenerator(seed: 5)
        let alphabet = [
            "-", "-", "e", "d", "=", "user", "x", "\u{7F}", "é", " ", "\u{1}", ":", "?", "+", "W", ";",
        ]
        for _ in 0..<2000 {
            let words = (0..<Int.random(in: 0...6, using: &generator)).map { _ in
                (0..<Int.random(in: 0...5, using: &generator)).compactMap { _ in
                    alphabet.randomElement(using: &generator)
                }
                .joined()
            }
            let parsed = parse(words)
            #expect(words.suffix(parsed.operands.count) == parsed.operands[...])
            for occurrence in parsed.occurrences where occurrence.value != nil {
                #expect(words.contains { $0.hasSuffix(occurrence.value ?? "?") })
            }
            #expect(parsed.occurrences.count + parsed.problems.count <= words.joined().utf8.count)
        }
    }
}
