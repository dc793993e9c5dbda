import Foundation

/// A temporary directory that other users may enter, with the programs under test in it; removed at its end.
///
/// The programs are copied there, since the place they were built in may be closed to other users.
final class Workplace: Sendable {
    let path: String

    init() throws {
        path =
            "/tmp/postmaster-e2e-\(ProcessInfo.processInfo.processIdentifier)-\(UInt32.random(in: 0...UInt32.max))"
        try makeDirectory("", mode: 0o755)
        try makeDirectory("bin", mode: 0o755)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// The path of something in here.
    subscript(name: String) -> String { name.isEmpty ? path : path + "/" + name }

    /// The path of a copy of a program under test.
    func program(_ program: Program) throws -> String {
        let copy = self["bin/\(program.rawValue)"]
        if !FileManager.default.fileExists(atPath: copy) {
            // Copied by another process: a program that is open for writing in this one, and so in all that it
            // starts at that moment, could not be executed.
            try succeed("/bin/cp", [try program.path(), copy])
        }
        return copy
    }

    /// The path of a link to `postmaster` under another agent's name.
    func link(_ name: String) throws -> String {
        let link = self["bin/\(name)"]
        try FileManager.default.createSymbolicLink(
            atPath: link, withDestinationPath: try program(.postmaster))
        return link
    }

    @discardableResult
    func makeDirectory(_ name: String, mode: Int = 0o700, owner: UserID? = nil) throws -> String {
        try FileManager.default.createDirectory(atPath: self[name], withIntermediateDirectories: true)
        try setMode(name, mode, owner)
        return self[name]
    }

    @discardableResult
    func write(_ text: String, to name: String, mode: Int = 0o644, owner: UserID? = nil) throws -> String {
        try Data(text.utf8).write(to: URL(fileURLWithPath: self[name]))
        try setMode(name, mode, owner)
        return self[name]
    }

    func read(_ name: String) -> String {
        String(decoding: FileManager.default.contents(atPath: self[name]) ?? Data(), as: UTF8.self)
    }

    func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: self[name]) }

    private func setMode(_ name: String, _ mode: Int, _ owner: UserID?) throws {
        var attributes: [FileAttributeKey: Any] = [.posixPermissions: mode]
        if let owner {
            attributes[.ownerAccountID] = Int(owner.user)
            attributes[.groupOwnerAccountID] = Int(owner.group)
        }
        try FileManager.default.setAttributes(attributes, ofItemAtPath: self[name])
    }
}

/// A user and the group that goes with it, by number.
struct UserID: Equatable, Sendable {
    let user: UInt32
    let group: UInt32

    /// The system's `nobody`, who owns nothing.
    static let nobody = UserID(user: 65534, group: 65534)
}

/// What stands in the way of a test, in words.
struct Obstacle: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
