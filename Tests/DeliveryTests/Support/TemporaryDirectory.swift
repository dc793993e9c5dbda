import Platform

/// A directory that one test has for itself, and that goes with it.
final class TemporaryDirectory: Sendable {
    let path: String
    private let isOwned: Bool

    /// One that another process will remove.
    init(lent path: String) {
        self.path = path
        isOwned = false
    }

    init() throws {
        let name = "postmaster-delivery-test-" + String(Host.random(), radix: 36)
        try Directory(opening: "/tmp").makeDirectory(name, permissions: 0o755)
        path = "/tmp/" + name
        isOwned = true
        // Whatever the file creation mask is.
        try Directory(opening: path).descriptor.setPermissions(0o755, path: path)
    }

    deinit { if isOwned { Self.remove(path) } }

    func path(_ name: String) -> String { path + "/" + name }

    @discardableResult
    func makeDirectory(_ name: String, permissions: UInt32 = 0o755) throws -> String {
        let root = try Directory(opening: path)
        try root.makeDirectory(name, permissions: 0o700)
        try root.openDirectory(name).descriptor.setPermissions(permissions, path: name)
        return path(name)
    }

    @discardableResult
    func write(_ name: String, _ bytes: [UInt8], permissions: UInt32 = 0o644) throws -> String {
        let file = try Directory(opening: path).openOrCreateFile(name, .write, permissions: 0o600)
        try file.truncate(to: 0, path: name)
        try file.write(bytes, path: name)
        try file.setPermissions(permissions, path: name)
        return path(name)
    }

    @discardableResult
    func write(_ name: String, _ text: String, permissions: UInt32 = 0o644) throws -> String {
        try write(name, Array(text.utf8), permissions: permissions)
    }

    func bytes(_ name: String) throws -> [UInt8] {
        try OwnedFileDescriptor(reading: path(name)).readAll(limit: 1 << 26, path: name)
    }

    func text(_ name: String) throws -> String { String(decoding: try bytes(name), as: UTF8.self) }

    /// The names in a directory of it, sorted; none where there is no such directory.
    func names(_ name: String) -> [String] {
        ((try? Directory(opening: path(name)).names()) ?? []).sorted()
    }

    func exists(_ name: String) -> Bool { (try? FileStatus.of(path(name), followingLinks: false)) != nil }

    /// A program of a few lines of shell.
    ///
    /// Another process writes it: a copy of the descriptor in a child of another test would make it busy.
    func writeProgram(_ name: String, _ lines: String) throws {
        try run(
            "/bin/sh", "-c", "printf '%s\\n' '#!/bin/sh' \"$2\" >\"$1\" && chmod 755 \"$1\"", "sh",
            path(name), lines)
    }

    private static func remove(_ path: String) {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return }
        if let directory = try? Directory(opening: path) {
            for name in (try? directory.names()) ?? [] {
                if (try? directory.status(of: name))?.kind == .directory {
                    remove(path + "/" + name)
                } else {
                    try? directory.removeFile(name)
                }
            }
        }
        try? Directory(opening: String(path[..<slash])).removeDirectory(String(path[slash...].dropFirst()))
    }
}

/// Runs a program that must succeed.
@discardableResult
func run(_ program: String, _ arguments: String...) throws -> [UInt8] {
    let result = try ChildProcess(path: program, arguments: arguments).run(
        head: [], body: [UInt8]().span, milliseconds: 60_000)
    guard result.ending == .exited(0) else { throw ProgramFailure(result: result) }
    return result.output
}

struct ProgramFailure: Error {
    let result: ChildProcess.Result
}

/// Whether tests may become somebody else.
let isSuperuser = Identity.current().isSuperuser
