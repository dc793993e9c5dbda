import Glibc
package import Platform

/// A directory that one test has for itself, and that goes with it.
package final class TemporaryDirectory: Sendable {
    package let path: String

    package init() throws {
        let name = "postmaster-test-" + String(Host.random(), radix: 36)
        try Directory(opening: "/tmp").makeDirectory(name, permissions: 0o755)
        path = "/tmp/" + name
        // Whatever the file creation mask is.
        try setPermissions(".", 0o755)
    }

    deinit { Self.removeTree(path) }

    package func open() throws -> Directory { try Directory(opening: path) }

    /// The path of a name, or of a path, in it.
    package func path(_ name: String) -> String { path + "/" + name }

    @discardableResult
    package func makeDirectory(_ name: String, permissions: UInt32 = 0o755) throws -> String {
        try open().makeDirectory(name, permissions: 0o700)
        try setPermissions(name, permissions)
        return path(name)
    }

    @discardableResult
    package func write(_ name: String, _ text: String, permissions: UInt32 = 0o644) throws -> String {
        if permissions & 0o111 == 0 {
            let file = try open().openOrCreateFile(name, .write, permissions: 0o600)
            try file.truncate(to: 0, path: name)
            try file.write(Array(text.utf8), path: name)
        } else {
            try writeProgram(name, text)
        }
        try setPermissions(name, permissions)
        return path(name)
    }

    /// A program cannot be run while somebody has it open for writing (`ETXTBSY`). Of a descriptor of ours, the program
    /// that a neighbour is just starting would have a copy: so another process writes it.
    private func writeProgram(_ name: String, _ text: String) throws {
        let writer = ChildProcess(path: "/bin/sh", arguments: ["-c", "exec cat >\"$0\"", path(name)])
        let text = Array(text.utf8)
        let result = try writer.run(head: [], body: text.span, milliseconds: 60_000)
        guard result.ending == .exited(0) else {
            throw SystemError(call: "write", path: path(name), code: EIO)
        }
    }

    package func read(_ name: String) throws -> String {
        let bytes = try OwnedFileDescriptor(reading: path(name)).readAll(limit: 1 << 20, path: name)
        return String(decoding: bytes, as: UTF8.self)
    }

    @discardableResult
    package func link(_ name: String, to target: String) throws -> String {
        guard unsafe symlink(target, path(name)) == 0 else {
            throw SystemError(call: "symlink", path: name, code: errno)
        }
        return path(name)
    }

    package func setPermissions(_ name: String, _ permissions: UInt32) throws {
        guard unsafe chmod(path(name), permissions) == 0 else {
            throw SystemError(call: "chmod", path: name, code: errno)
        }
    }

    /// Gives a name in it away; a link itself, not its target. Root alone can.
    package func setOwner(_ name: String, _ user: UInt32, _ group: UInt32) throws {
        guard unsafe lchown(path(name), user, group) == 0 else {
            throw SystemError(call: "lchown", path: name, code: errno)
        }
    }

    private static func removeTree(_ path: String) {
        if let directory = try? Directory(opening: path), let names = try? directory.names() {
            for name in names {
                let status = try? directory.status(of: name)
                if status?.kind == .directory {
                    removeTree(path + "/" + name)
                } else {
                    try? directory.removeFile(name)
                }
            }
        }
        _ = unsafe rmdir(path)
    }
}

/// Whether tests may give files away and become somebody else.
package let isSuperuser = Identity.current().isSuperuser
