import Platform
import Settings
import UserState

/// What is remembered of a user across deliveries. What goes wrong with it never keeps a message from being stored.
final class UserMemory {
    private var store: StateStore
    private let now: WallTime
    /// A directory that has to be there; nil where deliveries make it.
    private let neededDirectory: String?
    /// What went wrong, each once.
    private(set) var problems: [String] = []

    init(configuration: Configuration, destination: Destination, now: WallTime) {
        let path =
            configuration.state.store.flatMap {
                try? $0.expanded(user: destination.userName, home: destination.home)
            } ?? destination.mailRoot + "/postmaster.db"
        store = StateStore(at: path)
        self.now = now
        // Where nothing is stored, nobody makes a mail root.
        neededDirectory =
            configuration.transport.local.isEmpty
            ? nil : String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]) + "/"
    }

    /// Nil where that cannot be told.
    func knows(_ memory: Memory) -> Bool? {
        guard hasPlace else { return nil }
        do throws(StateError) {
            return try store.contains(memory.kind.stateKind, key: memory.key, now: now.seconds)
        } catch {
            note("\(error)")
            return nil
        }
    }

    /// How many memories of a kind have a key that begins with `prefix` and are of the last `seconds`; no more than
    /// `most`. Nil where that cannot be told.
    func count(_ kind: Memory.Kind, _ prefix: [UInt8], within seconds: Int, most: Int) -> Int? {
        guard hasPlace else { return nil }
        do throws(StateError) {
            return try store.count(
                kind.stateKind, prefix: prefix, since: now.seconds - seconds, now: now.seconds, most: most)
        } catch {
            note("\(error)")
            return nil
        }
    }

    private var hasPlace: Bool {
        guard let neededDirectory else { return true }
        do throws(SystemError) {
            _ = try FileStatus.of(neededDirectory)
            return true
        } catch {
            note("state.store: \(error)")
            return false
        }
    }

    /// For after all is on disk.
    func keep(_ memories: [Memory]) {
        guard !memories.isEmpty else { return }
        let entries = memories.map { memory in
            let (end, overflow) = now.seconds.addingReportingOverflow(memory.seconds)
            return StateEntry(memory.kind.stateKind, key: memory.key, until: overflow ? .max : end)
        }
        do throws(StateError) {
            try store.remember(entries, now: now.seconds)
        } catch {
            note("\(error)")
        }
    }

    private func note(_ text: String) {
        if !problems.contains(text) { problems.append(text) }
    }
}

extension Memory.Kind {
    fileprivate var stateKind: StateKind {
        switch self {
        case .vacation: .vacation
        case .duplicate: .duplicate
        case .redirect: .redirect
        case .reply: .reply
        }
    }
}
