extension Host {
    /// The file that this process runs; nil if it cannot be told. A file that was replaced meanwhile is named as if it
    /// still were there.
    package static func programPath() -> String? {
        guard let directory = try? Directory(opening: "/proc/self"),
            let path = try? directory.readLink("exe"), path.utf8.first == UInt8(ascii: "/")
        else { return nil }
        return path.hasSuffix(" (deleted)") ? String(path.dropLast(10)) : path
    }
}
