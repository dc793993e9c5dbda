import ArgumentParser
import MailLog
import Platform
import SieveTesting

struct SieveTest: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "test", abstract: "Run tests of Sieve scripts.",
            discussion: "They are written in the language vnd.dovecot.testsuite, in files *.svtest.")
    }

    @Flag(help: "Every test must fail: one that passes counts as failed.")
    var expectFail = false

    @Flag(help: "A JSON object.")
    var json = false

    @Argument(help: ArgumentHelp("Files, and directories to be searched for *.svtest.", valueName: "file"))
    var files: [String]

    func run() throws {
        let found = try TestFileSearch(files).paths
        let progress = TestProgress(count: found.count)
        var results: [(path: String, outcome: TestOutcome)] = []
        for path in found {
            progress.begin(path)
            let outcome = TestFile(path: path).run()
            progress.clear()
            if !json { Terminal.show(report(path, outcome)) }
            results.append((path, outcome))
        }
        let outcomes = results.map { count($0.outcome) }
        let passed = outcomes.reduce(0) { $0 + $1.passed }
        let failed = outcomes.reduce(0) { $0 + $1.failed }
        Terminal.show(json ? document(results, passed, failed) : "\(passed) passed, \(failed) failed\n")
        if failed > 0 { throw ExitCode(1) }
    }

    /// With `--expect-fail` what failed is what went as it should.
    private func count(_ outcome: TestOutcome) -> (passed: Int, failed: Int) {
        expectFail ? (outcome.failed, outcome.passed) : (outcome.passed, outcome.failed)
    }

    private func isGood(_ block: TestBlock) -> Bool { (block.failure == nil) != expectFail }

    // MARK: For a person

    private func report(_ path: String, _ outcome: TestOutcome) -> String {
        var text = "\(path)\n"
        for block in outcome.blocks {
            text += "  \(isGood(block) ? "ok  " : "FAIL") \(block.line): \(block.name.shown)\n"
            if let reason = block.failure ?? (expectFail ? "passed" : nil) {
                text += "       \(reason.shown)\n"
            }
        }
        for line in outcome.shown { text += "  | \(line.shownLines(indent: "  | "))\n" }
        if let abortion = outcome.abortion { text += "  aborted: \(abortion.shown)\n" }
        return text
    }

    // MARK: For programs

    private func document(
        _ results: [(path: String, outcome: TestOutcome)], _ passed: Int, _ failed: Int
    ) -> String {
        var json = JSONWriter()
        json.object { json in
            json.member("files") { json in
                json.array { json in
                    for (path, outcome) in results { add(path, outcome, to: &json) }
                }
            }
            json.member("passed", passed)
            json.member("failed", failed)
        }
        return String(decoding: json.bytes, as: UTF8.self) + "\n"
    }

    private func add(_ path: String, _ outcome: TestOutcome, to json: inout JSONWriter) {
        json.object { json in
            json.member("file", path)
            json.member("blocks") { json in
                json.array { json in
                    for block in outcome.blocks {
                        json.object { json in
                            json.member("name", block.name)
                            json.member("line", block.line)
                            json.member("passed", isGood(block))
                            json.member("reason", block.failure)
                        }
                    }
                }
            }
            json.member("aborted", outcome.abortion)
            json.member("output", outcome.shown)
            let (passed, failed) = count(outcome)
            json.member("passed", passed)
            json.member("failed", failed)
        }
    }
}

/// What the files and directories on the command line stand for.
private struct TestFileSearch {
    private(set) var paths: [String] = []

    private static let depth = 32
    private static let files = 100_000

    init(_ arguments: [String]) throws {
        for argument in arguments {
            if (try? FileStatus.of(argument))?.kind == .directory {
                try search(try Directory(opening: argument), depth: 0)
            } else {
                paths.append(argument)
            }
        }
    }

    private mutating func search(_ directory: borrowing Directory, depth: Int) throws {
        guard depth < Self.depth else { return }
        for name in try directory.names(limit: Self.files).sorted() {
            guard paths.count < Self.files else { return }
            let kind = try directory.status(of: name).kind
            if kind == .directory {
                try search(try directory.openDirectory(name), depth: depth + 1)
            } else if kind == .regular, name.hasSuffix(".svtest") {
                paths.append(directory.path(of: name))
            }
        }
    }
}

/// A line on a terminal that says which file is being run; nothing anywhere else.
private final class TestProgress {
    private let count: Int
    private let isShown = Host.isTerminal(2)
    private var number = 0

    init(count: Int) { self.count = count }

    func begin(_ path: String) {
        number += 1
        write("\r\u{1B}[K[\(number)/\(count)] \(path.shown)")
    }

    func clear() { write("\r\u{1B}[K") }

    private func write(_ text: String) {
        if isShown { StandardStream.write(Array(text.utf8), to: 2) }
    }
}

extension String {
    /// On one line, with `?` for what a terminal would take for a command.
    var shown: String { String(String.UnicodeScalarView(unicodeScalars.map { $0.isControl ? "?" : $0 })) }

    /// As ``shown``, but on several lines.
    fileprivate func shownLines(indent: String) -> String {
        var lines = split(separator: "\n", omittingEmptySubsequences: false).map { line in
            line.split(separator: "\t", omittingEmptySubsequences: false).map { String($0).shown }
                .joined(separator: "\t")
        }
        while lines.last?.isEmpty == true { lines.removeLast() }
        return lines.joined(separator: "\n" + indent)
    }
}

extension Unicode.Scalar {
    /// A control, or what changes how the text around it is shown.
    fileprivate var isControl: Bool {
        switch value {
        case 0x00...0x1F, 0x7F...0x9F, 0x61C, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF,
            0xFFF9...0xFFFB, 0xE0000...0xE0FFF:
            true
        default: false
        }
    }
}
