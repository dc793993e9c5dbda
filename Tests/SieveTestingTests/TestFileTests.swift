import Platform
import Testing

@testable import SieveTesting

/// Runs a file of tests with this text.
func runTests(_ text: String, progress: @escaping (TestBlock) -> Void = { _ in }) throws -> TestOutcome {
    let home = try TemporaryDirectory()
    let file = try Directory(opening: home.path).createFile("a.svtest", permissions: 0o600)
    let source = "require \"vnd.dovecot.testsuite\";\n" + text
    try file.write([UInt8](source.utf8), path: "a.svtest")
    return TestFile(path: home.path + "/a.svtest").run(progress: progress)
}

@Suite("A file of tests")
struct TestFileTests {
    @Test("counts its blocks")
    func counts() throws {
        let outcome = try runTests(
            """
            test "one" { }
            test "two" { test_fail "because"; }
            test "three" { if header "subject" "Frop!" { } else { test_fail "no"; } }
            """)
        #expect(outcome.blocks.map(\.name) == ["one", "two", "three"])
        #expect(outcome.blocks.map(\.line) == [2, 3, 4])
        #expect(outcome.blocks.map(\.failure) == [nil, "line 3: because", nil])
        #expect(outcome.passed == 2)
        #expect(outcome.failed == 1)
        #expect(outcome.abortion == nil)
    }

    @Test(
        "that does not come to its end counts as one failure",
        arguments: [
            ("nosuchcommand;", 0), ("test \"a\" { }\ntest_fail \"outside\";", 1),
            ("test \"a\" { }\ntest_binary_load \"none\";", 1),
            ("test \"a\" { }\ntest \"b\" { test_binary_load \"none\"; }\ntest \"c\" { }", 1),
            ("test \"a\" { keep; stop; }\ntest_fail \"never\";", 1),
        ])
    func abortions(_ text: String, passed: Int) throws {
        let outcome = try runTests(text)
        #expect(outcome.passed == passed)
        let stops = text.contains("stop")
        #expect(outcome.failed == (stops ? 0 : 1))
        #expect((outcome.abortion == nil) == stops)
    }

    @Test("a run-time error fails its block, and the next one runs")
    func runtimeError() throws {
        let outcome = try runTests(
            """
            require "variables";
            set "nobody" "nobody";
            test "one" { redirect "${nobody}"; }
            test "two" { }
            """)
        #expect(outcome.blocks.map { $0.failure == nil } == [false, true])
        #expect(outcome.abortion == nil)
    }

    @Test("a limit ends the file")
    func limit() throws {
        let redirects = (1...5).map { "redirect \"a\($0)@b.org\";" }.joined()
        let outcome = try runTests("test \"one\" { \(redirects) }\ntest \"two\" { }")
        #expect(outcome.blocks.count == 1)
        #expect(outcome.failed == 1)
        #expect(outcome.abortion?.contains("redirect") == true)
    }

    @Test("tells of each block as it ends")
    func progress() throws {
        final class Names { var list: [String] = [] }
        let names = Names()
        _ = try runTests("test \"a\" { }\ntest \"b\" { test_fail \"\"; }") { names.list.append($0.name) }
        #expect(names.list == ["a", "b"])
    }

    @Test("shows what it is asked to show")
    func shown() throws {
        let outcome = try runTests("keep; test_result_print; test_message_print;")
        #expect(outcome.shown.first == "1: keep, line 2")
        #expect(outcome.shown.contains("Subject: Frop!\r"))
    }

    @Test("that is not there, or is too large, is a failure")
    func unreadable() {
        let outcome = TestFile(path: "/nowhere/a.svtest").run()
        #expect(outcome.failed == 1)
        #expect(outcome.abortion?.contains("/nowhere/a.svtest") == true)
    }

    @Test("leaves nothing behind")
    func leavesNothing() throws {
        let home = try TemporaryDirectory()
        let path = home.path
        #expect((try? FileStatus.of(path))?.kind == .directory)
        let nested = try Directory(opening: path)
        try nested.makeDirectory("a", permissions: 0o700)
        _ = try nested.openDirectory("a").createFile("b", permissions: 0o600)
        _ = consume home
        #expect((try? FileStatus.of(path)) == nil)
    }

    @Test("runs no longer than it may: an endless script has an end")
    func steps() throws {
        // Each step doubles the string, up to the limit of a variable; the limit of steps ends the rest.
        let line = "if string :matches \"${a}\" \"*a*a*a*a*b\" { }\n"
        let outcome = try runTests(
            "require \"variables\";\nset \"a\" \"\(String(repeating: "a", count: 4000))\";\n"
                + "test \"long\" {\n" + String(repeating: line, count: 20_000) + "}")
        #expect(outcome.blocks.count == 1)
    }
}
