import Foundation
import Glibc

/// The programs under test: those of `POSTMASTER_BIN`, else what `make release` put into `.build/release`.
enum Program: String, CaseIterable, Sendable {
    case postmaster
    case retry = "postmaster-retry"
    case control = "postmasterctl"

    static let packageRoot = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path

    func path() throws -> String {
        let folder = ProcessInfo.processInfo.environment["POSTMASTER_BIN"] ?? Self.packageRoot + "/.build/release"
        let path = folder + "/" + rawValue
        guard FileManager.default.isExecutableFile(atPath: path) else {
            throw Obstacle("there is no program \(path): run `make release` first, or set POSTMASTER_BIN")
        }
        return path
    }
}

/// How a program ended, and what it wrote.
struct Completed {
    let status: Int32
    let wasKilled: Bool
    let output: String
    let errors: String

    /// For comparisons in which being killed is no status.
    var code: Int32? { wasKilled ? nil : status }
}

/// A program while it runs; what it writes is kept in files, so that it never waits for a reader.
final class RunningProgram {
    let process = Process()
    private let outputs: String

    init(_ program: String, _ arguments: [String], setup: Setup = Setup()) throws {
        // A reader that goes away is told of by an error, not by a signal.
        signal(SIGPIPE, SIG_IGN)
        outputs = "/tmp/postmaster-e2e-run-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
        var words = [program] + arguments
        if let user = setup.user, geteuid() == 0 {
            words =
                ["/usr/bin/setpriv", "--reuid=\(user.user)", "--regid=\(user.group)", "--clear-groups", "--"] + words
        }
        process.executableURL = URL(fileURLWithPath: words[0])
        process.arguments = Array(words.dropFirst())
        process.environment = setup.environment
        process.currentDirectoryURL = URL(fileURLWithPath: setup.directory)
        for (suffix, contents) in [("in", setup.input), ("out", Data()), ("err", Data())] {
            try contents.write(to: URL(fileURLWithPath: "\(outputs).\(suffix)"))
        }
        process.standardInput = setup.pipe ?? FileHandle(forReadingAtPath: "\(outputs).in")
        process.standardOutput = setup.errors ?? FileHandle(forWritingAtPath: "\(outputs).out")
        process.standardError = setup.errors ?? FileHandle(forWritingAtPath: "\(outputs).err")
        try process.run()
    }

    /// What a program is started with, beside its words.
    struct Setup {
        var input = Data()
        /// In place of `input`.
        var pipe: Pipe?
        /// Takes standard output and standard error.
        var errors: FileHandle?
        var environment = ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8", "SWIFT_BACKTRACE": "enable=no"]
        var user: UserID?
        var directory = "/"
    }

    func send(_ signal: Int32) { kill(process.processIdentifier, signal) }

    /// Waits for the end; a program that takes longer than `seconds` is killed, which is an error.
    func wait(_ seconds: Double = 60) throws -> Completed {
        let deadline = Date(timeIntervalSinceNow: seconds)
        while process.isRunning {
            if Date() > deadline {
                send(SIGKILL)
                throw Obstacle("\(process.arguments ?? []) did not end within \(seconds) s")
            }
            usleep(2000)
        }
        defer { for suffix in ["out", "err", "in"] { try? FileManager.default.removeItem(atPath: "\(outputs).\(suffix)") } }
        return Completed(
            status: process.terminationStatus, wasKilled: process.terminationReason == .uncaughtSignal,
            output: Self.text("\(outputs).out"), errors: Self.text("\(outputs).err"))
    }

    private static func text(_ path: String) -> String {
        String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
    }
}

/// Runs a program to its end.
@discardableResult
func run(
    _ program: String, _ arguments: [String], input: Data = Data(), user: UserID? = nil,
    environment: [String: String] = [:], directory: String = "/", seconds: Double = 60
) throws -> Completed {
    var setup = RunningProgram.Setup()
    setup.input = input
    setup.user = user
    setup.directory = directory
    setup.environment.merge(environment) { $1 }
    return try RunningProgram(program, arguments, setup: setup).wait(seconds)
}

/// Runs a program of the system, which has to succeed.
@discardableResult
func succeed(_ program: String, _ arguments: [String], seconds: Double = 60) throws -> String {
    let completed = try run(program, arguments, seconds: seconds)
    guard completed.code == 0 else {
        throw Obstacle("\(program) \(arguments.joined(separator: " ")) ended with \(completed.status): \(completed.errors)")
    }
    return completed.output
}

/// Waits until something is so.
func eventually(_ seconds: Double = 20, _ isSo: () throws -> Bool) throws -> Bool {
    let deadline = Date(timeIntervalSinceNow: seconds)
    repeat {
        if try isSo() { return true }
        usleep(50000)
    } while Date() < deadline
    return false
}

/// Whether tests may start servers and become other users.
let isRoot = geteuid() == 0
