package import Platform

/// Has a message's attachments looked at by a process without rights (postmaster-attachments(8)).
///
/// What that process says may be wrong, if a stranger's file got the better of it; it harms nobody. Whether it crashes,
/// hangs, or says nothing that makes sense: then there is no report, and the caller is told why.
package struct AttachmentExaminer: Sendable {
    private let program: String
    private let limits: ExaminationLimits
    private let magic: String

    /// - Parameters:
    ///   - program: its path.
    ///   - magic: file of libmagic's knowledge of types; empty for the system's.
    package init(program: String, limits: ExaminationLimits, magic: String = "") {
        self.program = program
        self.limits = limits
        self.magic = magic
    }

    /// - Throws: why there is no report.
    package func examine(
        _ message: borrowing ScannedMessage, until deadline: Deadline
    ) throws(ScannerFailure) -> AttachmentReport {
        guard !deadline.hasPassed else { throw failure(.tooSlow) }
        let result: ChildProcess.Result
        do throws(SystemError) {
            result = try run(message, until: deadline)
        } catch {
            throw failure(.unreachable, error.description)
        }
        switch result.ending {
        case .exited(0):
            guard let report = ReportCodec.decode(result.output) else { throw failure(.unintelligible) }
            return report
        case .exited(Self.cannotLook): throw failure(.declined, words(result.output))
        case .exited(let status): throw failure(.crashed, "exit status \(status) \(words(result.output))")
        case .signalled(let signal):
            let ending = EndingSignal(signal)
            throw failure(ending.isOutOfTime ? .tooSlow : .crashed, ending.description)
        case .outOfTime: throw failure(.tooSlow)
        }
    }

    /// The exit status with which the program says that it did not look: `EX_TEMPFAIL`.
    package static var cannotLook: CInt { 75 }

    /// Starts the program on the message: on its file if there is one, which ends with it.
    private func run(
        _ message: borrowing ScannedMessage, until deadline: Deadline
    ) throws(SystemError) -> ChildProcess.Result {
        switch message.file {
        case .some(let file):
            // A description of its own: ours keeps its offset, and the file cannot be written through it.
            let path = "/proc/self/fd/\(file.raw)"
            guard let own = try? OwnedFileDescriptor(reading: path),
                let offset = Self.offset(of: message.bytes.count, in: own)
            else { return try runOnCopy(of: message.bytes, until: deadline) }
            return try child(offset: offset, until: deadline)
                .run(input: own, outputLimit: ReportCodec.most + 1, milliseconds: deadline.remaining)
        case .none: return try runOnCopy(of: message.bytes, until: deadline)
        }
    }

    private func runOnCopy(
        of bytes: SharedBytes, until deadline: Deadline
    ) throws(SystemError) -> ChildProcess.Result {
        try child(offset: 0, until: deadline).run(
            head: [], body: bytes.span, outputLimit: ReportCodec.most + 1, milliseconds: deadline.remaining)
    }

    /// Where the last `count` bytes of a file begin; nil for what is no file with so many.
    private static func offset(of count: Int, in file: borrowing OwnedFileDescriptor) -> Int? {
        guard let status = try? file.status(path: ""), status.kind == .regular, status.size >= count
        else { return nil }
        return status.size - count
    }

    private func child(offset: Int, until deadline: Deadline) -> ChildProcess {
        let milliseconds = min(limits.milliseconds, max(deadline.remaining, 1))
        var arguments = [
            "--depth", "\(limits.depth)", "--entries", "\(limits.entries)",
            "--unpacked", "\(limits.unpackedBytes)", "--ratio", "\(limits.ratio)",
            "--milliseconds", "\(milliseconds)", "--offset", "\(offset)",
        ]
        if !magic.isEmpty { arguments += ["--magic", magic] }
        return ChildProcess(path: program, arguments: arguments)
    }

    /// The first line that the program wrote.
    private func words(_ output: [UInt8]) -> String {
        ScannerText.fit(output.prefix { $0 != UInt8(ascii: "\n") })
    }

    private func failure(_ reason: ScannerFailure.Reason, _ detail: String = "") -> ScannerFailure {
        ScannerFailure(reason, scanner: "attachments", detail)
    }
}
