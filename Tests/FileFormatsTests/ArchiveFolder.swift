import Platform
import TestSupport

/// A folder of files that the system's own programs pack.
struct ArchiveFolder {
    let directory: TemporaryDirectory

    /// - Parameter files: names and contents, in the folder `d`.
    init(_ files: [(name: String, contents: String)]) throws {
        directory = try TemporaryDirectory()
        try directory.makeDirectory("d")
        for file in files { try directory.write("d/" + file.name, file.contents) }
    }

    /// What `program` makes of the folder in the file of this name.
    func pack(_ program: String, _ arguments: [String], into name: String = "archive") throws -> [UInt8] {
        let nothing: [UInt8] = []
        let result = try ChildProcess(
            path: program, arguments: arguments,
            environment: ["PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8"], workingDirectory: directory.path
        ).run(head: [], body: nothing.span, milliseconds: 30_000)
        guard result.ending == .exited(0) else {
            throw PackingFailure(words: "\(program): \(String(decoding: result.output, as: UTF8.self))")
        }
        return try OwnedFileDescriptor(reading: directory.path(name)).readAll(limit: 1 << 26, path: name)
    }

    struct PackingFailure: Error {
        let words: String
    }
}
