import Testing

@testable import Sieve

@Suite("Diagnostics")
struct DiagnosticTests {
    private func rendered(_ script: String) -> String {
        let source = [UInt8](script.utf8)
        return SieveCompiler().compile(source, name: "x").diagnostics
            .map { $0.rendered(name: "my.sieve", source: source) }.joined()
    }

    @Test("a diagnostic is shown with its line, a caret and a hint")
    func renders() {
        #expect(
            rendered("keep;\n\tfileinto \"Äé\";\n") == """
                my.sieve:2:2: error: fileinto needs the capability fileinto [not-required]
                    \tfileinto "Äé";
                    \t^
                    hint: put require "fileinto"; at the top of the script

                """)
        #expect(
            rendered("if header :comparator \"Ä\" \"a\" \"b\" { keep; }") == """
                my.sieve:1:23: error: unknown comparator "Ä" [unknown-comparator]
                    if header :comparator "Ä" "a" "b" { keep; }
                                          ^

                """)
    }

    @Test("columns count characters")
    func countsCharacters() {
        #expect(SieveCase.diagnostics("/* äöü😀 */ nope;") == ["1:12 unknown-command"])
    }

    @Test("long lines are shown in part, control characters not at all")
    func tamesLines() {
        let text = rendered(
            "keep; /* \u{1B}[31m */ " + String(repeating: "keep; ", count: 100) + "nope; keep;")
        #expect(text.contains("nope"))
        #expect(!text.contains("\u{1B}"))
        #expect(text.split(separator: "\n").allSatisfy { $0.count < 120 })
        #expect(rendered("/* \u{1B}[31m */ nope;").contains("/* ?[31m */ nope;"))
    }

    @Test("the number of diagnostics is bounded, and an error beyond the bound is still an error")
    func isBounded() {
        let many = String(repeating: "keep :x;\n", count: 300)
        #expect(SieveCase.diagnostics(many).count == 1)
        let different = (0..<300).map { "n\($0);\n" }.joined()
        #expect(SieveCase.diagnostics(different).count == 100)
        let warnings =
            "require \"fileinto\";" + String(repeating: "fileinto \"\\a\";\n", count: 200) + "nope;"
        let found = SieveCase.diagnostics(warnings)
        #expect(found.count == 101 && found.last == "201:1 unknown-command")
    }

    @Test("codes are in lower case with hyphens, and each is used once")
    func codes() {
        let codes = DiagnosticCode.allCases.map(\.rawValue)
        #expect(Set(codes).count == codes.count)
        #expect(codes.allSatisfy { $0.allSatisfy { $0.isLowercase || $0 == "-" || $0.isNumber } })
    }
}
