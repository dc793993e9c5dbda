import Platform
import Testing

@testable import Spool

@Suite struct SafetyTests {
    private static let isRoot = Identity.current().isSuperuser

    @Test("a spool that is not there is made only when it is to be")
    func absent() throws {
        let test = try TestSpool()
        #expect(kind { () throws(SpoolError) in try test.open(creating: false) } == .absent)
        _ = try test.open()
        let empty = try test.open(creating: false)
        #expect(try empty.entries().entries.isEmpty)
        #expect(
            kind { () throws(SpoolError) in
                try SpoolDirectory(opening: test.path, owner: 54_321, creating: false)
            } == .absent)
        #expect(
            kind { () throws(SpoolError) in try SpoolDirectory.owners(in: test.path + "/none") } == .absent)
    }

    @Test("what is made lets nobody else in")
    func permissions() throws {
        let test = try TestSpool()
        _ = try test.open()
        let reference = try test.open().commit("m", due: 0)
        for directory in ["", "/tmp", "/queue", "/hold", "/corrupt"] {
            let status = try FileStatus.of(test.home + directory)
            #expect(status.permissions & 0o077 == 0 && status.owner == test.user)
        }
        #expect(try FileStatus.of(test.path(of: reference)).permissions == 0o600)
        #expect(try FileStatus.of(test.path).permissions == (Self.isRoot ? 0o1777 : 0o700))
    }

    @Test("directories above the spool are made too")
    func deep() throws {
        let test = try TestSpool()
        let path = test.temporary.path + "/a/b//c/"
        let spool = try SpoolDirectory(opening: path, owner: test.user, creating: true)
        _ = try spool.commit("m", due: 0)
        #expect(try FileStatus.of(test.temporary.path + "/a/b/c").kind == .directory)
    }

    @Test("a user's directory that others may touch is refused", arguments: ["755", "701", "770", "777"])
    func openHome(mode: String) throws {
        let test = try TestSpool()
        _ = try test.open()
        _ = try run("/bin/chmod", mode, test.home)
        #expect(kind { () throws(SpoolError) in try test.open() } == .unsafe)
        let found = try SpoolDirectory.owners(in: test.path)
        #expect(found.owners.isEmpty && found.problems.map(\.kind) == [.unsafe])
    }

    @Test(
        "a spool that others may write to is refused without the sticky bit",
        arguments: [("777", false), ("775", false), ("1777", true), ("755", true), ("700", true)])
    func openSpool(mode: String, isSafe: Bool) throws {
        let test = try TestSpool()
        _ = try test.open()
        _ = try run("/bin/chmod", mode, test.path)
        #expect(kind { () throws(SpoolError) in try test.open() } == (isSafe ? nil : .unsafe))
    }

    @Test("links and files in a directory's place are refused", arguments: ["link", "file"])
    func notADirectory(what: String) throws {
        let test = try TestSpool()
        _ = try run("/bin/mkdir", "-p", "-m", "700", test.temporary.path + "/elsewhere", test.path)
        if what == "link" {
            _ = try run("/bin/ln", "-s", test.temporary.path + "/elsewhere", test.home)
        } else {
            _ = try run("/bin/touch", test.home)
        }
        #expect(kind { () throws(SpoolError) in try test.open() } == .unsafe)
        #expect(try SpoolDirectory.owners(in: test.path).problems.count == 1)
    }

    @Test(
        "what is no file of the user's own in an entry's place is refused",
        arguments: ["link", "directory", "fifo", "mode", "hard link"])
    func notAnEntry(what: String) throws {
        let test = try TestSpool()
        let spool = try test.open()
        let reference = try spool.commit("m", due: 0)
        let path = test.path(of: reference)
        let aside = test.temporary.path + "/aside"
        switch what {
        case "link":
            _ = try run("/bin/mv", path, aside)
            _ = try run("/bin/ln", "-s", aside, path)
        case "directory":
            _ = try run("/bin/mv", path, aside)
            _ = try run("/bin/mkdir", path)
        case "fifo":
            _ = try run("/bin/rm", path)
            _ = try run("/usr/bin/mkfifo", "-m", "600", path)
        case "mode": _ = try run("/bin/chmod", "644", path)
        default: _ = try run("/bin/ln", path, aside)
        }
        #expect(kind { () throws(SpoolError) in try spool.contents(reference) } == .unsafe)
        #expect(try spool.due(at: 0) == [reference])
    }

    @Test("rooms that are links are refused", arguments: ["queue", "hold", "corrupt"])
    func linkedRoom(room: String) throws {
        let test = try TestSpool()
        let spool = try test.open()
        let reference = try spool.commit("m", due: 0)
        _ = try run("/bin/mv", "\(test.home)/\(room)", test.temporary.path + "/elsewhere")
        _ = try run("/bin/ln", "-s", test.temporary.path + "/elsewhere", "\(test.home)/\(room)")
        #expect(kind { () throws(SpoolError) in try spool.entries() } == .failed)
        #expect(reference.place == .queue(due: 0))
    }

    @Test(
        "another user's directory, file or spool is refused", .enabled(if: isRoot),
        arguments: ["spool", "home", "entry"])
    func otherOwner(what: String) throws {
        let test = try TestSpool()
        let spool = try test.open()
        let reference = try spool.commit("m", due: 0)
        let path = ["spool": test.path, "home": test.home][what] ?? test.path(of: reference)
        _ = try run("/bin/chown", "65534", path)
        if what == "entry" {
            #expect(kind { () throws(SpoolError) in try spool.contents(reference) } == .unsafe)
        } else {
            #expect(kind { () throws(SpoolError) in try test.open() } == .unsafe)
        }
    }

    @Test("root reads what a user has, and writes nothing there", .enabled(if: isRoot))
    func rootReads() throws {
        let test = try TestSpool()
        let reference = try test.open().commit("m", due: 0)
        _ = try run("/bin/mv", test.home, "\(test.path)/65534")
        _ = try run("/bin/chown", "-R", "65534", "\(test.path)/65534")
        let spool = try SpoolDirectory(opening: test.path, owner: 65_534, creating: false)
        #expect(try spool.inspect(reference)?.messageBytes == 1)
        #expect(kind { () throws(SpoolError) in try spool.commit("n", due: 0) } == .unsafe)
        #expect(
            kind { () throws(SpoolError) in
                try SpoolDirectory(opening: test.path, owner: 65_533, creating: true)
            } == .unsafe)
        #expect(try SpoolDirectory.owners(in: test.path).owners == [65_534])
    }

    @Test("users are told from what else is in the spool")
    func owners() throws {
        let test = try TestSpool()
        _ = try test.open()
        for name in ["name", "-1", "007", "+5", "99999999999"] {
            _ = try run("/bin/mkdir", "--", "\(test.path)/\(name)")
        }
        let found = try SpoolDirectory.owners(in: test.path)
        #expect(found.owners == [test.user])
        #expect(found.problems.count == 5)
        #expect(found.problems.allSatisfy { $0.kind == .unsafe })
    }
}
