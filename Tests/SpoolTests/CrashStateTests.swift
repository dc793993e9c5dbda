import Platform
import Synchronization
import TestSupport
import Testing

@testable import Spool

/// What a process that was killed, or a machine that lost its power, may leave behind.
@Suite struct CrashStateTests {
    @Test("a draft is no entry, and is removed after 36 hours unless somebody is at work on it")
    func drafts() throws {
        let test = try TestSpool()
        let spool = try test.open()
        let now = WallTime.now()
        let drafts = try Directory(opening: "\(test.home)/tmp")
        var locks: [Lock] = []
        for (name, hours, isLocked) in [
            ("000000000000001", 35, false), ("000000000000002", 37, false), ("000000000000003", 37, true),
        ] {
            let file = try drafts.createFile(name, permissions: 0o600)
            try file.write(Array("part of a mess".utf8), path: name)
            try file.setModified(now.seconds - hours * 3600, path: name)
            if isLocked { locks.append(try Lock(file)) }
        }
        #expect(try spool.entries().entries.isEmpty)
        #expect(try spool.due(at: 1 << 40).isEmpty)
        #expect(try spool.removeStaleDrafts(now: now) == 1)
        #expect(try test.files() == ["tmp/000000000000001", "tmp/000000000000003"])
        locks.removeAll()
        #expect(try spool.removeStaleDrafts(now: now) == 1)
        #expect(try spool.removeStaleDrafts(now: WallTime(seconds: .max)) == 1)
        #expect(try test.files().isEmpty)
    }

    /// A lock that is held as long as the object lives.
    private final class Lock {
        private let file: LockedFile

        init(_ file: consuming OwnedFileDescriptor) throws {
            guard let locked = try LockedFile(locking: file, path: "") else {
                throw SystemError(call: "flock", path: "", code: ErrorCode.busy)
            }
            self.file = locked
        }
    }

    @Test(
        "an entry with two names is one entry, whichever is opened",
        arguments: ["tmp/ID", "queue/0000000000/10.ID", "queue/0000000005/10.ID", "hold/ID", "corrupt/ID"])
    func twoNames(other: String) throws {
        let test = try TestSpool()
        let spool = try test.open()
        let reference = try spool.commit("message", due: 70)
        let path = "\(test.home)/" + other.replacing("ID", with: reference.id)
        _ = try run("/bin/mkdir", "-p", String(path.prefix(upTo: try #require(path.lastIndex(of: "/")))))
        _ = try run("/bin/ln", test.path(of: reference), path)
        #expect(try test.files().count == 2)
        #expect(try spool.contents(reference)?.message == Array("message".utf8))
        #expect(try test.files() == ["queue/0000000001/10.\(reference.id)"])
        _ = try run("/bin/ln", test.path(of: reference), path)
        for found in try spool.entries().entries where found != reference {
            // The other one first: now that is the one that stays.
            #expect(try spool.contents(found)?.message == Array("message".utf8))
            #expect(try spool.contents(reference) == nil)
            #expect(try spool.find(reference.id) == found)
        }
        #expect(try test.files().count == (other.hasPrefix("tmp") ? 2 : 1))
    }

    @Test("what one name's journal says, the other's says too; removing the entry removes both")
    func twoNamesRemoved() throws {
        let test = try TestSpool()
        let spool = try test.open()
        let reference = try spool.commit("message", due: 70)
        _ = try run("/bin/ln", test.path(of: reference), "\(test.home)/queue/0000000001/11.\(reference.id)")
        let due = try spool.due(at: 71)
        #expect(due.count == 2)
        var entry = try spool.opened(due[1])
        #expect(try spool.contents(due[0]) == nil)
        try entry.append(JournalRecord(time: WallTime(seconds: 1), action: 0, kind: "done"))
        try entry.remove()
        #expect(try spool.contents(due[0]) == nil)
        #expect(try test.files().isEmpty)
    }

    @Test("rooms and minutes that are not there yet are made when they are needed")
    func missingRooms() throws {
        let test = try TestSpool()
        var reference = try test.open().commit("message", due: 70)
        for room in ["hold", "corrupt"] { _ = try run("/bin/rmdir", "\(test.home)/\(room)") }
        let spool = try test.open(creating: false)
        #expect(try spool.entries().entries == [reference])
        reference = try spool.opened(reference).hold()
        reference = try spool.opened(reference).moveToCorrupt()
        #expect(try spool.find(reference.id) == reference)
        _ = try run("/bin/rm", "-rf", "\(test.home)/queue", "\(test.home)/tmp", "\(test.home)/hold")
        #expect(try spool.due(at: 1 << 40).isEmpty)
        #expect(try spool.removeStaleDrafts(now: .now()) == 0)
        #expect(try test.open().commit("again", due: 1).due?.seconds == 1)
    }

    @Test("entries and minutes come and go under many hands, and each entry is had once")
    func manyHands() async throws {
        let test = try TestSpool()
        let count = 60
        let done = Count()
        _ = try test.open()
        let sweepers = 4
        let taken = try await withThrowingTaskGroup(of: [String].self) { group in
            for _ in 0..<2 {
                group.addTask {
                    let spool = try test.open()
                    for index in 0..<count / 2 { _ = try spool.commit("message", due: index % 3 * 60) }
                    return []
                }
            }
            for _ in 0..<sweepers {
                group.addTask {
                    let spool = try test.open()
                    let deadline = Deadline(milliseconds: 60_000)
                    var taken: [String] = []
                    while done.value.withLock({ $0 }) < count, !deadline.hasPassed {
                        for reference in try spool.due(at: 1 << 40) {
                            guard var entry = try spool.open(reference) else { continue }
                            // The first one to have it puts it off, the next delivers it.
                            if entry.journal.isEmpty {
                                try entry.append(JournalRecord(time: .now(), action: nil, kind: "attempt"))
                                try entry.reschedule(due: WallTime(seconds: 240))
                            } else {
                                taken.append(reference.id)
                                try entry.remove()
                                done.value.withLock { $0 += 1 }
                            }
                        }
                        pause(milliseconds: 1)
                    }
                    return taken
                }
            }
            return try await group.reduce([]) { $0 + $1 }
        }
        #expect(taken.count == count)
        #expect(Set(taken).count == count)
        #expect(try test.files().isEmpty)
    }

    private final class Count: Sendable { let value = Mutex(0) }

    @Test("an entry that is being worked on can neither be opened nor removed; afterwards it can")
    func locked() throws {
        let test = try TestSpool()
        let spool = try test.open()
        let other = try test.open()
        let reference = try spool.commit("message", due: 0)
        do {
            let entry = try spool.opened(reference)
            #expect(try other.contents(reference) == nil)
            #expect(try other.remove(reference) == false)
            #expect(try other.inspect(reference)?.messageBytes == 7)
            #expect(entry.messageBytes == 7)
        }
        #expect(try other.contents(reference) != nil)
        #expect(try other.remove(reference))
    }

    @Test("another process's lock counts")
    func lockedByAnotherProcess() throws {
        let test = try TestSpool()
        let spool = try test.open()
        let reference = try spool.commit("message", due: 0)
        let path = test.path(of: reference)
        let sign = test.temporary.path + "/held"
        // What it leaves in the background holds the lock until it is told to end.
        let script = """
            exec 9<"$1"; flock -n 9 || exit 1; touch "$2"
            (while [ -e "$2" ]; do sleep 0.05; done) >/dev/null 2>&1 & exit 0
            """
        _ = try run("/bin/sh", "-c", script, "sh", path, sign)
        #expect(try spool.contents(reference) == nil)
        _ = try run("/bin/rm", sign)
        let deadline = Deadline(milliseconds: 30_000)
        while try spool.contents(reference) == nil, !deadline.hasPassed { pause(milliseconds: 20) }
        #expect(try spool.contents(reference) != nil)
    }

    @Test("a program that is just being started, with a copy of each descriptor, keeps no entry locked")
    func copiedLock() throws {
        let test = try TestSpool()
        let spool = try test.open()
        let reference = try spool.commit("message", due: 0)
        let entry = try spool.opened(reference)
        let copies = try DescriptorCopies(of: test.path(of: reference))
        #expect(copies.count == 1)
        #expect(try spool.contents(reference) == nil)
        try entry.reschedule(due: WallTime(seconds: 0))
        #expect(try spool.contents(reference) != nil)
        #expect(try spool.remove(reference))
        withExtendedLifetime(copies) {}
    }
}
