import Platform

/// What all mailboxes of a mail root hold together, from the names of the messages where they tell their size.
struct MailboxSum {
    private(set) var usage = QuotaUsage()
    /// The time of the newest change of any `new` or `cur`, in seconds.
    private var newest = 0
    private let root: RootDirectory
    /// The directories that lead to each mailbox.
    private var folders: [[String]] = []
    /// Directories that were found, so that a link does not make one count twice, or for ever.
    private var found: Set<Identity> = []

    private struct Identity: Hashable {
        let device: UInt64
        let inode: UInt64
    }

    private static var mostFolders: Int { 100_000 }
    private static var mostLevels: Int { 64 }

    /// - Parameter ignored: mailboxes that do not count, as directories seen from the root.
    init(of root: RootDirectory, ignoring ignored: Set<String>) throws(SystemError) {
        self.root = root
        try find([])
        folders.removeAll { ignored.contains($0.joined(separator: "/")) }
        for folder in folders { try add(folder) }
    }

    /// Whether messages came or went since the sum was made.
    func isOutdated() throws(SystemError) -> Bool {
        for components in folders {
            guard let folder = try open(components) else { continue }
            for name in ["new", "cur"] {
                let status = try Self.ifPresent { () throws(SystemError) in
                    try folder.entries.status(of: name, followingLinks: true)
                }
                if let status, status.modified > newest { return true }
            }
        }
        return false
    }

    private mutating func find(_ components: [String]) throws(SystemError) {
        guard folders.count < Self.mostFolders, components.count <= Self.mostLevels,
            let folder = try open(components)
        else { return }
        let status = try folder.entries.status()
        guard found.insert(Identity(device: status.device, inode: status.inode)).inserted else { return }
        folders.append(components)
        guard components.isEmpty || root.layout.kind == .fs else { return }
        for name in try folder.entries.names() where Self.mayBeFolder(name, in: root.layout.kind) {
            let status = try Self.ifPresent { () throws(SystemError) in try folder.entries.status(of: name) }
            guard let status, status.kind == .directory || status.kind == .link else { continue }
            try find(components + [name])
        }
    }

    private static func mayBeFolder(_ name: String, in kind: MailboxLayout.Kind) -> Bool {
        switch kind {
        case .maildirPlusPlus: name.utf8.first == UInt8(ascii: ".") && !name.utf8.starts(with: "..".utf8)
        case .fs: name != "cur" && name != "new" && name != "tmp"
        }
    }

    private mutating func add(_ components: [String]) throws(SystemError) {
        guard let folder = try open(components) else { return }
        for name in ["new", "cur"] {
            let part = try Self.ifPresent { () throws(SystemError) in
                OpenDirectory(try folder.entries.openDirectory(name, followingLinks: true))
            }
            guard let part else { continue }
            newest = max(newest, try part.entries.status().modified)
            for file in try part.entries.names() where file.utf8.first != UInt8(ascii: ".") {
                guard let size = try Self.size(of: file, in: part) else { continue }
                usage.add(QuotaUsage(bytes: size, messages: 1))
            }
        }
    }

    private static func size(of file: String, in part: OpenDirectory) throws(SystemError) -> Int? {
        if let told = MaildirSize.size(inFileName: file) { return told }
        return try ifPresent { () throws(SystemError) in
            try part.entries.status(of: file, followingLinks: true).size
        }
    }

    /// Nil for what is not there, or is a link that is not followed.
    private func open(_ components: [String]) throws(SystemError) -> OpenDirectory? {
        do throws(MaildirError) {
            return try root.open(components)
        } catch {
            if case .system(let cause) = error, !Self.missing.contains(cause.code) { throw cause }
            return nil
        }
    }

    private static var missing: [CInt] {
        [
            ErrorCode.noSuchFile, ErrorCode.notDirectory, ErrorCode.staleHandle,
            ErrorCode.tooManySymbolicLinks,
        ]
    }

    /// What others move or delete meanwhile is no error.
    private static func ifPresent<Value>(
        _ body: () throws(SystemError) -> Value
    ) throws(SystemError) -> Value? {
        do throws(SystemError) {
            return try body()
        } catch {
            guard missing.contains(error.code) else { throw error }
            return nil
        }
    }
}
