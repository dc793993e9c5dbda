import CPlatform
import Glibc

/// A walk down an absolute path by descriptors, one component at a time, as the kernel would go.
///
/// Every place is opened from the one before without following a link, so what was looked at is what the
/// next step starts from. Three system calls a component; at most 40 links.
struct PathWalk: ~Copyable {
    /// What a step came upon.
    enum Step {
        /// The place is now the component.
        case entered
        /// The component is a link: the place is where its target starts from.
        case link(FileStatus, path: String)
    }

    /// What Linux follows before it says `ELOOP`.
    private static let mostLinks = 40

    /// Where the walk is: open for nothing but going on.
    private(set) var place: OwnedFileDescriptor
    private(set) var status: FileStatus
    /// The path of the place, without links, `.` and `..`.
    private(set) var path = "/"
    /// Components still to go, the next one last.
    private var pending: [[UInt8]]
    private var links = 0

    init(_ path: String) throws(SystemError) {
        let root = try Self.open("/", in: AT_FDCWD, path: "/")
        status = try root.status(path: "/")
        place = root
        pending = Self.components(Array(path.utf8))
    }

    var isAtEnd: Bool { pending.isEmpty }

    /// Goes on by one component, which must be there.
    ///
    /// - Throws: what kept it, with the path of the component; `ELOOP` for too many links.
    mutating func advance() throws(SystemError) -> Step {
        guard let component = pending.popLast() else { return .entered }
        let name = String(decoding: component, as: UTF8.self)
        let next = path(of: name)
        // A NUL would end the name early, and open another place than the one that is named.
        guard !component.contains(0) else { throw SystemError(call: "open", path: next, code: EINVAL) }
        let opened = try Self.open(component, in: place.raw, path: next)
        let found = try opened.status(path: next)
        if found.kind == .link {
            try follow(opened, next)
            return .link(found, path: next)
        }
        place = opened
        status = found
        path = next
        return .entered
    }

    private mutating func follow(
        _ link: borrowing OwnedFileDescriptor, _ linkPath: String
    ) throws(SystemError) {
        links += 1
        guard links <= Self.mostLinks else { throw SystemError(call: "open", path: linkPath, code: ELOOP) }
        let target = try Self.target(of: link, linkPath)
        guard !target.isEmpty else { throw SystemError(call: "readlink", path: linkPath, code: ENOENT) }
        if target.first == UInt8(ascii: "/") {
            place = try Self.open("/", in: AT_FDCWD, path: "/")
            status = try place.status(path: "/")
            path = "/"
        }
        pending += Self.components(target)
    }

    private func path(of name: String) -> String {
        if name == ".." {
            let parent = path.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(path[..<$0]) } ?? ""
            return parent.isEmpty ? "/" : parent
        }
        return path == "/" ? "/" + name : path + "/" + name
    }

    private static func open(
        _ name: String, in directory: CInt, path: String
    ) throws(SystemError) -> OwnedFileDescriptor {
        try open(Array(name.utf8), in: directory, path: path)
    }

    private static func open(
        _ name: [UInt8], in directory: CInt, path: String
    ) throws(SystemError) -> OwnedFileDescriptor {
        let terminated = (name + [0]).map { CChar(bitPattern: $0) }
        let raw = unsafe postmaster_open_place(directory, terminated)
        guard raw >= 0 else { throw SystemError(call: "open", path: path) }
        return OwnedFileDescriptor(raw: raw)
    }

    private static func target(
        of link: borrowing OwnedFileDescriptor, _ path: String
    ) throws(SystemError) -> [UInt8] {
        var target = [UInt8](repeating: 0, count: 4096)
        let count = unsafe target.withUnsafeMutableBytes { buffer in
            guard let base = buffer.baseAddress else { return 0 }
            return unsafe readlinkat(link.raw, "", base, buffer.count)
        }
        guard count >= 0 else { throw SystemError(call: "readlink", path: path) }
        return Array(target.prefix(count))
    }

    /// The components of a path, the first one last, without those that stay where they are.
    private static func components(_ path: [UInt8]) -> [[UInt8]] {
        path.split(separator: UInt8(ascii: "/")).reversed().map(Array.init).filter {
            $0 != [UInt8(ascii: ".")]
        }
    }
}
