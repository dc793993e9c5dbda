import Foundation
import Glibc

/// The programs under test: those of `POSTMASTER_BIN`, else what `make release` put into `.build/release`.
enum Program: String, CaseIterable, Sendable {
    case postmaster
    case attachments = "postmaster-attachments"
    case retry = "postmaster-retry"
    case control = "postmasterctl"

    static let packageRoot: String = {
        var folder = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        for _ in 0..<4 { folder.deleteLastPathComponent() }
        return folder.path
    }()

    func path() throws -> String {
        let folder =
            ProcessInfo.processInfo.environment["POSTMASTER_BIN"] ?? Self.packageRoot + "/.build/release"
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
        throw Obstacle(
            "\(program) \(arguments.joined(separator: " ")) ended with \(completed.status): \(completed.errors)"
        )
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
