import Platform
import Settings
import Sieve

/// Where `include` finds scripts while one is looked at that is nobody's yet: those of the user beside the
/// script itself, those of the site where a delivery finds them.
struct NeighbouringScripts: ScriptLibrary {
    private let personal: String
    private let global: String
    private let limit: Int

    init(of script: String, _ settings: Configuration.Sieve) {
        let slash = script.utf8.lastIndex(of: UInt8(ascii: "/"))
        personal = slash.map { String(script[..<$0]) + "/" } ?? ""
        global = settings.includeGlobal
        limit = settings.maxScriptSize
    }

    func script(_ name: String, at location: ScriptLocation) -> [UInt8]? {
        guard location == .personal || !global.isEmpty else { return nil }
        let path = (location == .personal ? personal : global + "/") + name + ".sieve"
        return try? OwnedFileDescriptor(reading: path).readAll(limit: limit, path: path)
    }
}
