import Platform
import Testing

@testable import SieveTesting

/// The files of tests in the repository's `fixtures`.
enum TestFixtures {
    static func path(_ name: String, file: String = #filePath) -> String {
        let root = file.split(separator: "/").dropLast(3).map { "/\($0)" }.joined()
        return "\(root)/fixtures/\(name)"
    }

    /// All files below a folder, by their paths from `fixtures`.
    static func files(below name: String) -> [String] {
        var found: [String] = []
        search(path(""), name, &found)
        return found.sorted()
    }

    private static func search(_ root: String, _ path: String, _ found: inout [String]) {
        guard let directory = try? Directory(opening: root + path), let names = try? directory.names() else {
            return
        }
        for name in names {
            let whole = path + "/" + name
            if (try? directory.status(of: name).kind) == .directory {
                search(root, whole, &found)
            } else if name.hasSuffix(".svtest") {
                found.append(whole)
            }
        }
    }

    static let mustPass = files(below: "sieve")
    static let mustFail = files(below: "sieve-must-fail")
}

@Suite("The conformance tests in fixtures")
struct FixtureTests {
    @Test("every block passes", arguments: TestFixtures.mustPass)
    func passes(_ file: String) {
        let outcome = TestFile(path: TestFixtures.path(file)).run()
        let failures = outcome.blocks.compactMap { block in
            block.failure.map { "\(block.line) \(block.name): \($0)" }
        }
        #expect(failures == [])
        #expect(outcome.abortion == nil, "\(outcome.shown)")
        #expect(outcome.passed > 0)
    }

    @Test("every block of those that must fail fails", arguments: TestFixtures.mustFail)
    func fails(_ file: String) {
        let outcome = TestFile(path: TestFixtures.path(file)).run()
        #expect(outcome.passed == 0)
        #expect(outcome.failed > 0)
    }

    @Test("there are files of both kinds")
    func filesAreFound() {
        #expect(TestFixtures.mustPass.count > 40)
        #expect(TestFixtures.mustFail.count >= 10)
    }
}
