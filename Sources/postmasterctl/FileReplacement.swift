import Platform

/// A file that is written anew: whoever reads it sees all of the old one or all of the new one.
enum FileReplacement {
    static func put(_ bytes: Span<UInt8>, at path: String) throws(SystemError) {
        let slash = path.utf8.lastIndex(of: UInt8(ascii: "/"))
        let directory = try Directory(opening: slash.map { String(path[...$0]) } ?? ".")
        let name = slash.map { String(path[path.utf8.index(after: $0)...]) } ?? path
        let new = ".\(name).\(String(Host.random(), radix: 36))"
        let file = try directory.createFile(new, permissions: 0o644)
        do throws(SystemError) {
            try file.write(bytes, path: path)
            try file.close(path: path)
            try directory.rename(new, to: name, in: directory)
        } catch {
            try? directory.removeFile(new)
            throw error
        }
    }
}
