import ContentChecks
import Platform
import TestSupport
import Testing

/// The examiner with scripts in the place of postmaster-attachments(8), that do what a program does whose memory
/// belongs to a stranger.
@Suite("The process that looks at attachments")
struct AttachmentExaminerTests {
    private static func examine(
        script: String, message: String = "Subject: x\n\nbody\n", milliseconds: Int = 10_000
    ) throws -> Result<AttachmentReport, ScannerFailure> {
        let directory = try TemporaryDirectory()
        let program = try directory.write("program", "#!/bin/sh\n\(script)\n", permissions: 0o755)
        return run(program, ScannedMessage(SharedBytes(Array(message.utf8))), milliseconds: milliseconds)
    }

    private static func run(
        _ program: String, _ message: borrowing ScannedMessage, milliseconds: Int = 10_000,
        limits: ExaminationLimits = ExaminationLimits(), magic: String = ""
    ) -> Result<AttachmentReport, ScannerFailure> {
        do throws(ScannerFailure) {
            return .success(
                try AttachmentExaminer(program: program, limits: limits, magic: magic)
                    .examine(message, until: Deadline(milliseconds: milliseconds)))
        } catch {
            return .failure(error)
        }
    }

    private static func reason(_ result: Result<AttachmentReport, ScannerFailure>) -> ScannerFailure.Reason? {
        if case .failure(let failure) = result { failure.reason } else { nil }
    }

    @Test("a report comes back")
    func report() throws {
        let directory = try TemporaryDirectory()
        let report = AttachmentReport(
            files: [ExaminedFile(names: ["a.exe"], recognisedType: "application/x-dosexec", size: 3)],
            findings: [AttachmentFinding(.mismatch, file: "a.exe", "")])
        let file = try directory.open().openOrCreateFile("report", .write, permissions: 0o644)
        try file.write(ReportCodec.encode(report), path: "report")
        #expect(try Self.examine(script: "cat \(directory.path("report"))") == .success(report))
        #expect(
            Self.reason(try Self.examine(script: "head -c 20 \(directory.path("report"))")) == .unintelligible
        )
        // A report of one that does not end well is none.
        #expect(Self.reason(try Self.examine(script: "cat \(directory.path("report")); exit 1")) == .crashed)
    }

    @Test(
        "every other ending is a failure of its kind",
        arguments: [
            ("exit 0", .unintelligible, ""), ("echo fine", .unintelligible, ""),
            ("echo 'no database' >&2; exit 75", .declined, "no database"),
            ("exit 3", .crashed, "exit status 3"),
            ("kill -SEGV $$", .crashed, "segmentation fault (SIGSEGV)"),
            ("kill -SYS $$", .crashed, "forbidden system call (SIGSYS)"),
            ("kill -ILL $$", .crashed, "illegal instruction (SIGILL)"),
            ("kill -KILL $$", .crashed, "killed (SIGKILL)"),
            ("kill -PROF $$", .tooSlow, "the processor's time is used up"),
            ("kill -XCPU $$", .tooSlow, "the processor's time is used up"),
        ] as [(String, ScannerFailure.Reason, String)])
    func endings(script: String, reason: ScannerFailure.Reason, detail: String) throws {
        let result = try Self.examine(script: script)
        guard case .failure(let failure) = result else {
            Issue.record("\(script): \(result)")
            return
        }
        #expect(failure.reason == reason)
        #expect(failure.detail.contains(detail), "\(failure)")
        #expect(failure.scanner == "attachments")
    }

    @Test("a program that is not there cannot be reached")
    func missing() {
        let message = ScannedMessage(SharedBytes(Array("x".utf8)))
        #expect(Self.reason(Self.run("/nowhere/postmaster-attachments", message)) == .unreachable)
    }

    @Test("a program that hangs is ended at the deadline, with all that it started")
    func hanging() throws {
        let before = SteadyTime.now()
        let result = try Self.examine(script: "sleep 60 & sleep 60", milliseconds: 300)
        #expect(Self.reason(result) == .tooSlow)
        #expect(SteadyTime.now() < before.advanced(milliseconds: 3000))
    }

    @Test("a deadline that has passed starts nothing")
    func passed() throws {
        let directory = try TemporaryDirectory()
        let result = try Self.examine(script: "touch \(directory.path("started"))", milliseconds: 0)
        #expect(Self.reason(result) == .tooSlow)
        #expect(try directory.open().names().contains("started") == false)
    }

    @Test("output without end is read and dropped")
    func flood() throws {
        let result = try Self.examine(script: "head -c 100000000 /dev/zero")
        #expect(Self.reason(result) == .unintelligible)
    }

    @Test("words of the program are printable in a log")
    func words() throws {
        let result = try Self.examine(script: "printf 'a\\033[2J\\303\\244\\nsecond' >&2; exit 75")
        guard case .failure(let failure) = result else {
            Issue.record("\(result)")
            return
        }
        #expect(failure.detail == "a?[2J??")
    }

    @Test("the program has the message on standard input, the limits as options, and nothing else")
    func setup() throws {
        let directory = try TemporaryDirectory()
        try directory.setPermissions(".", 0o777)
        let script =
            "echo \"$@\" > \(directory.path("words")); env > \(directory.path("environment")); "
            + "cat > \(directory.path("input")); ls /proc/self/fd > \(directory.path("descriptors"))"
        let program = try directory.write("program", "#!/bin/sh\n\(script)\n", permissions: 0o755)
        var limits = ExaminationLimits()
        (limits.depth, limits.entries, limits.unpackedBytes) = (1, 2, 3)
        (limits.ratio, limits.milliseconds) = (4, 5)
        let message = ScannedMessage(SharedBytes(Array("the message".utf8)))
        _ = Self.run(program, message, limits: limits, magic: "/some/where")
        #expect(
            try directory.read("words") == "--depth 1 --entries 2 --unpacked 3 --ratio 4 --milliseconds 5 "
                + "--offset 0 --magic /some/where\n")
        #expect(try directory.read("input") == "the message")
        let environment = try directory.read("environment").split(separator: "\n")
        #expect(
            environment.allSatisfy { $0.hasPrefix("PATH=") || $0.hasPrefix("PWD=") || $0.hasPrefix("_=") })
        #expect(try directory.read("descriptors").split(separator: "\n").count <= 4)
    }

    @Test(
        "a message in a file is not copied, what stands before it is passed over, and the file stays as it is"
    )
    func file() throws {
        let directory = try TemporaryDirectory()
        try directory.setPermissions(".", 0o777)
        let script = "echo \"$@\" > \(directory.path("words")); cat > \(directory.path("input")); echo x >&0"
        let program = try directory.write("program", "#!/bin/sh\n\(script)\n", permissions: 0o755)
        let file = try OwnedFileDescriptor.anonymousFile(expectedBytes: 100)
        try file.write(Array("Return-Path: <>\nSubject: x\n\nbody".utf8), path: "")
        try file.seek(to: 7, path: "")
        let message = ScannedMessage(SharedBytes(Array("Subject: x\n\nbody".utf8)), file: file)
        _ = Self.run(program, message)
        #expect(try directory.read("words").contains("--offset 16"))
        #expect(try directory.read("input") == "Return-Path: <>\nSubject: x\n\nbody")
        // Its own offset is where it was.
        let rest = try Self.rest(of: message)
        #expect(rest == Array("Path: <>\nSubject: x\n\nbody".utf8))
    }

    /// What the message's file has behind its offset.
    private static func rest(of message: borrowing ScannedMessage) throws -> [UInt8] {
        switch message.file {
        case .some(let file): try file.readAll(limit: 100, path: "")
        case .none: []
        }
    }

    @Test("a file that is shorter than the message is not taken for it")
    func wrongFile() throws {
        let directory = try TemporaryDirectory()
        try directory.setPermissions(".", 0o777)
        let script = "echo \"$@\" > \(directory.path("words")); cat > \(directory.path("input"))"
        let program = try directory.write("program", "#!/bin/sh\n\(script)\n", permissions: 0o755)
        let file = try OwnedFileDescriptor.anonymousFile(expectedBytes: 100)
        try file.write(Array("short".utf8), path: "")
        let message = ScannedMessage(SharedBytes(Array("Subject: x\n\nbody".utf8)), file: file)
        _ = Self.run(program, message)
        #expect(try directory.read("words").contains("--offset 0"))
        #expect(try directory.read("input") == "Subject: x\n\nbody")
    }
}
