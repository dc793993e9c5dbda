import Platform
import Sieve

/// Where `include` finds scripts: `NAME.sieve` in the user's directory, or in the site's (RFC 6609 §3.1).
///
/// A script of the user's has to be his own, or the superuser's, and not be for others to write: it is looked at as
/// his main script is.
struct ScriptDirectories: ScriptLibrary {
    /// Nil where there is none.
    let personal: String?
    let global: String?
    let identity: Identity
    /// Bytes of a script.
    let maxScriptSize: Int

    func script(_ name: String, at location: ScriptLocation) -> [UInt8]? {
        guard let directory = location == .personal ? personal : global, Self.isFileName(name) else {
            return nil
        }
        let path = directory + "/" + name + ".sieve"
        guard let file = try? OwnedFileDescriptor(reading: path), let status = try? file.status(path: path),
            (try? PathSafety.checkScript(status, path: path, for: identity)) != nil
        else { return nil }
        return try? file.readAll(limit: maxScriptSize, path: path)
    }

    private static func isFileName(_ name: String) -> Bool {
        let bytes = [UInt8](name.utf8)
        return !bytes.isEmpty && bytes.count <= 200 && bytes.first != UInt8(ascii: ".")
            && bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "/") }
    }
}
