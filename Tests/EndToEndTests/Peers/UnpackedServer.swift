import Foundation
import Glibc

/// A server whose package was unpacked beside the system, since it could not be installed together with Postfix.
///
/// The absolute paths that were compiled into it are served by a mount namespace of its own, in which folders of a
/// workplace lie over the system's: `/etc` with users of its own, `/run`, `/var/spool`.
final class UnpackedServer {
    let folder: String
    private let workplace: Workplace
    private let program: RunningProgram

    /// Where the server finds its package, whoever it runs as.
    static let root = "/mnt"

    /// Whether `packaging/install-packages unpacked` has unpacked a package.
    static func isUnpacked(_ package: String) -> Bool {
        FileManager.default.fileExists(atPath: place(package))
    }

    private static func place(_ package: String) -> String {
        "\(Program.packageRoot)/.build-peers/\(package)"
    }

    /// What it runs as, and owns; the number is no one else's.
    static let user = UserID(user: 61001, group: 61001)

    /// - Parameters:
    ///   - name: of its folder in the workplace.
    ///   - users: names; the first one has the number of ``user``, the next ones follow.
    ///   - files: contents by path beneath `/etc`.
    ///   - folders: owners by path beneath the server's folder, made before it starts.
    ///   - mounts: what lies over a directory of the system, in addition to the usual.
    ///   - port: that it listens on when it has started.
    init(
        _ workplace: Workplace, _ name: String, package: String, users: [String], files: [String: String],
        folders: [(path: String, mode: Int, owner: UserID)], mounts: [(from: String, to: String)],
        command: [String], port: UInt16
    ) throws {
        self.workplace = workplace
        folder = try workplace.makeDirectory(name, mode: 0o755)
        for folder in ["etc", "run", "spool"] {
            try workplace.makeDirectory("\(name)/\(folder)", mode: 0o755)
        }
        for (path, mode, owner) in folders {
            try workplace.makeDirectory("\(name)/\(path)", mode: mode, owner: owner)
        }
        try Self.writeSystemFiles(workplace, "\(name)/etc", users)
        for (path, contents) in files {
            let directory = (path as NSString).deletingLastPathComponent
            if !directory.isEmpty { try workplace.makeDirectory("\(name)/etc/\(directory)", mode: 0o755) }
            try workplace.write(contents, to: "\(name)/etc/\(path)")
        }
        let usual = ["etc": "/etc", "run": "/run", "spool": "/var/spool"]
        let all =
            [(from: Self.place(package), to: Self.root)]
            + usual.map { (from: workplace["\(name)/\($0)"], to: $1) } + mounts
        let script = """
            set -e
            exec >"$1" 2>&1
            shift
            while [ "$1" != -- ]; do mount --bind "$1" "$2"; shift 2; done
            shift
            exec "$@"
            """
        program = try RunningProgram(
            "/usr/bin/unshare",
            ["--mount", "--propagation", "private", "/bin/sh", "-c", script, "sh", "\(folder)/output"]
                + all.flatMap { [$0.from, $0.to] } + ["--"] + command)
        guard try eventually(20, { (try? Connection(port: port)) != nil }) else {
            program.send(SIGTERM)
            _ = try? program.wait(10)
            throw Obstacle("\(name) does not start: \(output)")
        }
    }

    deinit {
        program.send(SIGTERM)
        _ = try? program.wait(10)
    }

    /// What it wrote to standard output and error.
    var output: String { workplace.read("\((folder as NSString).lastPathComponent)/output") }

    private static func writeSystemFiles(_ workplace: Workplace, _ etc: String, _ users: [String]) throws {
        for name in ["nsswitch.conf", "hosts", "services", "protocols", "ld.so.cache"] {
            guard let contents = FileManager.default.contents(atPath: "/etc/\(name)") else { continue }
            try contents.write(to: URL(fileURLWithPath: workplace["\(etc)/\(name)"]))
        }
        var passwd = "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534::/nonexistent:/bin/sh\n"
        var group = "root:x:0:\nnogroup:x:65534:\n"
        for (index, name) in users.enumerated() {
            let number = Int(user.user) + index
            passwd += "\(name):x:\(number):\(number)::/nonexistent:/bin/sh\n"
            group += "\(name):x:\(number):\n"
        }
        try workplace.write(passwd, to: "\(etc)/passwd")
        try workplace.write(group, to: "\(etc)/group")
        // No name is looked up anywhere else.
        try workplace.write("", to: "\(etc)/resolv.conf")
    }
}
