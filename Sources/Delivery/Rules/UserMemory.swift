import Platform
import Settings
import UserState

/// What is remembered of a user across deliveries. Whatever goes wrong with it, the message is as if it had
/// not been seen before.
final class UserMemory {
    private var store: StateStore
    private let now: WallTime
    /// What went wrong, each once.
    private(set) var problems: [String] = []

    init(configuration: Configuration, destination: Destination, now: WallTime) {
        let path =
            configuration.state.store.flatMap {
                try? $0.expanded(user: destination.userName, home: destination.home)
            } ?? destination.mailRoot + "/postmaster.db"
        store = StateStore(at: path)
        self.now = now
    }

    func knows(_ memory: Memory) -> Bool {
        do throws(StateError) {
            return try store.contains(memory.kind.stateKind, key: memory.key, now: now.seconds)
        } catch {
            note(error)
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
            note(error)
        }
    }

    private func note(_ error: StateError) {
        let text = "\(error)"
        if !problems.contains(text) { problems.append(text) }
    }
}

extension Memory.Kind {
    fileprivate var stateKind: StateKind {
        switch self {
        case .vacation: .vacation
        case .duplicate: .duplicate
        }
    }
}
