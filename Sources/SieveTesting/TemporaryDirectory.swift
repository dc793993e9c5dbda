import Platform

/// A directory that nobody else knows, and that goes with all that is in it.
final class TemporaryDirectory {
    let path: String
    private let name: String
    private let parent: Directory

    /// Levels and entries that are removed; a mail store has far fewer.
    private static let depth = 16
    private static let entries = 100_000

    init() throws(SystemError) {
        let base = Environment.value("TMPDIR") ?? "/tmp"
        parent = try Directory(opening: base)
        name = "postmaster-sieve-test-\(Host.processIdentifier())-\(String(Host.random(), radix: 16))"
        try parent.makeDirectory(name, permissions: 0o700)
        path = parent.path(of: name)
    }

    deinit {
        try? Self.remove(name, from: parent, depth: 0)
    }

    private static func remove(
        _ name: String, from parent: borrowing Directory, depth: Int
    ) throws(SystemError) {
        guard depth < self.depth else { return }
        let directory = try parent.openDirectory(name)
        for entry in try directory.names(limit: entries) {
            if try directory.status(of: entry).kind == .directory {
                try remove(entry, from: directory, depth: depth + 1)
            } else {
                try directory.removeFile(entry)
            }
        }
        try parent.removeDirectory(name)
    }
}
