package import Platform
package import Settings
package import Spool

/// postmaster-retry(8), as other programs start it: with their configuration, and the rights that they have.
package struct RetryProgram: Sendable {
    /// Nil if it is nowhere.
    package let path: String?
    private let options: [String]

    /// - Parameters:
    ///   - configurationFile: what was given with `-c`.
    ///   - overrides: what was given with `-o`.
    ///   - path: where it is; nil for `retry.program`, and where that says nothing, for what is found.
    package init(
        _ configuration: Configuration, configurationFile: String?, overrides: [String], path: String? = nil
    ) {
        let configured = configuration.retry.program
        self.path = path ?? (configured.isEmpty ? Self.find() : configured)
        var options: [String] = []
        if let configurationFile { options += ["-c", Self.absolute(configurationFile)] }
        for override in overrides { options += ["-o", override] }
        self.options = options
    }

    /// The program started with `arguments` behind the configuration's; nil if it is nowhere.
    package func process(_ arguments: [String]) -> ChildProcess? {
        guard let path else { return nil }
        var environment = ["PATH=/usr/sbin:/usr/bin:/sbin:/bin"]
        // Where a service's passwords are (systemd.exec(5)), and what zone its times are in.
        for name in ["CREDENTIALS_DIRECTORY", "TZ"] {
            if let value = Environment.value(name) { environment.append("\(name)=\(value)") }
        }
        return ChildProcess(path: path, arguments: options + arguments, environment: environment)
    }

    /// Runs it, and waits for its end.
    ///
    /// - Parameter milliseconds: when it is killed.
    package func run(
        _ arguments: [String], outputLimit: Int = 16 << 20, milliseconds: Int
    ) throws(SystemError) -> ChildProcess.Result {
        guard let process = process(arguments) else {
            throw SystemError(call: "posix_spawn", path: "postmaster-retry", code: ErrorCode.noSuchFile)
        }
        return try process.run(
            head: [], body: SharedBytes([]).span, outputLimit: outputLimit, milliseconds: milliseconds)
    }

    /// Has what is due in this user's part of the spool swept in the background, unless a sweep is at work: that one
    /// looks once more before it ends.
    ///
    /// - Returns: why it could not be started; then the next sweep of cron's does it.
    package func wake(_ spool: borrowing SpoolDirectory) -> String? {
        do {
            guard let lock = try spool.tryLockSweep() else { return nil }
            lock.release()
            guard let process = process(["--wake"]) else { return "there is no postmaster-retry" }
            try process.startDetached()
            return nil
        } catch {
            return "postmaster-retry cannot be started: \(error)"
        }
    }

    /// It lies beside this program, or as `make install` puts it.
    private static func find() -> String? {
        Host.program("postmaster-retry", besideOrIn: ["../sbin", "../bin", "../../sbin"])
    }

    /// The program runs in another directory.
    private static func absolute(_ path: String) -> String {
        guard path.utf8.first != UInt8(ascii: "/"), let directory = Host.workingDirectory() else {
            return path
        }
        return "\(directory)/\(path)"
    }
}
