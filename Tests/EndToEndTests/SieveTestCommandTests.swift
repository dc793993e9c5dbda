import Foundation
import Testing

/// `postmasterctl sieve test`, `run` and `compile`.
@Suite("Trying scripts")
struct SieveTestCommandTests {
    private let workplace: Workplace
    private let program: String

    init() throws {
        workplace = try Workplace()
        program = try workplace.program(.control)
    }

    private func sieve(_ words: [String], input: String = "") throws -> Completed {
        try run(program, ["sieve"] + words, input: Data(input.utf8))
    }

    private func object(_ completed: Completed) throws -> [String: Any] {
        try #require(
            JSONSerialization.jsonObject(with: Data(completed.output.utf8)) as? [String: Any])
    }

    private static let tests = """
        require ["vnd.dovecot.testsuite", "fileinto", "mailbox"];
        test "good" {
            fileinto :create "A";
            if not test_result_execute { test_fail "failed"; }
            if not test_message :folder "A" 0 { test_fail "not there"; }
        }
        test "bad" { test_fail "on purpose"; }

        """

    @Test("a file's blocks are listed and counted, with the reasons of failures")
    func blocks() throws {
        let file = try workplace.write(Self.tests, to: "a.svtest")
        let completed = try sieve(["test", file])
        #expect(completed.code == 1)
        let lines = completed.output.split(separator: "\n").map(String.init)
        #expect(lines.last == "1 passed, 1 failed")
        #expect(lines.contains("  ok   2: good"))
        #expect(lines.contains("  FAIL 7: bad"))
        #expect(lines.contains { $0.hasSuffix("on purpose") })
        #expect(completed.errors.isEmpty)
    }

    @Test("directories are searched")
    func directories() throws {
        try FileManager.default.createDirectory(
            atPath: workplace["deep/er"], withIntermediateDirectories: true)
        let good = "require \"vnd.dovecot.testsuite\";\ntest \"a\" { }\n"
        _ = try workplace.write(good, to: "deep/a.svtest")
        _ = try workplace.write(good, to: "deep/er/b.svtest")
        _ = try workplace.write("nonsense", to: "deep/c.sieve")
        let completed = try sieve(["test", workplace["deep"]])
        #expect(completed.code == 0)
        #expect(completed.output.hasSuffix("\n2 passed, 0 failed\n"))
    }

    @Test("with --expect-fail what fails is what goes well")
    func expectFail() throws {
        let bad = "require \"vnd.dovecot.testsuite\";\ntest \"a\" { test_fail \"\"; }\n"
        let file = try workplace.write(bad, to: "a.svtest")
        let completed = try sieve(["test", "--expect-fail", file])
        #expect(completed.code == 0)
        #expect(completed.output.hasSuffix("\n1 passed, 0 failed\n"))
        let mixed = try workplace.write(Self.tests, to: "b.svtest")
        let second = try sieve(["test", "--expect-fail", mixed])
        #expect(second.code == 1)
        #expect(second.output.hasSuffix("\n1 passed, 1 failed\n"))
    }

    @Test("a file that does not compile, or is not there, is one failure")
    func broken() throws {
        let file = try workplace.write("nosuchcommand;\n", to: "a.svtest")
        let completed = try sieve(["test", file, workplace["nowhere.svtest"]])
        #expect(completed.code == 1)
        #expect(completed.output.hasSuffix("\n0 passed, 2 failed\n"))
        #expect(completed.output.contains("nosuchcommand"))
    }

    @Test("--json has the same")
    func json() throws {
        let file = try workplace.write(Self.tests, to: "a.svtest")
        let whole = try object(try sieve(["test", "--json", file]))
        #expect(whole["passed"] as? Int == 1)
        #expect(whole["failed"] as? Int == 1)
        let files = try #require(whole["files"] as? [[String: Any]])
        let blocks = try #require(files.first?["blocks"] as? [[String: Any]])
        #expect(blocks.map { $0["name"] as? String } == ["good", "bad"])
        #expect(blocks.map { $0["passed"] as? Bool } == [true, false])
        #expect(blocks.last?["reason"] as? String == "line 7: on purpose")
    }

    private static let script = """
        require ["fileinto", "imap4flags"];
        if header :contains "subject" "tulips" { fileinto :flags "\\\\Flagged" "Garden"; }

        """

    @Test("run tells what a script would do with one message")
    func runOne() throws {
        let script = try workplace.write(Self.script, to: "a.sieve")
        let message = "From: ann@example.org\nSubject: Tulips\n\nText\n"
        let completed = try sieve(["run", script, "-"], input: message)
        #expect(completed.code == 0)
        #expect(completed.output.hasPrefix("-: fileinto \"Garden\" [\\Flagged] (line 2)\n1 message\n"))
        let file = try workplace.write("Subject: Roses\n\nText\n", to: "a.eml")
        #expect(try sieve(["run", script, file]).output == "\(file): keep (implicit)\n1 message\n  1 keep\n")
    }

    @Test("run goes through a Maildir, and changes nothing there")
    func runMaildir() throws {
        for part in ["cur", "new", "tmp"] {
            try FileManager.default.createDirectory(
                atPath: workplace["m/\(part)"], withIntermediateDirectories: true)
        }
        for number in 0..<30 {
            let subject = number % 3 == 0 ? "Tulips" : "Roses"
            _ = try workplace.write("Subject: \(subject)\n\nText\n", to: "m/cur/\(number + 10):2,S")
        }
        let script = try workplace.write(Self.script, to: "a.sieve")
        let whole = try object(try sieve(["run", "--json", script, workplace["m"]]))
        #expect((whole["messages"] as? [Any])?.count == 30)
        let summary = try #require(whole["summary"] as? [String: Any])
        #expect(summary["messages"] as? Int == 30)
        let actions = try #require(summary["actions"] as? [String: Int])
        #expect(actions == ["keep": 20, "fileinto \"Garden\" [\\Flagged]": 10])
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: workplace["m"]).sorted() == [
                "cur", "new", "tmp",
            ])
    }

    @Test("compile lists what is wrong")
    func compile() throws {
        let good = try workplace.write(Self.script, to: "a.sieve")
        #expect(try sieve(["compile", good]).code == 0)
        let bad = try workplace.write("keep\n", to: "b.sieve")
        let completed = try sieve(["compile", bad])
        #expect(completed.code == 1)
        #expect(completed.errors.contains("missing-semicolon"))
        let rules = (0..<400).map { "if header \"x-\($0)\" \"a\" { fileinto \"f\($0)\"; }\n" }.joined()
        let many = try workplace.write("require \"fileinto\";\n" + rules, to: "c.sieve")
        #expect(try sieve(["compile", "--output", workplace["c.bin"], many]).code == 0)
        #expect(workplace.exists("c.bin"))
        #expect(try sieve(["compile", "--output", workplace["nowhere/c.bin"], many]).code == 1)
    }
}
