import Foundation
import Glibc

/// A directory of its own for the length of one test; ``withScratch(_:_:)`` makes and removes it.
struct ScratchDirectory: Sendable {
    let path: String

    enum Place {
        /// Memory, where there is some: no test waits for a disk that it does not test.
        case memory
        case disk
    }

    fileprivate init(_ place: Place) throws {
        let hasMemory = unsafe access("/dev/shm", W_OK) == 0
        let parent =
            place == .memory && hasMemory
            ? "/dev/shm" : URL(fileURLWithPath: NSTemporaryDirectory()).resolvingSymlinksInPath().path
        path = "\(parent)/postmaster-faults-\(getpid())-\(UInt32.random(in: .min ... .max))"
        try makeDirectory(path)
    }

    func directory(_ name: String) throws -> String {
        let inner = "\(path)/\(name)"
        try makeDirectory(inner)
        return inner
    }

    func file(_ name: String, _ bytes: Data) throws -> String {
        let inner = "\(path)/\(name)"
        try bytes.write(to: URL(fileURLWithPath: inner))
        return inner
    }
}

/// Calls `body` with a new directory, which is gone afterwards with all that is in it.
func withScratch<R>(
    _ place: ScratchDirectory.Place = .memory, _ body: (ScratchDirectory) throws -> R
) throws -> R {
    let scratch = try ScratchDirectory(place)
    defer { removeTree(scratch.path) }
    return try body(scratch)
}

struct FileError: Error, CustomStringConvertible {
    let description: String
    init(_ what: String) { description = "\(what): \(unsafe String(cString: strerror(errno)))" }
}

func makeDirectory(_ path: String, mode: mode_t = 0o700) throws {
    guard unsafe mkdir(path, mode) == 0 else { throw FileError("mkdir \(path)") }
}

/// Removes what is there, read-only directories included.
func removeTree(_ path: String) {
    for name in names(in: path) {
        let inner = "\(path)/\(name)"
        guard (unsafe unlink(inner)) != 0 else { continue }
        if errno == EACCES || errno == EPERM { _ = unsafe chmod(path, 0o700) }
        if (unsafe unlink(inner)) != 0 { removeTree(inner) }
    }
    _ = unsafe rmdir(path)
}

/// What a directory holds, in order; nothing for what is no directory.
func names(in directory: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []).sorted()
}

/// The bytes of a file; empty for what cannot be read.
func contents(of path: String) -> Data {
    FileManager.default.contents(atPath: path) ?? Data()
}

func isDirectory(_ path: String) -> Bool {
    var status = stat()
    return unsafe lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
}

/// Every path beneath `root` with its kind, size and, for a file, a digest of what it holds: what a run
/// changed shows as a difference.
func listing(of root: String, except: [String] = []) -> Set<String> {
    var lines: Set<String> = []
    var open = [root]
    while let directory = open.popLast() {
        for name in names(in: directory) {
            let path = "\(directory)/\(name)"
            if except.contains(path) { continue }
            if isDirectory(path) {
                lines.insert("\(path)/")
                open.append(path)
            } else {
                lines.insert("\(path) \(contents(of: path).hashValue)")
            }
        }
    }
    return lines
}
