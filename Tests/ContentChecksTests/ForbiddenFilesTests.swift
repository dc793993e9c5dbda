import ContentChecks
import TestSupport
import Testing

@Suite("Files that are not wanted")
struct ForbiddenFilesTests {
    private func isForbidden(_ glob: String, _ name: String) -> Bool {
        let report = AttachmentReport(files: [ExaminedFile(names: [name])])
        return ForbiddenFiles(names: [glob], types: []).first(in: report) != nil
    }

    @Test(
        "a glob is held against the whole name",
        arguments: [
            ("*.exe", "a.exe", true), ("*.exe", "A.EXE", true), ("*.EXE", "a.exe", true),
            ("*.exe", "a.exe.txt", false),
            ("*.exe", "exe", false), ("*.exe", ".exe", true), ("*", "", true), ("", "", true),
            ("", "a", false),
            ("a*b*c", "aXbXc", true), ("a*b*c", "abc", true), ("a*b*c", "acb", false), ("**", "x", true),
            ("a?c", "abc", true), ("a?c", "ac", false), ("a?c", "a\u{E4}c", true), ("?", "\u{1F600}", true),
            ("??", "\u{1F600}", false), ("*.e?e", "a.exe", true), ("*.exe", "d/a.exe", true),
            ("[a]", "a", false),
            ("[a]", "[a]", true), ("*.\u{E4}", "x.\u{E4}", true), ("*.\u{E4}", "x.\u{C4}", false),
            ("a\\b", "A\\B", true),
        ])
    func globs(glob: String, name: String, expected: Bool) {
        #expect(isForbidden(glob, name) == expected, "\(glob) \(name)")
    }

    @Test("every name counts, and the first file and its glob are told")
    func first() throws {
        let report = AttachmentReport(files: [
            ExaminedFile(names: ["a.txt"]), ExaminedFile(names: ["b.txt", "b.scr"]),
            ExaminedFile(names: ["c.exe"]),
        ])
        let found = try #require(ForbiddenFiles(names: ["*.exe", "*.scr"], types: []).first(in: report))
        #expect(found.file.names == ["b.txt", "b.scr"] && found.glob == "*.scr")
    }

    @Test("a type counts as it is declared and as it is recognised")
    func types() {
        func isForbidden(_ glob: String, declared: String, recognised: String) -> Bool {
            let file = ExaminedFile(names: ["a"], declaredType: declared, recognisedType: recognised)
            return ForbiddenFiles(names: [], types: [glob]).first(in: AttachmentReport(files: [file])) != nil
        }
        #expect(
            isForbidden("application/x-dosexec", declared: "image/png", recognised: "application/x-dosexec"))
        #expect(isForbidden("application/*", declared: "APPLICATION/zip", recognised: ""))
        #expect(!isForbidden("application/*", declared: "text/plain", recognised: "image/png"))
        #expect(!isForbidden("*", declared: "", recognised: ""), "what nobody knows is no type")
    }

    @Test("nothing forbidden finds nothing")
    func nothing() {
        let report = AttachmentReport(files: [ExaminedFile(names: ["a.exe"])])
        #expect(ForbiddenFiles(names: [], types: []).first(in: report) == nil)
        #expect(ForbiddenFiles(names: [], types: []).isEmpty)
    }

    /// What a glob means, said in the shortest way.
    private func matches(_ pattern: ArraySlice<Character>, _ text: ArraySlice<Character>) -> Bool {
        guard let first = pattern.first else { return text.isEmpty }
        if first == "*" {
            return matches(pattern.dropFirst(), text) || !text.isEmpty && matches(pattern, text.dropFirst())
        }
        return !text.isEmpty && (first == "?" || first == text.first)
            && matches(pattern.dropFirst(), text.dropFirst())
    }

    @Test("random globs mean what their definition says", arguments: 0..<20 as Range<UInt64>)
    func random(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            func word(_ alphabet: String, _ count: Int) -> [Character] {
                (0..<Int.random(in: 0...count, using: &generator)).map { _ in
                    alphabet.randomElement(using: &generator) ?? "a"
                }
            }
            let (glob, text) = (word("ab*?*", 7), word("ab\u{E4}", 9))
            #expect(
                isForbidden(String(glob), String(text)) == matches(glob[...], text[...]), "\(glob) \(text)")
        }
    }

    @Test("a glob of many stars takes no long time")
    func manyStars() {
        let glob = String(repeating: "*a", count: 500) + "*b"
        let name = String(repeating: "a", count: 20_000)
        let clock = ContinuousClock()
        let taken = clock.measure { #expect(!isForbidden(glob, name)) }
        #expect(taken < .seconds(5))
    }
}
