import Platform

extension Directory {
    /// Makes a directory in it that only its owner may enter, unless there is one. Not yet durable.
    func makeDirectoryIfMissing(_ name: String) throws(SystemError) {
        do throws(SystemError) {
            try makeDirectory(name, permissions: 0o700)
        } catch {
            guard error.code == ErrorCode.exists else { throw error }
        }
    }

    /// Makes the directory at `path`, and what is missing above it, durably; gives it open.
    ///
    /// - Parameter permissions: of the directory itself, whatever the process's mask; those above get 755.
    static func make(_ path: String, permissions: UInt32) throws(SystemError) -> Directory {
        let (parentPath, name) = split(path)
        guard let name else { return try Directory(opening: parentPath) }
        let parent = try openOrMake(parentPath)
        let isOurs: Bool
        do throws(SystemError) {
            try parent.makeDirectory(name, permissions: permissions)
            isOurs = true
        } catch {
            guard error.code == ErrorCode.exists else { throw error }
            isOurs = false
        }
        let made = try parent.openDirectory(name)
        if isOurs { try made.descriptor.setPermissions(permissions, path: made.path) }
        try parent.synchronize()
        return made
    }

    private static func openOrMake(_ path: String) throws(SystemError) -> Directory {
        do throws(SystemError) {
            return try Directory(opening: path)
        } catch {
            guard error.code == ErrorCode.noSuchFile else { throw error }
            return try make(path, permissions: 0o755)
        }
    }

    /// The path of the directory above, and the name in it; no name for the root and for an empty path.
    private static func split(_ path: String) -> (parent: String, name: String?) {
        var text = Substring(path)
        while text.utf8.count > 1, text.utf8.last == UInt8(ascii: "/") { text.removeLast() }
        guard !text.isEmpty, text != "/" else { return ("/", nil) }
        guard let slash = text.lastIndex(of: "/") else { return (".", String(text)) }
        let parent = text[..<slash]
        return (parent.isEmpty ? "/" : String(parent), String(text[text.index(after: slash)...]))
    }
}
