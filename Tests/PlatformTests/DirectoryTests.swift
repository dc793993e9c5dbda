import Glibc
import Platform
import TestSupport
import Testing

@Suite("an open directory")
struct DirectoryTests {
    let root: TemporaryDirectory

    init() throws { root = try TemporaryDirectory() }

    /// The code of the error that `body` throws; 0 if it does not.
    private func code(_ body: () throws(SystemError) -> Void) -> CInt {
        do throws(SystemError) {
            try body()
            return 0
        } catch {
            return error.code
        }
    }

    @Test("a path that is no directory is refused")
    func opening() throws {
        try root.write("file", "x")
        let path = root.path
        #expect(code { () throws(SystemError) in _ = try Directory(opening: path + "/none") } == ENOENT)
        #expect(code { () throws(SystemError) in _ = try Directory(opening: path + "/file") } == ENOTDIR)
        #expect(throws: SystemError(call: "open", path: path + "/none", code: ENOENT)) {
            _ = try Directory(opening: path + "/none")
        }
    }

    @Test("a path in it is told with one slash")
    func paths() throws {
        #expect(try root.open().path(of: "x") == root.path + "/x")
        #expect(try Directory(opening: "/").path(of: "x") == "/x")
    }

    @Test("a file that is created must be new")
    func createFile() throws {
        let directory = try root.open()
        _ = try directory.createFile("new", permissions: 0o600)
        #expect(
            code { () throws(SystemError) in _ = try directory.createFile("new", permissions: 0o600) }
                == EEXIST)
        #expect(try directory.status(of: "new").permissions == 0o600)
        _ = try directory.openOrCreateFile("new", .append, permissions: 0o600)
        _ = try directory.openOrCreateFile("other", .append, permissions: 0o640)
        #expect(try directory.status(of: "other").kind == .regular)
    }

    @Test("a link is not followed unless asked for")
    func links() throws {
        try root.write("target", "here")
        try root.makeDirectory("folder")
        try root.link("link", to: "target")
        try root.link("way", to: "folder")
        try root.link("dangling", to: "nothing")
        let directory = try root.open()
        #expect(code { () throws(SystemError) in _ = try directory.openFile("link") } == ELOOP)
        #expect(
            code { () throws(SystemError) in
                _ = try directory.openOrCreateFile("dangling", .write, permissions: 0o600)
            } == ELOOP)
        #expect(
            code { () throws(SystemError) in _ = try directory.createFile("dangling", permissions: 0o600) }
                == EEXIST)
        #expect(code { () throws(SystemError) in _ = try directory.openDirectory("way") } == ENOTDIR)
        #expect(
            try directory.openFile("link", followingLinks: true).readAll(limit: 10, path: "")
                == Array("here".utf8))
        #expect(try directory.openDirectory("way", followingLinks: true).names().isEmpty)
        #expect(try directory.readLink("link") == "target")
        #expect(code { () throws(SystemError) in _ = try directory.readLink("target") } == EINVAL)
        #expect(try directory.status(of: "link").kind == .link)
        #expect(try directory.status(of: "link", followingLinks: true).kind == .regular)
    }

    @Test("a link's target is told in full")
    func longLink() throws {
        let target = String(repeating: "0123456789/", count: 360)
        try root.link("link", to: target)
        #expect(try root.open().readLink("link") == target)
    }

    @Test("a FIFO holds nobody up")
    func fifo() throws {
        #expect(unsafe mkfifo(root.path("fifo"), 0o600) == 0)
        let directory = try root.open()
        #expect(try directory.openFile("fifo").status(path: "fifo").kind == .other)
        #expect(code { () throws(SystemError) in _ = try directory.openFile("fifo", .write) } == ENXIO)
        #expect(try OwnedFileDescriptor(reading: root.path("fifo")).status(path: "fifo").kind == .other)
    }

    @Test("a rename replaces, or does not, as asked for")
    func rename() throws {
        let directory = try root.open()
        try root.write("a", "a")
        try root.write("b", "b")
        #expect(
            code { () throws(SystemError) in try directory.renameWithoutReplacing("a", to: "b", in: directory)
            } == EEXIST)
        #expect(try root.read("b") == "b")
        try directory.rename("a", to: "b", in: directory)
        #expect(try root.read("b") == "a")
        try directory.renameWithoutReplacing("b", to: "c", in: directory)
        #expect(try directory.names() == ["c"])
        #expect(
            code { () throws(SystemError) in try directory.rename("gone", to: "x", in: directory) } == ENOENT)
    }

    @Test("a file moves and is linked between directories")
    func twoDirectories() throws {
        try root.makeDirectory("tmp")
        try root.makeDirectory("new")
        let tmp = try root.open().openDirectory("tmp")
        let new = try root.open().openDirectory("new")
        try root.write("tmp/m", "mail")
        try tmp.link("m", to: "m", in: new)
        #expect(code { () throws(SystemError) in try tmp.link("m", to: "m", in: new) } == EEXIST)
        #expect(try tmp.status(of: "m").isSameFile(as: new.status(of: "m")))
        #expect(try new.status(of: "m").links == 2)
        try tmp.removeFile("m")
        #expect(try root.read("new/m") == "mail")
        #expect(throws: SystemError(call: "unlink", path: tmp.path + "/m", code: ENOENT)) {
            try tmp.removeFile("m")
        }
    }

    @Test("a second name for a link is one of the link, not of its target")
    func linkToLink() throws {
        try root.write("target", "x")
        try root.link("link", to: "target")
        let directory = try root.open()
        try directory.link("link", to: "second", in: directory)
        #expect(try directory.status(of: "second").kind == .link)
    }

    @Test("a directory is removed when it is empty")
    func removeDirectory() throws {
        try root.makeDirectory("d")
        try root.write("d/x", "")
        let directory = try root.open()
        #expect(
            code { () throws(SystemError) in try directory.makeDirectory("d", permissions: 0o700) } == EEXIST)
        #expect(code { () throws(SystemError) in try directory.removeDirectory("d") } == ENOTEMPTY)
        #expect(code { () throws(SystemError) in try directory.removeFile("d") } == EISDIR)
        try directory.openDirectory("d").removeFile("x")
        try directory.removeDirectory("d")
        #expect(try directory.names() == [])
    }

    @Test("all names are read, as often as asked for, up to the limit")
    func names() throws {
        let expected = Set((0..<500).map { "n\($0)" } + [".hidden", "with space", "ümlaut"])
        for name in expected { try root.write(name, "") }
        let directory = try root.open()
        #expect(try Set(directory.names()) == expected)
        #expect(try Set(directory.names()) == expected)
        #expect(try directory.names(limit: 7).count == 7)
        var seen = 0
        try directory.forEachName { _ in
            seen += 1
            return seen < 3
        }
        #expect(seen == 3)
    }

    @Test("a duplicate outlives the name")
    func duplicate() throws {
        try root.makeDirectory("d")
        let second = try root.open().openDirectory("d").duplicate()
        try root.open().removeDirectory("d")
        #expect(try second.status().kind == .directory)
        #expect(
            code { () throws(SystemError) in _ = try second.createFile("x", permissions: 0o600) } == ENOENT)
    }

    @Test("a directory is made durable")
    func synchronize() throws {
        try root.open().synchronize()
    }
}

@Suite("file status")
struct FileStatusTests {
    @Test("kind, permissions, owner, size, links and times are those of the file")
    func status() throws {
        let root = try TemporaryDirectory()
        let path = try root.write("file", "12345", permissions: 0o640)
        let file = try root.open().openFile("file", .write)
        try file.setModified(1_234_567_890, path: path)
        let status = try FileStatus.of(path)
        #expect(
            status.kind == .regular && status.permissions == 0o640 && status.size == 5 && status.links == 1)
        #expect(status.owner == Identity.current().user)
        #expect(status.modified == 1_234_567_890 && status.modifiedNanoseconds == 0)
        #expect(status.changed > 1_700_000_000)
        #expect(try file.status(path: path) == status)
        #expect(try FileStatus.of(root.path).kind == .directory)
        #expect(try FileStatus.of("/dev/null").kind == .other)
    }

    @Test("set-id and sticky bits are among the permissions")
    func highBits() throws {
        let root = try TemporaryDirectory()
        let path = try root.makeDirectory("d", permissions: 0o1750)
        #expect(try FileStatus.of(path).permissions == 0o1750)
    }

    @Test("a link is itself or its target")
    func link() throws {
        let root = try TemporaryDirectory()
        let target = try root.write("target", "x")
        let link = try root.link("link", to: "target")
        #expect(try FileStatus.of(link).isSameFile(as: .of(target)))
        #expect(try FileStatus.of(link, followingLinks: false).kind == .link)
        #expect(throws: SystemError(call: "stat", path: root.path("none"), code: ENOENT)) {
            try FileStatus.of(root.path("none"))
        }
    }
}

@Suite("file lock")
struct FileLockTests {
    @Test("one descriptor has it at a time, until it gives it up")
    func exclusive() throws {
        let root = try TemporaryDirectory()
        let path = try root.write("lock", "")
        let first = try OwnedFileDescriptor(reading: path)
        let second = try OwnedFileDescriptor(reading: path)
        #expect(try first.tryLock(path: path))
        #expect(try first.tryLock(path: path))
        #expect(try !second.tryLock(path: path))
        first.unlock()
        #expect(try second.tryLock(path: path))
        #expect(try !first.tryLock(path: path))
    }

    @Test("one that is given up is so for programs, too, that have a copy of the descriptor")
    func copies() throws {
        let root = try TemporaryDirectory()
        let path = try root.write("lock", "")
        let first = try OwnedFileDescriptor(reading: path)
        let second = try OwnedFileDescriptor(reading: path)
        let copy = OwnedFileDescriptor(raw: fcntl(first.raw, F_DUPFD_CLOEXEC, 0))
        #expect(try first.tryLock(path: path))
        first.unlock()
        try first.close(path: path)
        #expect(try second.tryLock(path: path))
        #expect(try copy.status(path: path).size == 0)
    }

    @Test("a descriptor that is closed has none, once no program that is being started has a copy of it")
    func closed() throws {
        let root = try TemporaryDirectory()
        let path = try root.write("lock", "")
        let second = try OwnedFileDescriptor(reading: path)
        do {
            let first = try OwnedFileDescriptor(reading: path)
            #expect(try first.tryLock(path: path))
            try first.close(path: path)
        }
        #expect(Patience.wait { (try? second.tryLock(path: path)) == true })
    }
}
