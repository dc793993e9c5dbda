import Platform
import Sieve

/// Scripts that others include: those beside the file of tests, in `included` and `included-global`.
struct FolderLibrary: ScriptLibrary {
    let directory: String

    func script(_ name: String, at location: ScriptLocation) -> [UInt8]? {
        let folder =
            switch location {
            case .personal: "included"
            case .global: "included-global"
            }
        // The engine has made sure of that; a second look costs nothing.
        guard !name.utf8.contains(UInt8(ascii: "/")) else { return nil }
        let path = "\(directory)/\(folder)/\(name).sieve"
        return try? OwnedFileDescriptor(reading: path).readAll(limit: TestFile.sizeLimit, path: path)
    }
}
