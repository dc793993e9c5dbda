import Foundation
import Glibc

/// What is there after a crash: directories, and files with what they hold.
struct CrashState: Sendable {
    struct File: Sendable {
        let path: String
        let inode: Int
        let contents: Data
    }

    /// Paths relative to the root, parents first.
    var directories: [String] = []
    var files: [File] = []

    /// Writes the state out beneath `root`, where `places` were before.
    func materialise(_ root: String, replacing places: [String]) throws {
        for place in places { removeTree("\(root)/\(place)") }
        for directory in directories { try makeDirectory("\(root)/\(directory)") }
        var written: [Int: String] = [:]
        for file in files {
            let path = "\(root)/\(file.path)"
            if let first = written[file.inode] {
                guard unsafe Glibc.link(first, path) == 0 else { throw FileError("link \(path)") }
            } else {
                try file.contents.write(to: URL(fileURLWithPath: path))
                guard unsafe chmod(path, 0o600) == 0 else { throw FileError("chmod \(path)") }
                written[file.inode] = path
            }
        }
    }

    /// The same for two states that no program can tell apart.
    var signature: [String] {
        directories + files.map { "\($0.path) \($0.contents.count) \($0.contents.hashValue)" }
    }
}

extension FileSystemModel {
    /// What a crash may leave now: all of it where there are at most `limit` states, else the two ends and a
    /// sample.
    func crashStates(limit: Int, using generator: inout SeededGenerator) -> [CrashState] {
        // What happens beneath tmp/ concerns nobody; what has a name elsewhere is looked at there.
        let choices = pending.filter { !isTemporary($0.directory) }
        let always = pending.filter { isTemporary($0.directory) }
        let loose = data.keys.sorted().filter { data[$0] != stableData[$0] }
        let variants = loose.map { remains($0) }
        var total = 1
        for count in choices.map({ _ in 2 }) + variants.map(\.count) where total <= limit { total *= count }
        var states: [CrashState] = []
        for number in 0..<min(total, limit) {
            var rest = number
            let isSample = total > limit && number > 1
            func choose(_ count: Int) -> Int {
                if isSample { return Int.random(in: 0..<count, using: &generator) }
                if total > limit { return number == 0 ? 0 : count - 1 }
                defer { rest /= count }
                return rest % count
            }
            var kept = Set(choices.filter { _ in choose(2) == 1 }.map(\.number))
            kept.formUnion(always.map(\.number))
            var contents = stableData
            for (inode, variant) in zip(loose, variants) { contents[inode] = variant[choose(variant.count)] }
            states.append(state(keeping: kept, contents))
        }
        return states
    }

    private func isTemporary(_ directory: Inode) -> Bool {
        current.values.contains { $0["tmp"] == directory }
    }

    /// What may be found of a file whose last writes were not synced; the last is all of it.
    private func remains(_ inode: Inode) -> [Data] {
        let old = stableData[inode] ?? Data()
        let new = data[inode] ?? Data()
        var all = [old, Data()]
        if new.count > old.count, new.prefix(old.count) == old {
            all.removeLast()
            let added = new.count - old.count
            all += [1, added / 2, added - 1].map { new.prefix(old.count + $0) }
            // The length is there, the data are not.
            all.append(old + Data(count: added))
        } else {
            all += [new.prefix(new.count / 2), Data(count: new.count)]
        }
        var unique: [Data] = []
        for one in all where one != new && !unique.contains(one) { unique.append(one) }
        return unique + [new]
    }

    private func state(keeping kept: Set<Int>, _ contents: [Inode: Data]) -> CrashState {
        var directories = stable
        for change in pending where kept.contains(change.number) {
            if let needed = change.requires, pending.contains(where: { $0.number == needed }),
                !kept.contains(needed)
            {
                continue
            }
            Self.apply(change, to: &directories)
        }
        var state = CrashState()
        var open = [(Self.root, "")]
        while let (directory, path) = open.popLast() {
            for (name, inode) in (directories[directory] ?? [:]).sorted(by: { $0.key < $1.key }) {
                let inner = path.isEmpty ? name : "\(path)/\(name)"
                if let bytes = contents[inode] {
                    state.files.append(CrashState.File(path: inner, inode: inode, contents: bytes))
                } else {
                    state.directories.append(inner)
                    open.append((inode, inner))
                }
            }
        }
        return state
    }
}
