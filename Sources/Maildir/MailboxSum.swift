import Platform

/// What the mailboxes of a mail root hold, from the names of the messages where they tell their size.
struct MailboxSum {
    /// A mailbox, by the directories that lead to it.
    struct Part: Equatable {
        let components: [String]
        let counts: Bool
        var usage = QuotaUsage()
    }

    private(set) var parts: [Part] = []
    /// The time of the newest change of any `new` or `cur`, in seconds.
    private var newest = 0
    private let root: RootDirectory
    /// Directories that were found, so that a link does not make one count twice, or for ever.
    private var found: Set<Identity> = []

    private struct Identity: Hashable {
        let device: UInt64
        let inode: UInt64
    }

    private static var mostFolders: Int { 100_000 }
    private static var mostLevels: Int { 64 }

    /// - Parameters:
    ///   - scope: which mailboxes count.
    ///   - all: whether those that do not count are looked at, too.
    init(
        of root: RootDirectory, counting scope: QuotaScope = .everything, all: Bool = false
    ) throws(SystemError) {
        self.root = root
        try find([], scope)
        if !all { parts.removeAll { !$0.counts } }
        for index in parts.indices { parts[index].usage = try sum(parts[index].components) }
    }

    /// One mailbox alone; nothing if it is not there.
    init(of components: [String], in root: RootDirectory) throws(SystemError) {
        self.root = root
        parts = [Part(components: components, counts: true)]
        parts[0].usage = try sum(components)
    }

    /// What counts, together.
    var usage: QuotaUsage {
        var usage = QuotaUsage()
        for part in parts where part.counts { usage.add(part.usage) }
        return usage
    }

    /// Whether messages came or went since the sum was made.
    func isOutdated() throws(SystemError) -> Bool {
        for part in parts {
            guard let folder = try open(part.components) else { continue }
            for name in ["new", "cur"] {
                let status = try Self.ifPresent { () throws(SystemError) in
                    try folder.entries.status(of: name, followingLinks: true)
                }
                if let status, status.modified > newest { return true }
            }
        }
        return false
    }

    private mutating func find(_ components: [String], _ scope: QuotaScope) throws(SystemError) {
        guard parts.count < Self.mostFolders, components.count <= Self.mostLevels,
            let folder = try open(components)
        else { return }
        let status = try folder.entries.status()
        guard found.insert(Identity(device: status.device, inode: status.inode)).inserted else { return }
        parts.append(Part(components: components, counts: scope.counts(components, in: root.layout)))
        guard components.isEmpty || root.layout.kind == .fs else { return }
        for name in try folder.entries.names() where Self.mayBeFolder(name, in: root.layout.kind) {
            let status = try Self.ifPresent { () throws(SystemError) in try folder.entries.status(of: name) }
            guard let status, status.kind == .directory || status.kind == .link else { continue }
            try find(components + [name], scope)
        }
    }

    private static func mayBeFolder(_ name: String, in kind: MailboxLayout.Kind) -> Bool {
        switch kind {
        case .maildirPlusPlus: name.utf8.first == UInt8(ascii: ".") && !name.utf8.starts(with: "..".utf8)
        case .fs: name != "cur" && name != "new" && name != "tmp"
        }
    }

    private mutating func sum(_ components: [String]) throws(SystemError) -> QuotaUsage {
        var usage = QuotaUsage()
        guard let folder = try open(components) else { return usage }
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
        return usage
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
