extension Host {
    /// The file that this process runs; nil if it cannot be told. A file that was replaced meanwhile is named as if it
    /// still were there.
    package static func programPath() -> String? {
        guard let directory = try? Directory(opening: "/proc/self"),
            let path = try? directory.readLink("exe"), path.utf8.first == UInt8(ascii: "/")
        else { return nil }
        return path.hasSuffix(" (deleted)") ? String(path.dropLast(10)) : path
    }

    /// A program of this name that lies beside the one that this process runs, or in one of the directories seen from
    /// there; nil if there is none.
    package static func program(_ name: String, besideOrIn directories: [String]) -> String? {
        guard let own = programPath(), let slash = own.utf8.lastIndex(of: UInt8(ascii: "/")) else {
            return nil
        }
        let here = String(own[..<slash])
        let candidates = ([here] + directories.map { "\(here)/\($0)" }).map { "\($0)/\(name)" }
        return candidates.first { (try? FileStatus.of($0))?.kind == .regular }
    }
}
