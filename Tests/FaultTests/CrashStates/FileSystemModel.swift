import Foundation

/// A file system of which it is known what is on stable storage and what is not yet.
///
/// Invariants: what was written to a file is stable once the file was synced after it, the entry of a
/// directory once the directory was; nothing else makes anything stable. Until then a crash may keep any of
/// the entries and drop the others, and may leave of the data any state between the last synced one and the
/// last one. One thing is never split: of a rename, the old name does not go unless the new one came, which
/// every file system in use guarantees.
struct FileSystemModel: Sendable {
    typealias Inode = Int
    static let root: Inode = 1

    struct Change: Sendable {
        let directory: Inode
        let name: String
        /// The file that gets the name; nil for a name that goes.
        let target: Inode?
        /// The change without which this one cannot be: the new name of a rename.
        var requires: Int?
        let number: Int
    }

    private(set) var current: [Inode: [String: Inode]] = [root: [:]]
    private(set) var stable: [Inode: [String: Inode]] = [root: [:]]
    /// Changes of directories that are not stable yet, in the order in which they were made.
    private(set) var pending: [Change] = []
    private(set) var data: [Inode: Data] = [:]
    private(set) var stableData: [Inode: Data] = [:]
    private var lastInode = root
    private var lastChange = 0

    // MARK: what a process does

    mutating func makeFile(_ contents: Data = Data()) -> Inode {
        lastInode += 1
        data[lastInode] = contents
        stableData[lastInode] = Data()
        return lastInode
    }

    mutating func makeDirectory() -> Inode {
        lastInode += 1
        current[lastInode] = [:]
        stable[lastInode] = [:]
        return lastInode
    }

    mutating func link(_ inode: Inode, _ directory: Inode, _ name: String) {
        change(directory, name, inode)
    }

    mutating func unlink(_ directory: Inode, _ name: String) {
        change(directory, name, nil)
    }

    mutating func rename(_ directory: Inode, _ name: String, to other: Inode, _ newName: String) {
        guard let inode = current[directory]?[name] else { return }
        change(other, newName, inode)
        let arrival = lastChange
        change(directory, name, nil, requires: arrival)
    }

    mutating func write(_ inode: Inode, at offset: Int, _ bytes: Data) {
        var contents = data[inode] ?? Data()
        if contents.count < offset { contents.append(Data(count: offset - contents.count)) }
        let overlap = min(contents.count - offset, bytes.count)
        contents.replaceSubrange(offset..<(offset + overlap), with: bytes)
        data[inode] = contents
    }

    mutating func truncate(_ inode: Inode, to count: Int) {
        let contents = data[inode] ?? Data()
        data[inode] =
            contents.count > count ? contents.prefix(count) : contents + Data(count: count - contents.count)
    }

    mutating func sync(_ inode: Inode) {
        if let contents = data[inode] {
            stableData[inode] = contents
            return
        }
        var numbers = Set(pending.filter { $0.directory == inode }.map(\.number))
        // An old name goes for good only together with the coming of the new one.
        numbers.formUnion(pending.compactMap { numbers.contains($0.number) ? $0.requires : nil })
        for change in pending where numbers.contains(change.number) { Self.apply(change, to: &stable) }
        pending.removeAll { numbers.contains($0.number) }
    }

    /// All of it is stable: the state before a run.
    mutating func syncAll() {
        stable = current
        stableData = data
        pending = []
    }

    // MARK: looking

    func inode(_ path: [String], from directory: Inode = root) -> Inode? {
        path.reduce(directory) { inode, name in
            guard let inode else { return nil }
            return name == "." ? inode : current[inode]?[name]
        }
    }

    private mutating func change(_ directory: Inode, _ name: String, _ target: Inode?, requires: Int? = nil) {
        lastChange += 1
        let change = Change(
            directory: directory, name: name, target: target, requires: requires, number: lastChange)
        Self.apply(change, to: &current)
        pending.append(change)
    }

    static func apply(_ change: Change, to directories: inout [Inode: [String: Inode]]) {
        directories[change.directory, default: [:]][change.name] = change.target
    }
}
