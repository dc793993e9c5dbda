import Foundation
import Glibc

/// A program while it runs; what it writes is kept in files, so that it never waits for a reader.
///
/// Foundation's `Process` is not used: it learns of a program's end only when all that the program started have
/// ended, too, and leaves descriptors of other tests open in it.
final class RunningProgram {
    private let words: [String]
    private let id: pid_t
    private let files: String

    /// What a program is started with, beside its words.
    struct Setup {
        var input = Data()
        /// In place of `input`.
        var pipe: OpenPipe?
        /// Takes standard output and standard error.
        var errors: OpenPipe?
        var environment = [
            "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8", "SWIFT_BACKTRACE": "enable=no",
        ]
        var user: UserID?
        var directory = "/"
    }

    init(_ program: String, _ arguments: [String], setup: Setup = Setup()) throws {
        // A reader that goes away is told of by an error, not by a signal.
        signal(SIGPIPE, SIG_IGN)
        var words = [program] + arguments
        if let user = setup.user, isRoot {
            let change = ["--reuid=\(user.user)", "--regid=\(user.group)", "--clear-groups", "--"]
            words = ["/usr/bin/setpriv"] + change + words
        }
        if setup.directory != "/" { words = ["/usr/bin/env", "--chdir=\(setup.directory)"] + words }
        self.words = words
        files = "/tmp/postmaster-e2e-run-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
        for (suffix, contents) in [("in", setup.input), ("out", Data()), ("err", Data())] {
            try contents.write(to: URL(fileURLWithPath: "\(files).\(suffix)"))
        }
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        if let pipe = setup.pipe {
            unsafe posix_spawn_file_actions_adddup2(&actions, pipe.readEnd, 0)
        } else {
            unsafe posix_spawn_file_actions_addopen(&actions, 0, "\(files).in", O_RDONLY, 0)
        }
        for (descriptor, suffix) in [(Int32(1), "out"), (Int32(2), "err")] {
            if let errors = setup.errors {
                unsafe posix_spawn_file_actions_adddup2(&actions, errors.writeEnd, descriptor)
            } else {
                unsafe posix_spawn_file_actions_addopen(
                    &actions, descriptor, "\(files).\(suffix)", O_WRONLY, 0)
            }
        }
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        unsafe sigfillset(&signals)
        unsafe posix_spawnattr_setsigdefault(&attributes, &signals)
        unsafe sigemptyset(&signals)
        unsafe posix_spawnattr_setsigmask(&attributes, &signals)
        unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))

        let environment = setup.environment.map { "\($0)=\($1)" }
        let argumentPointers = unsafe words.map { unsafe strdup($0) } + [nil]
        let environmentPointers = unsafe environment.map { unsafe strdup($0) } + [nil]
        defer {
            unsafe argumentPointers.forEach { unsafe free($0) }
            unsafe environmentPointers.forEach { unsafe free($0) }
        }
        var child: pid_t = 0
        let error = starting.withLock {
            unsafe posix_spawn(&child, words[0], &actions, &attributes, argumentPointers, environmentPointers)
        }
        guard error == 0 else { throw Obstacle("cannot start \(words[0]): error \(error)") }
        id = child
        setup.pipe?.closeReadEnd()
    }

    deinit {
        for suffix in ["in", "out", "err"] {
            try? FileManager.default.removeItem(atPath: "\(files).\(suffix)")
        }
    }

    func send(_ signal: Int32) { kill(id, signal) }

    /// Waits for the end; a program that takes longer than `seconds` is killed, which is an error.
    func wait(_ seconds: Double = 60) throws -> Completed {
        let deadline = Date(timeIntervalSinceNow: seconds)
        var status: Int32 = 0
        while unsafe waitpid(id, &status, WNOHANG) == 0 {
            if Date() > deadline {
                send(SIGKILL)
                unsafe waitpid(id, &status, 0)
                throw Obstacle("\(words) did not end within \(seconds) s: \(text("out"))\(text("err"))")
            }
            usleep(1000)
        }
        let signal = status & 0x7f
        return Completed(
            status: signal == 0 ? status >> 8 & 0xff : signal, wasKilled: signal != 0, output: text("out"),
            errors: text("err"))
    }

    private func text(_ suffix: String) -> String {
        String(decoding: FileManager.default.contents(atPath: "\(files).\(suffix)") ?? Data(), as: UTF8.self)
    }
}

/// Held while a program is started, or a pipe has an end that a program would inherit.
private let starting = NSLock()

/// A pipe, of which no other program keeps an end.
final class OpenPipe {
    private(set) var readEnd: Int32
    private(set) var writeEnd: Int32

    init() throws {
        var ends: [Int32] = [-1, -1]
        let isMade = starting.withLock {
            guard unsafe pipe(&ends) == 0 else { return false }
            return ends.allSatisfy { fcntl($0, F_SETFD, FD_CLOEXEC) == 0 }
        }
        guard isMade else { throw Obstacle("no pipe") }
        (readEnd, writeEnd) = (ends[0], ends[1])
    }

    deinit {
        closeReadEnd()
        closeWriteEnd()
    }

    func closeReadEnd() {
        if readEnd >= 0 { close(readEnd) }
        readEnd = -1
    }

    func closeWriteEnd() {
        if writeEnd >= 0 { close(writeEnd) }
        writeEnd = -1
    }

    /// As Postfix makes the pipe that it reads errors from: small, and not waiting; and then full.
    func fill() {
        _ = fcntl(writeEnd, 1031 /* F_SETPIPE_SZ */, 4096)
        _ = fcntl(writeEnd, F_SETFL, O_NONBLOCK)
        let bytes = [UInt8](repeating: 0x78, count: 4096)
        _ = unsafe Glibc.write(writeEnd, bytes, bytes.count)
    }

    /// Writes all of it; an error if nobody reads any more.
    func write(_ data: Data) throws {
        var rest = Array(data)[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(writeEnd, $0.baseAddress, $0.count) }
            guard count > 0 else { throw Obstacle("nobody reads: error \(errno)") }
            rest = rest.dropFirst(count)
        }
    }
}
