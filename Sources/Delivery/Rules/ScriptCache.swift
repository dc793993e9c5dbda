import Platform
import Settings

/// Images of users' own scripts, so that a delivery need not compile a long script.
///
/// Only ever a cache: the engine takes nothing from an image that does not belong to the very octets of the script
/// (`SieveCompiler.program(from:source:name:)`). Whatever is wrong with the cache, from a missing directory to a
/// file that another user owns, the script is compiled, and nothing is different but the time it takes. Scripts
/// of the site are never taken from it: a user could make an image that leaves out the site's rules.
///
/// A script has one file, named by a hash of the script's path, so the cache is no larger than the scripts.
struct ScriptCache {
    /// Where the files are, and what they are called.
    private enum Place {
        case directory(String)
        /// Files among those of the Maildir, for who has no home: IMAP servers take no file there for a mailbox.
        case maildir(String)
    }

    private let place: Place?
    private let owner: UInt32

    init(configuration: Configuration, destination: Destination) {
        owner = destination.identity.user
        guard let template = configuration.sieve.cache else {
            place = nil
            return
        }
        let path = try? template.expanded(user: destination.userName, home: destination.home)
        // In a home that is the Maildir a directory might be shown as a mailbox.
        if let path, template.isUnderHome ? destination.home != destination.mailRoot : true {
            place = .directory(path)
        } else {
            place = .maildir(destination.mailRoot)
        }
    }

    /// Nothing larger is read: it is no image of a script that could be read.
    private static let sizeLimit = 1 << 26
    /// Seconds after which a file that was being written has been left behind.
    private static let staleAfter = 60

    /// The octets in the script's file; nil unless they can be an image that this user made.
    func image(ofScriptAt path: String) -> SharedBytes? {
        guard let place, let directory = try? Self.directory(place) else { return nil }
        let name = Self.name(ofScriptAt: path, place)
        guard let file = try? directory.openFile(name), let status = try? file.status(path: name),
            status.kind == .regular, status.owner == owner, status.permissions & 0o022 == 0,
            status.size <= Self.sizeLimit,
            let image = try? SharedBytes(reading: file, count: status.size, path: name),
            image.count == status.size
        else { return nil }
        return image
    }

    /// Keeps the image, if it can be kept.
    func store(_ image: SharedBytes, ofScriptAt path: String) {
        guard let place, image.count <= Self.sizeLimit, let directory = try? Self.created(place) else {
            return
        }
        let name = Self.name(ofScriptAt: path, place)
        let temporary = name + ".new"
        guard let file = try? Self.created(temporary, in: directory) else { return }
        do throws(SystemError) {
            try file.write(image.span, path: temporary)
            // Not synchronized: what a crash leaves behind is no image.
            try directory.rename(temporary, to: name, in: directory)
        } catch {
            try? directory.removeFile(temporary)
        }
    }

    /// Drops the image, which was none.
    func remove(imageOfScriptAt path: String) {
        guard let place, let directory = try? Self.directory(place) else { return }
        try? directory.removeFile(Self.name(ofScriptAt: path, place))
    }

    private static func name(ofScriptAt path: String, _ place: Place) -> String {
        let octets = [UInt8](path.utf8)
        let digits = String(ContentHash(octets.span).first, radix: 16)
        let name = String(repeating: "0", count: 16 - digits.utf8.count) + digits
        return switch place {
        case .directory: name + ".sieve-image"
        case .maildir: "postmaster." + name + ".sieve-image"
        }
    }

    private static func directory(_ place: Place) throws(SystemError) -> Directory {
        switch place {
        case .directory(let path), .maildir(let path): try Directory(opening: path)
        }
    }

    /// The directory; it, and the one that it is in, are made if they are missing.
    private static func created(_ place: Place) throws(SystemError) -> Directory {
        guard case .directory(let path) = place else { return try directory(place) }
        do throws(SystemError) {
            return try Directory(opening: path)
        } catch {
            guard error.code == ErrorCode.noSuchFile else { throw error }
        }
        let (parent, name) = split(path)
        let (grandparent, parentName) = split(parent)
        if let outer = try? Directory(opening: grandparent) {
            try? outer.makeDirectory(parentName, permissions: 0o700)
        }
        try Directory(opening: parent).makeDirectory(name, permissions: 0o700)
        return try Directory(opening: path)
    }

    private static func split(_ path: String) -> (directory: String, name: String) {
        guard let slash = path.lastIndex(of: "/") else { return (".", path) }
        let directory = String(path[..<slash])
        return (directory.isEmpty ? "/" : directory, String(path[path.index(after: slash)...]))
    }

    /// A file that nobody else is writing.
    private static func created(
        _ name: String, in directory: borrowing Directory
    ) throws(SystemError) -> OwnedFileDescriptor {
        if let left = try? directory.status(of: name), left.modified < WallTime.now().seconds - staleAfter {
            try directory.removeFile(name)
        }
        return try directory.createFile(name, permissions: 0o600)
    }
}
