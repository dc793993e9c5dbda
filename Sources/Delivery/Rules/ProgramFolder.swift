import Platform
import Settings
import Sieve

/// The programs of the site that scripts may call (vnd.dovecot.pipe, .filter, .execute): those in one folder.
///
/// Nothing a script says chooses anything but a file name in that folder and arguments. The program runs with
/// the user's rights, a clean environment, the whole of its input in a file, an end to its time and to its output;
/// what it says on standard error is dropped.
struct ProgramFolder {
    private let directory: String
    /// Seconds.
    private let timeout: Int

    /// Octets of a program's answer.
    static let outputLimit = 16 << 20

    init(_ settings: Configuration.Sieve) {
        directory = settings.programs
        timeout = settings.programTimeout
    }

    func run(_ call: ProgramCall, input: ProgramInput) -> ProgramAnswer {
        guard !directory.isEmpty, Self.isFileName(call.name), isSafe(directory),
            isSafe(directory + "/" + call.name)
        else { return .notFound }
        let program = ChildProcess(path: directory + "/" + call.name, arguments: call.arguments)
        do throws(SystemError) {
            let file = try Self.file(input)
            let result = try program.run(
                input: file, outputLimit: Self.outputLimit + 1, milliseconds: timeout &* 1000,
                takesErrors: false)
            guard result.output.count <= Self.outputLimit else {
                return .failed("wrote more than \(Self.outputLimit) octets")
            }
            switch result.ending {
            case .exited(let status): return .ended(status: Int(status), output: result.output)
            case .signalled(let signal): return .failed("ended by signal \(signal)")
            case .outOfTime: return .failed("took longer than \(timeout) s")
            }
        } catch {
            return .failed("\(error)")
        }
    }

    private static func isFileName(_ name: String) -> Bool {
        let bytes = [UInt8](name.utf8)
        return !bytes.isEmpty && bytes.count <= 128 && bytes.first != UInt8(ascii: ".")
            && bytes.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "/") }
    }

    /// Whoever can write there could make any program of it.
    private func isSafe(_ path: String) -> Bool {
        guard let status = try? FileStatus.of(path) else { return false }
        return status.owner == 0 && status.permissions & 0o022 == 0
    }

    private static func file(_ input: ProgramInput) throws(SystemError) -> OwnedFileDescriptor {
        let path = "input of a program"
        switch input {
        case .none:
            return try OwnedFileDescriptor.anonymousFile(expectedBytes: 0)
        case .bytes(let bytes):
            let file = try OwnedFileDescriptor.anonymousFile(expectedBytes: bytes.count)
            try file.write(bytes, path: path)
            return file
        case .message(let content):
            let file = try OwnedFileDescriptor.anonymousFile(expectedBytes: content.count)
            try file.write(
                content.header.array(0..<content.header.count),
                then: content.source.dropping(first: content.bodyStart).span, path: path)
            return file
        }
    }
}
