import MailMessage
import Platform
package import Sieve

/// What one file of tests runs on: its mail store, what went out, its settings, and what was logged.
package final class TestBench {
    package let directory: String
    let store: MailStore
    let library: FolderLibrary
    var settings = TestSettings()
    var outbox: [OutgoingMail] = []
    var annotations: [Annotation] = []
    /// The message that tests look at.
    var input: SieveInput?

    private let progress: (TestBlock) -> Void
    private let deadline = Deadline(milliseconds: 60_000)
    private var scriptDeadline: Deadline?

    private var blocks: [TestBlock] = []
    private var running: (name: String, line: Int)?
    private var shown: [String] = []
    package private(set) var errors: [String] = []

    /// Lines that are kept of what a file wants shown, and errors of its log.
    private static let lines = 10_000

    init(directory: String, progress: @escaping (TestBlock) -> Void) throws(TestBenchFailure) {
        self.directory = directory
        self.progress = progress
        store = try MailStore()
        library = FolderLibrary(directory: directory)
    }

    /// What came of the file, which has ended.
    func outcome(abortion: String?) -> TestOutcome {
        if let abortion, running != nil { endTest(failure: abortion) }
        return TestOutcome(blocks: blocks, shown: shown, abortion: abortion)
    }

    struct Annotation {
        let mailbox: String?
        let entry: String
        var value: [UInt8]
    }
}

struct TestBenchFailure: Error {
    let reason: String
}

// MARK: Blocks, settings, the log

extension TestBench: TestsuiteHost {
    package func use(_ input: SieveInput) { self.input = input }

    package func beginTest(_ name: String, line: Int) { running = (name, line) }

    package func endTest(failure: String?) {
        guard let (name, line) = running else { return }
        running = nil
        let block = TestBlock(name: name, line: line, failure: failure)
        blocks.append(block)
        progress(block)
    }

    package func show(_ text: String) {
        if shown.count < Self.lines { shown.append(text) }
    }

    package func setSetting(_ key: String, _ value: String?) { settings.set(key, value) }

    package func reloadSettings(of capability: String?) -> TestsuiteSettings? {
        if let capability {
            let compiler = SieveCompiler.forTests(limits: SieveLimits(), library: nil)
            guard compiler.capabilities.contains(capability) else { return nil }
        }
        return settings.reload() ? settings.inForce : nil
    }

    package func forgetErrors() { errors = [] }

    package func logError(_ message: String) {
        if errors.count < Self.lines { errors.append(message) }
    }

    package func isOutOfTime() -> Bool { deadline.hasPassed || scriptDeadline?.hasPassed == true }

    package func beginScript() {
        scriptDeadline = settings.scriptMilliseconds.map { Deadline(milliseconds: $0) }
    }

    package func endScript() { scriptDeadline = nil }
}

// MARK: Scripts

extension TestBench {
    package func compile(_ path: String) -> Program? {
        let whole = path.utf8.first == UInt8(ascii: "/") ? path : directory + "/" + path
        let limits = settings.inForce.limits
        let source: [UInt8]
        do throws(SystemError) {
            source = try OwnedFileDescriptor(reading: whole).readAll(limit: limits.scriptBytes, path: whole)
        } catch {
            logError("\(error)")
            return nil
        }
        let compilation = SieveCompiler.forTests(limits: limits, library: library)
            .compile(source, name: TestFile.name(of: path))
        if let program = compilation.program { return program }
        for error in compilation.errors { logError(error.message) }
        // The compiler's own last word, which engines of this language count as an error.
        logError(compilation.isSyntaxError ? "parse failed" : "validation failed")
        return nil
    }
}

extension Compilation {
    /// Whether the script could not even be read.
    fileprivate var isSyntaxError: Bool {
        errors.allSatisfy { error in
            switch error.code {
            case .scriptTooLong, .invalidCharacter, .unterminatedString, .unterminatedComment, .nulInString,
                .identifierTooLong, .invalidNumber, .numberTooLarge, .syntax, .missingSemicolon, .unbalanced,
                .emptyList,
                .nestedTooDeeply:
                true
            default:
                false
            }
        }
    }
}

// MARK: Mail

extension TestBench {
    package func carryOut(_ actions: [SieveAction], on input: SieveInput) -> Bool {
        var work = ActionWork(bench: self, input: input)
        for action in actions { work.carryOut(action) }
        return work.isDone
    }

    package func outgoing(_ index: Int) -> OutgoingMail? {
        outbox.indices.contains(index) ? outbox[index] : nil
    }

    package func forgetOutgoing() { outbox = [] }

    package func stored(in mailbox: String, _ index: Int) -> StoredMail? {
        do throws(MailStoreFailure) {
            return try store.message(in: mailbox, index)
        } catch {
            logError("testsuite: failed to open mailbox '\(mailbox)': \(error.reason)")
            return nil
        }
    }

    package func createMailbox(_ name: String) { store.create(name) }

    package func mailboxExists(_ name: String) -> Bool { store.exists(name) }

    package func setMetadata(mailbox: String?, entry: String, value: [UInt8]) -> Bool {
        guard Self.isEntryName(entry) else {
            logError("testsuite: imap metadata: specified annotation name '\(entry)' is invalid")
            return false
        }
        if let index = annotation(mailbox, entry) {
            annotations[index].value = value
        } else {
            annotations.append(Annotation(mailbox: mailbox, entry: entry, value: value))
        }
        return true
    }

    package func metadata(mailbox: String?, entry: String) -> [UInt8]? {
        annotation(mailbox, entry).map { annotations[$0].value }
    }

    private func annotation(_ mailbox: String?, _ entry: String) -> Int? {
        annotations.firstIndex { annotation in
            MailStore.isSame(annotation.mailbox, mailbox)
                && annotation.entry.lowercased() == entry.lowercased()
        }
    }

    /// RFC 5464 §4.1.
    private static func isEntryName(_ entry: String) -> Bool {
        let lower = entry.lowercased()
        guard lower.hasPrefix("/private/") || lower.hasPrefix("/shared/"), !entry.hasSuffix("/") else {
            return false
        }
        return entry.utf8.allSatisfy { $0 > 0x1F && $0 < 0x7F && $0 != 0x2A && $0 != 0x25 }
            && !entry.contains("//")
    }
}
