import Foundation

/// The release programs under test: from the directory that `POSTMASTER_BIN` names, else from the package's
/// own release build.
enum Binaries {
    struct Missing: Error, CustomStringConvertible {
        let path: String
        var description: String {
            "\(path) is missing: build it first (`swift build -c release`), or name its directory in POSTMASTER_BIN"
        }
    }

    static func path(of program: String) throws -> String {
        let path = "\(directory)/\(program)"
        guard FileManager.default.isExecutableFile(atPath: path) else { throw Missing(path: path) }
        return path
    }

    static func strace() throws -> String {
        for path in ["/usr/bin/strace", "/bin/strace", "/usr/local/bin/strace"]
        where FileManager.default.isExecutableFile(atPath: path) {
            return path
        }
        throw Missing(path: "/usr/bin/strace")
    }

    private static var directory: String {
        if let named = ProcessInfo.processInfo.environment["POSTMASTER_BIN"], !named.isEmpty { return named }
        var source = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        for _ in 0..<4 { source.deleteLastPathComponent() }
        return source.appendingPathComponent(".build/release").path
    }
}
