import Platform
import Sieve

/// A file of tests in the language `vnd.dovecot.testsuite`.
///
/// It is run on a mail store of its own, a real Maildir that is gone afterwards, and what scripts send goes
/// nowhere. Files do not know of one another.
package struct TestFile: Sendable {
    package let path: String

    package init(path: String) { self.path = path }

    /// Octets of a file, and of a script that it tests.
    static var sizeLimit: Int { 16 << 20 }

    /// Runs the file.
    ///
    /// - Parameter progress: is told of each block as it ends.
    package func run(progress: @escaping (TestBlock) -> Void = { _ in }) -> TestOutcome {
        let source: [UInt8]
        do throws(SystemError) {
            source = try OwnedFileDescriptor(reading: path).readAll(limit: Self.sizeLimit, path: path)
        } catch {
            return TestOutcome(blocks: [], shown: [], abortion: "\(error)")
        }
        do throws(TestBenchFailure) {
            let bench = try TestBench(directory: Self.directory(of: path), progress: progress)
            return run(source, on: bench)
        } catch {
            return TestOutcome(blocks: [], shown: [], abortion: error.reason)
        }
    }

    private func run(_ source: [UInt8], on bench: TestBench) -> TestOutcome {
        let settings = bench.settings.inForce
        let compilation = SieveCompiler.forTests(limits: settings.limits, library: bench.library)
            .compile(source, name: Self.name(of: path))
        guard let program = compilation.program else {
            let errors = compilation.errors.map { $0.rendered(name: path, source: source) }
            return TestOutcome(
                blocks: [], shown: errors, abortion: "does not compile: \(compilation.errors.count) errors")
        }
        var run = TestsuiteRun(on: .defaultForTests(settings), host: bench, settings: settings)
        return bench.outcome(abortion: run.run(program))
    }

    /// A script's name: its file's without `.sieve`.
    static func name(of path: String) -> String {
        let file = path.utf8.split(separator: UInt8(ascii: "/")).last.map { String(Substring($0)) } ?? path
        return file.hasSuffix(".sieve") ? String(file.dropLast(6)) : file
    }

    /// The absolute directory of a file, without a slash at its end.
    private static func directory(of path: String) -> String {
        var whole = path
        if path.utf8.first != UInt8(ascii: "/") { whole = (Host.workingDirectory() ?? "") + "/" + path }
        guard let slash = whole.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
        return String(whole[..<slash])
    }
}

/// One `test` block that has ended.
package struct TestBlock: Sendable, Equatable {
    package let name: String
    /// Where it begins.
    package let line: Int
    /// Why it failed; nil if it did not.
    package let failure: String?
}

/// What came of a file.
package struct TestOutcome: Sendable {
    package let blocks: [TestBlock]
    /// What the file asked to be shown, and what is wrong with it.
    package let shown: [String]
    /// Why the file did not come to its end; nil if it did. If a block was running that one has failed.
    package let abortion: String?

    package var passed: Int { blocks.count { $0.failure == nil } }

    /// Blocks that failed; a file that ended outside of them counts as one more.
    package var failed: Int {
        let failed = blocks.count { $0.failure != nil }
        return abortion != nil && blocks.last?.failure != abortion ? failed + 1 : failed
    }
}
