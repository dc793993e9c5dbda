package import MailMessage
import Platform
package import Sieve

/// What scripts under test ask of the world.
extension TestBench {
    package func currentTime() -> Int64 { Int64(WallTime.now().seconds) }

    package func zoneOffset(at seconds: Int64) -> Int { LocalTime.at(Int(clamping: seconds)).offsetMinutes }

    /// RFC 5183 §4.1, and what Dovecot's scripts ask for. There is no SMTP session.
    package func environment(_ item: String) -> [UInt8]? {
        let text: String? =
            switch item {
            case "name": "Postmaster"
            case "version": "test"
            // The messages of a test lie in a mail store already.
            case "location": "MS"
            case "phase": "during"
            case "host": Host.name()
            case "domain": ""
            case "vnd.dovecot.default-mailbox", "vnd.dovecot.default_mailbox": "INBOX"
            case "vnd.dovecot.username": "testsuite"
            default: configured(item)
            }
        return text.map { [UInt8]($0.utf8) }
    }

    private func configured(_ item: String) -> String? {
        for prefix in ["vnd.dovecot.config.", "vnd.dovecot.environment."] where item.hasPrefix(prefix) {
            return settings.environment(String(item.dropFirst(prefix.count)))
        }
        return nil
    }

    package func listExists(_ name: String) -> Bool { settings.listFile(name) != nil }

    /// Looks for the value as a key of Dovecot's dictionary file: a line for the key, a line for what it
    /// stands for.
    package func list(_ name: String, contains value: [UInt8]) -> Bool {
        guard let path = settings.listFile(name),
            let bytes = try? OwnedFileDescriptor(reading: path).readAll(limit: 1 << 20, path: path)
        else { return false }
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for index in stride(from: 0, to: lines.count, by: 2) {
            guard let slash = lines[index].lastIndex(of: UInt8(ascii: "/")) else { continue }
            if lines[index][(slash + 1)...].elementsEqual(value) { return true }
        }
        return false
    }

    package func scanScore(_ kind: ScanKind, in message: Message) -> ScanScore {
        ScannerSettings(kind, settings).score(of: message)
    }

    package func run(_ program: ProgramCall, input: ProgramInput) -> ProgramAnswer {
        let paths = settings.programFolders.map { $0 + "/" + program.name }
        guard let path = paths.first(where: { (try? FileStatus.of($0))?.kind == .regular }) else {
            return .notFound
        }
        let process = ChildProcess(path: path, arguments: program.arguments, environment: variables)
        do throws(SystemError) {
            let result = try process.run(
                input: file(input), outputLimit: 16 << 20, milliseconds: settings.programMilliseconds,
                takesErrors: false)
            switch result.ending {
            case .exited(let status): return .ended(status: Int(status), output: result.output)
            case .signalled(let signal): return .failed("ended by signal \(signal)")
            case .outOfTime: return .failed("took too long")
            }
        } catch {
            return .failed("\(error)")
        }
    }

    /// What programs find in their environment.
    private var variables: [String] {
        let envelope = input?.envelope
        return [
            "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=\(directory)", "USER=testsuite",
            "HOST=\(Host.name())", "SENDER=\(envelope?.sender ?? "")",
            "RECIPIENT=\(envelope?.recipient ?? "")",
            "ORIG_RECIPIENT=\(envelope?.originalRecipient ?? "")",
        ].filter { !$0.utf8.contains(0) }
    }

    private func file(_ input: ProgramInput) throws(SystemError) -> OwnedFileDescriptor {
        var bytes: [UInt8] =
            switch input {
            case .none: []
            case .bytes(let bytes): bytes
            case .message(let content): content.bytes(limit: 64 << 20)
            }
        if let style = settings.programLineEnds { bytes = style.applied(to: bytes.span) }
        let file = try OwnedFileDescriptor.anonymousFile(expectedBytes: bytes.count)
        try file.write(bytes, path: "input of a program")
        return file
    }

    package func warn(_ message: String, script: String, line: Int) { logError(message) }

    package func log(_ message: String, script: String, line: Int) {
        show("\(script): line \(line): \(message)")
    }
}
