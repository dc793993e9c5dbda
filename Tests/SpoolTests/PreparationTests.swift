import Platform
import Testing

@testable import Spool

/// What work at an entry gives rise to is sent once, wherever that work is stopped.
@Suite struct PreparationTests {
    /// What a crash, or the end of a process, leaves of a parent and its child. The names of the child are
    /// those of one file.
    struct State: CustomTestStringConvertible {
        enum Draft: CaseIterable { case none, partial, whole }
        var hasRecord: Bool
        var draft = Draft.none
        var isPrepared: Bool
        var isQueued = false
        /// Who comes first afterwards.
        var isChildFirst: Bool

        var testDescription: String {
            "\(hasRecord ? "record" : "no record"), draft \(draft), \(isPrepared ? "prepared" : "-"), "
                + "\(isQueued ? "queued" : "-"), \(isChildFirst ? "child" : "parent") first"
        }

        static let all: [State] = [true, false].flatMap { isChildFirst in
            // The record is written after the prepared name is durable, and that goes after the queue is.
            let before = Draft.allCases.flatMap { draft in
                [true, false].map {
                    State(hasRecord: false, draft: draft, isPrepared: $0, isChildFirst: isChildFirst)
                }
            }
            let after = [Draft.none, .whole].flatMap { draft in
                [(true, false), (true, true), (false, true)].map {
                    State(
                        hasRecord: true, draft: draft, isPrepared: $0.0, isQueued: $0.1,
                        isChildFirst: isChildFirst)
                }
            }
            return before + after
        }
    }

    /// A parent in a spool, and the work that is done at it.
    private struct Work {
        let test: TestSpool
        let parent: EntryReference
        let due = WallTime(seconds: 90)
        let text = "what the parent gives rise to"

        init() throws {
            test = try TestSpool()
            parent = try test.open().commit("parent", due: 0)
        }

        var id: String { EntryIdentifier.derived(from: parent.id, label: "bounce") }
        var queued: EntryReference { EntryReference(id: id, place: .queue(due: 90)) }
        var prepared: String { "\(test.home)/prepared/\(id)" }
        var draft: String { "\(test.home)/tmp/\(id)" }

        func prepare(_ spool: borrowing SpoolDirectory, _ text: String? = nil) throws(SpoolError) {
            let body = Array((text ?? self.text).utf8)
            let envelope = SpoolEnvelope(id: id, created: WallTime(seconds: 80), fields: [:], actions: [])
            try spool.prepare(envelope, head: [], body: body.span)
        }

        func record(_ entry: inout OpenedEntry) throws(SpoolError) {
            let fields: SpoolFields = ["id": id, "due": "90"]
            try entry.append(
                JournalRecord(time: WallTime(seconds: 81), action: nil, kind: "child", fields: fields))
        }

        /// Does what is left to do at the parent, by the protocol.
        func finish(_ spool: borrowing SpoolDirectory) throws {
            guard try spool.find(parent.id) != nil else { return }
            var entry = try spool.opened(parent)
            if entry.journal.contains(where: { $0.kind == "child" }) {
                _ = try spool.publish(id, due: due)
            } else {
                try prepare(spool)
                try record(&entry)
                #expect(try spool.publish(id, due: due) == queued)
            }
            try entry.remove()
        }

        /// Sends the child, if it is in the queue: how often that was.
        func send(_ spool: borrowing SpoolDirectory) throws -> Int {
            var count = 0
            for reference in try spool.due(at: 1 << 40) where reference.id == id {
                // The same file under another name is gone when the first was removed.
                guard try spool.find(id) != nil, let entry = try spool.open(reference) else { continue }
                let message = try entry.message()
                #expect(message.array(0..<message.count) == Array(text.utf8))
                try entry.remove()
                count += 1
            }
            return count
        }
    }

    @Test("a child is sent once, whatever was left when the work at its parent stopped", arguments: State.all)
    func everyState(_ state: State) throws {
        let work = try Work()
        let spool = try work.test.open()
        try leave(state, work, spool)
        var sent = 0
        if state.isChildFirst { sent += try work.send(spool) }
        try work.finish(spool)
        sent += try work.send(spool)
        #expect(sent == 1)
        #expect(try work.test.files().isEmpty)
    }

    private func leave(_ state: State, _ work: Work, _ spool: borrowing SpoolDirectory) throws {
        try work.prepare(spool)
        _ = try run("/bin/mkdir", "-p", "\(work.test.home)/queue/0000000001")
        if state.isQueued { _ = try run("/bin/ln", work.prepared, work.test.path(of: work.queued)) }
        switch state.draft {
        case .none: break
        case .partial: _ = try run("/bin/sh", "-c", "umask 077; printf 'post' > \(work.draft)")
        case .whole: _ = try run("/bin/ln", work.prepared, work.draft)
        }
        if !state.isPrepared { _ = try run("/bin/rm", work.prepared) }
        guard state.hasRecord else { return }
        var entry = try spool.opened(work.parent)
        try work.record(&entry)
    }

    @Test("a parent that goes on publishes what its journal names as often as it is opened, once")
    func parentGoesOn() throws {
        let work = try Work()
        let spool = try work.test.open()
        var entry = try spool.opened(work.parent)
        try work.prepare(spool)
        #expect(try spool.due(at: 1 << 40) == [work.parent])
        #expect(try spool.entries().entries == [work.parent])
        #expect(try spool.find(work.id) == nil)
        try work.record(&entry)
        #expect(try spool.publish(work.id, due: work.due) == work.queued)
        #expect(try spool.publish(work.id, due: work.due) == nil)
        #expect(try work.send(spool) == 1)
        #expect(try spool.publish(work.id, due: work.due) == nil)
        #expect(try work.send(spool) == 0)
        try entry.remove()
        #expect(try work.test.files().isEmpty)
    }

    @Test("an attempt that is repeated before the record takes the place of what the first one made")
    func repeated() throws {
        let work = try Work()
        let spool = try work.test.open()
        try work.prepare(spool, "another text")
        try work.prepare(spool)
        #expect(try work.test.files().count { $0.hasPrefix("prepared/") } == 1)
        #expect(try spool.publish(work.id, due: work.due) == work.queued)
        #expect(try work.send(spool) == 1)
    }

    @Test("nothing prepared is no error, a name that is none is, and so is another file in the place")
    func refused() throws {
        let work = try Work()
        let spool = try work.test.open()
        #expect(try spool.publish(work.id, due: work.due) == nil)
        #expect(kind { () throws(SpoolError) in try spool.publish("../../x", due: work.due) } == .unsafe)
        try work.prepare(spool)
        _ = try run("/bin/mkdir", "-p", "\(work.test.home)/queue/0000000001")
        let other = work.test.path(of: work.queued)
        _ = try run("/bin/sh", "-c", "umask 077; echo other > \(other)")
        #expect(kind { () throws(SpoolError) in try spool.publish(work.id, due: work.due) } == .failed)
        _ = try run("/bin/rm", other)
        #expect(try spool.publish(work.id, due: work.due) == work.queued)
        #expect(try work.send(spool) == 1)
        // What others could have put there is not published.
        try work.prepare(spool)
        _ = try run("/bin/chmod", "666", work.prepared)
        #expect(kind { () throws(SpoolError) in try spool.publish(work.id, due: work.due) } == .unsafe)
        _ = try run("/bin/rm", work.prepared)
        _ = try run("/bin/ln", "-s", "/etc/passwd", work.prepared)
        #expect(kind { () throws(SpoolError) in try spool.publish(work.id, due: work.due) } == .unsafe)
        #expect(kind { () throws(SpoolError) in try work.prepare(spool) } == .unsafe)
    }

    @Test("a child that is at work already is waited for until it has lost its prepared name")
    func meeting() throws {
        let work = try Work()
        let spool = try work.test.open()
        try work.prepare(spool)
        _ = try run("/bin/mkdir", "-p", "\(work.test.home)/queue/0000000001")
        _ = try run("/bin/ln", work.prepared, work.test.path(of: work.queued))
        // Somebody found it in the queue, has the lock, and comes to the prepared name in a while.
        let file = try Directory(opening: "/").openFile(work.prepared, .readWrite)
        #expect(try file.tryLock(path: ""))
        _ = try run("/bin/sh", "-c", "(sleep 0.3; rm \"$1\") >/dev/null 2>&1 &", "sh", work.prepared)
        #expect(try spool.publish(work.id, due: work.due) == nil)
        #expect(try spool.find(work.id) == work.queued)
        file.unlock()
        #expect(try work.send(spool) == 1)
    }

    @Test("a name that is derived is one, is the same each time, and differs by parent and label")
    func derived() {
        let parents = (0..<200).map { EntryIdentifier.make(at: WallTime(seconds: 1 << 30), random: $0) }
        var seen: Set<String> = []
        for parent in parents {
            for label in ["bounce-0", "bounce-1", "delay", "", "ä\n"] {
                let id = EntryIdentifier.derived(from: parent, label: label)
                #expect(EntryIdentifier.isValid(id))
                #expect(id == EntryIdentifier.derived(from: parent, label: label))
                #expect(id.prefix(4) == parent.prefix(4))
                seen.insert(id)
            }
        }
        #expect(seen.count == 1000)
        #expect(seen.isDisjoint(with: parents))
        // As the manual says: eleven characters of five bits, the lowest of the first eight bytes.
        #expect(EntryIdentifier.derived(from: "000000000000001", label: "x") == "0000" + "vvj5jr1ebqh")
    }

    @Test("a prepared entry that no journal names is removed after 30 days, and not before")
    func stale() throws {
        let work = try Work()
        let spool = try work.test.open()
        let now = WallTime.now()
        for (days, count) in [(29, 0), (31, 1)] {
            try work.prepare(spool)
            let file = try Directory(opening: "/").openFile(work.prepared, .readWrite)
            try file.setModified(now.seconds - days * 86_400, path: "")
            #expect(try spool.removeStaleDrafts(now: now) == count)
        }
        #expect(try spool.publish(work.id, due: work.due) == nil)
    }

    @Test("a queue name that its maker did not live to sync is synced before the other name goes")
    func otherNameGoesLast() throws {
        // The model of the file system in the fault tests watches the calls; here, that the entry stays whole.
        let work = try Work()
        let spool = try work.test.open()
        let other = EntryReference(id: work.parent.id, place: .queue(due: 600))
        _ = try run("/bin/mkdir", "-p", "\(work.test.home)/queue/0000000010")
        _ = try run("/bin/ln", work.test.path(of: work.parent), work.test.path(of: other))
        #expect(try spool.contents(other)?.message == Array("parent".utf8))
        #expect(try spool.entries().entries == [other])
    }
}
