import MailMessage
import Platform
import Testing

@testable import Sieve

/// The listing as text; what is wrong with the script where there is none.
private func listed(_ script: String) -> String {
    let (listing, diagnostics) = SieveCompiler().list([UInt8](script.utf8), name: "test")
    return listing?.text ?? diagnostics.map(\.summary).joined(separator: "\n")
}

private func listing(_ script: String) throws -> ScriptListing {
    try #require(SieveCompiler().list([UInt8](script.utf8), name: "test").0)
}

@Suite("Listings")
struct ListingTests {
    @Test("each command and test has a line, with its place and what is in force")
    func text() {
        let script = """
            require ["fileinto", "variables", "relational"];
            IF anyof (header "Subject" "x", not address :DOMAIN :matches ["to", "cc"] "*.org",
                size :over 1K) {
                set "Name" "${1}"; fileinto "a/${NAME}";
            } elsif header :value "gt" :comparator "i;octet" "x" "5" {
            } else { keep; }
            """
        #expect(
            listed(script) == """
                1:1   require ["fileinto", "variables", "relational"]
                2:1   if
                2:4           anyof
                2:11              header :comparator "i;ascii-casemap" :is "Subject" "x"
                2:33              not
                2:37                  address :comparator "i;ascii-casemap" :domain :matches ["to", "cc"] "*.org"
                3:5               size :over 1024
                4:5       set "Name" "${1}"    # variables: 1
                4:24      fileinto "a/${NAME}"    # variables: name
                5:3   elsif
                5:9           header :value "gt" :comparator "i;octet" "x" "5"
                6:3   else
                6:10      keep

                """)
    }

    @Test(
        "strings are shown without their quoting, with their encoded characters",
        arguments: [
            ("\"a\\\"b\\\\\"", "\"a\\\"b\\\\\""), ("text:\n..a\nb\n.\n", "\".a\\r\\nb\\r\\n\""),
            ("\"${hex: e4 bd a0}\"", "\"你\""), ("\"${unicode:1b}\"", "\"\\u{1b}\""),
            ("\"\t\u{85}\"", "\"\\t\\u{85}\""), ("\"${hex:24}{a}\"", "\"${a}\"    # variables: a"),
            ("\"${A.b} ${01} ${} ${a}\"", "\"${A.b} ${01} ${} ${a}\""), ("\"\"", "\"\""),
        ])
    func strings(literal: String, shown: String) {
        // Without variables, a namespace that nobody knows is text.
        let variables = literal.contains("A.b") ? "" : ", \"variables\""
        let script = "require [\"encoded-character\"\(variables)]; if header \"x\" \(literal) {}"
        let line = listed(script).split(separator: "\n").last ?? ""
        #expect(line.hasSuffix(" \"x\" \(shown)"), "\(line)")
    }

    @Test("match variables go by number, others by name, whatever their case")
    func variables() throws {
        let listing = try listing(
            "require [\"variables\", \"fileinto\"]; set \"B\" \"\"; fileinto \"${a}${007}${b}${A}${0}\"; set \"c\" \"\";"
        )
        #expect(listing.variables == ["b", "a", "c"])
        #expect(
            listing.commands[2].arguments.flatMap(\.strings).first?.variables == ["a", "7", "b", "a", "0"])
        #expect(listing.capabilities == ["variables", "fileinto"])
    }

    @Test("without variables, references are text")
    func noVariables() throws {
        let listing = try listing("require \"fileinto\"; fileinto \"${a}\";")
        #expect(listing.variables.isEmpty)
        #expect(listing.commands[1].arguments.flatMap(\.strings).first?.variables == [])
    }

    @Test("more variables than are searched one by one keep their order")
    func manyVariables() throws {
        let names = (0..<100).map { "v\($0)" }
        let sets = names.map { "set \"\($0)\" \"\";" }.joined(separator: " ")
        #expect(try listing("require \"variables\"; \(sets)").variables == names)
    }

    @Test("columns count characters, each line from its own beginning")
    func columns() throws {
        let listing = try listing("/* äöü */ keep;\n\t/* 😀 */ stop; keep;\r\nkeep;")
        #expect(listing.commands.map { "\($0.line):\($0.column)" } == ["1:11", "2:10", "2:16", "3:1"])
    }

    @Test("what compares strings tells how, what does not tells nothing")
    func matching() throws {
        let nodes = try listing(
            """
            require ["envelope", "subaddress", "imap4flags"];
            if envelope :detail :contains "to" "x" {} if exists "a" {} if hasflag "x" {}
            """
        ).commands.dropFirst().compactMap(\.tests.first)
        #expect(
            nodes.map(\.matching) == [
                ListedMatching(matchType: "contains", comparator: "i;ascii-casemap", addressPart: "detail"),
                nil,
                ListedMatching(matchType: "is", comparator: "i;ascii-casemap", addressPart: nil),
            ])
        #expect(nodes.allSatisfy { $0.block == nil })
    }

    @Test("a script with errors has no listing, but its errors")
    func errors() {
        #expect(listed("fileinto \"a\";\nkeep") == "2:5 missing-semicolon")
        #expect(listed("fileinto \"a\";") == "1:1 not-required")
        #expect(listed("") == "")
    }

    @Test("a script and its formatted form list the same, places aside")
    func sameAsFormatted() throws {
        var scripts = RandomScripts(seed: 44)
        for _ in 0..<200 {
            let script = scripts.next()
            let formatted = try #require(SieveFormatter().format([UInt8](script.utf8)).text)
            let (first, second) = (listed(script), listed(String(decoding: formatted, as: UTF8.self)))
            #expect(Self.withoutPlaces(first) == Self.withoutPlaces(second))
            #expect(first.contains("require"))
        }
    }

    private static func withoutPlaces(_ listing: String) -> [Substring] {
        listing.split(separator: "\n").map { line in
            line.drop { $0 != " " }.drop { $0 == " " }
        }
    }
}
