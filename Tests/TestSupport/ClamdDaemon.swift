import Glibc
import Platform

/// A clamd(8) of a test's own, with signatures that the test writes; it ends with the object.
package final class ClamdDaemon {
    package static var isInstalled: Bool { unsafe access(program, X_OK) == 0 }
    private static let program = "/usr/sbin/clamd"

    private let directory: TemporaryDirectory
    private var process: RunningProcess?
    private let place: Listener.Place
    package var port: UInt16 { place.port }
    package var socket: String { directory.path("clamd.sock") }
    /// `checks.clamd.server`
    package var local: String { "unix:\(socket)" }
    package var network: String { "127.0.0.1:\(port)" }

    /// - Parameters:
    ///   - signatures: files of a database, by name: see ``signature(_:of:)`` and ``pattern(_:in:)``.
    ///   - settings: more lines of clamd.conf(5).
    package init(signatures: [String: String], settings: [String] = []) throws {
        directory = try TemporaryDirectory()
        place = try Listener.Place()
        try directory.makeDirectory("database")
        try directory.makeDirectory("temporary", permissions: 0o777)
        for (name, text) in signatures { try directory.write("database/\(name)", text) }
        let usual = [
            "Foreground yes", "LocalSocket \(socket)", "LocalSocketMode 666", "TCPAddr 127.0.0.1",
            "TCPSocket \(place.port)", "DatabaseDirectory \(directory.path("database"))",
            "TemporaryDirectory \(directory.path("temporary"))",
        ]
        // What a test sets stands in the place of what is usual.
        let names = settings.map { $0.prefix { $0 != " " } }
        let lines = usual.filter { line in !names.contains(line.prefix { $0 != " " }) } + settings
        try directory.write("clamd.conf", lines.map { $0 + "\n" }.joined())
        try start()
    }

    deinit { stop() }

    /// Starts it, and again after a stop.
    package func start() throws {
        // It would write down its process only after it listens.
        let script = "cd \"$0\" && echo $$ >pid && exec \"$@\" >output 2>&1"
        let words = [script, directory.path, Self.program, "-c", directory.path("clamd.conf")]
        process = try RunningProcess(ChildProcess(path: "/bin/sh", arguments: ["-c"] + words))
        let deadline = Deadline(milliseconds: Patience.long)
        while true {
            do throws(SystemError) {
                _ = try StreamSocket(connectingTo: socket, deadline: deadline)
                _ = try StreamSocket(connectingTo: "127.0.0.1", port: port, deadline: deadline)
                return
            } catch {
                guard !deadline.hasPassed else { throw error }
                pause(milliseconds: 10)
            }
        }
    }

    package func stop() {
        guard let process = process.take() else { return }
        // Stopped, it would not hear.
        freeze(false)
        process.stop()
        _ = process.end(within: 10_000)
    }

    /// Has it stand still, with all connections that come, or go on.
    package func freeze(_ isSo: Bool) {
        guard let id = (try? directory.read("pid")).flatMap({ pid_t($0.filter(\.isNumber)) }) else { return }
        kill(id, isSo ? SIGSTOP : SIGCONT)
    }

    /// What it wrote.
    package var output: String { (try? directory.read("output")) ?? "" }

    /// Names of what it left in its temporary directory.
    package var leavings: [String] {
        (try? Directory(opening: directory.path("temporary")).names()) ?? []
    }

    /// A line of a database `*.hsb`: a whole file, by its hash.
    package static func signature(_ name: String, of file: [UInt8]) -> String {
        "\(hexadecimal(Digest.sha256(file))):\(file.count):\(name):73\n"
    }

    /// A line of a database `*.ndb`: octets anywhere in a file of any kind.
    package static func pattern(_ name: String, in octets: [UInt8]) -> String {
        "\(name):0:*:\(hexadecimal(octets))\n"
    }

    private static func hexadecimal(_ octets: [UInt8]) -> String {
        octets.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
