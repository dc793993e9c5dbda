import Glibc
import Platform

/// A daemon of a test's own, with all that it starts; it ends with the object.
final class SpamDaemon {
    let directory: TemporaryDirectory
    private let command: [String]
    private let sockets: [String]
    private let place: Listener.Place
    private var process: RunningProcess?

    /// - Parameters:
    ///   - directory: has its configuration, and takes what it writes.
    ///   - sockets: that it listens on when it has started, beside its port of loopback.
    init(_ directory: TemporaryDirectory, _ command: [String], sockets: [String], place: Listener.Place) {
        self.directory = directory
        self.command = command
        self.sockets = sockets
        self.place = place
    }

    deinit { stop() }

    func start() throws {
        let script = "cd \"$0\" && echo $$ >pid && exec \"$@\" >output 2>&1"
        process = try RunningProcess(
            ChildProcess(
                path: "/bin/sh", arguments: ["-c", script, directory.path] + command,
                environment: ["PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=\(directory.path("home"))"]))
        let deadline = Deadline(milliseconds: Patience.long)
        while true {
            do throws(SystemError) {
                for socket in sockets { _ = try StreamSocket(connectingTo: socket, deadline: deadline) }
                _ = try StreamSocket(connectingTo: "127.0.0.1", port: place.port, deadline: deadline)
                return
            } catch {
                guard !deadline.hasPassed else { throw error }
                pause(milliseconds: 10)
            }
        }
    }

    func stop() {
        guard let process = process.take() else { return }
        // Stopped, it would not hear.
        freeze(false)
        process.stop()
        _ = process.end(within: 10_000)
        // Its children may listen a moment longer than it.
        guard let id else { return }
        let deadline = Deadline(milliseconds: 10_000)
        while kill(-id, SIGKILL) == 0, !deadline.hasPassed { pause(milliseconds: 5) }
    }

    func freeze(_ isSo: Bool) {
        if let id { kill(-id, isSo ? SIGSTOP : SIGCONT) }
    }

    /// Of its process group.
    private var id: pid_t? {
        let id = (try? directory.read("pid")).flatMap { pid_t($0.filter(\.isNumber)) }
        return id.flatMap { $0 > 1 ? $0 : nil }
    }

    var output: String { (try? directory.read("output")) ?? "" }
}
