import Glibc
import Platform
import TestSupport
import Testing

@Suite("file contents")
struct FileContentsTests {
    let root: TemporaryDirectory

    init() throws { root = try TemporaryDirectory() }

    private func newFile(_ access: Directory.Access = .readWrite) throws -> OwnedFileDescriptor {
        try root.open().openOrCreateFile("file", access, permissions: 0o600)
    }

    private func pattern(_ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 8) }
    }

    @Test("what is written is read back", arguments: [0, 1, 16_384, 16_385, 100_000])
    func readAll(count: Int) throws {
        let file = try newFile()
        let bytes = pattern(count)
        try file.write(bytes, path: "file")
        try file.seek(to: 0, path: "file")
        #expect(try file.readAll(limit: 1 << 20, path: "file") == bytes)
    }

    @Test(
        "a file of exactly the limit is read, one of a byte more is not",
        arguments: [0, 1, 16_384, 16_385, 50_000])
    func limit(limit: Int) throws {
        let file = try newFile()
        try file.write(pattern(limit), path: "file")
        try file.seek(to: 0, path: "file")
        #expect(try file.readAll(limit: limit, path: "file").count == limit)
        try file.write([0], path: "file")
        try file.seek(to: 0, path: "file")
        #expect(throws: SystemError(call: "read", path: "file", code: EFBIG)) {
            try file.readAll(limit: limit, path: "file")
        }
    }

    @Test("there may be no limit at all")
    func noLimit() throws {
        let file = try newFile()
        try file.write(pattern(40_000), path: "file")
        try file.seek(to: 0, path: "file")
        #expect(try file.readAll(limit: .max, path: "file").count == 40_000)
    }

    @Test("a read fills from the offset on, and the end of the file gives it back")
    func readInto() throws {
        let file = try newFile()
        try file.write(Array("abc".utf8), path: "file")
        try file.seek(to: 0, path: "file")
        var buffer = [UInt8](repeating: UInt8(ascii: "."), count: 6)
        #expect(try file.read(into: &buffer, from: 2, path: "file") == 5)
        #expect(buffer == Array("..abc.".utf8))
        #expect(try file.read(into: &buffer, from: 5, path: "file") == 5)
        #expect(try file.read(into: &buffer, from: 99, path: "file") == 6)
        #expect(try file.read(into: &buffer, from: -1, path: "file") == 0)
    }

    @Test("reading and writing at an offset leaves the descriptor's own alone")
    func positioned() throws {
        let file = try newFile()
        try file.write(Array("0123456789".utf8), path: "file")
        try file.write(Array("xyz".utf8), at: 3, path: "file")
        try file.write(Array("!".utf8), path: "file")
        #expect(try root.read("file") == "012xyz6789!")
        #expect(try file.read(at: 2, count: 4, path: "file") == Array("2xyz".utf8))
        #expect(try file.read(at: 9, count: 100, path: "file") == Array("9!".utf8))
        #expect(try file.read(at: 99, count: 5, path: "file") == [])
        #expect(try file.read(at: 0, count: -5, path: "file") == [])
    }

    @Test(
        "two runs are written one behind the other",
        arguments: [("", ""), ("a", ""), ("", "b"), ("head", "body")])
    func twoRuns(first: String, second: String) throws {
        let tail = Array(second.utf8)
        try newFile().write(Array(first.utf8), then: tail.span, path: "file")
        #expect(try root.read("file") == first + second)
    }

    @Test("a write that is cut short by a full pipe goes on with the rest")
    func shortWrites() async throws {
        let (reading, writing) = try pipe()
        let head = pattern(200_000)
        let body = pattern(300_000)
        let reader = Thread { drain(reading) }
        try OwnedFileDescriptor(raw: writing).write(head, then: body.span, path: "pipe")
        #expect(reader.join() == head + body)
    }

    @Test("a full device is told as such, on every way of writing")
    func noSpace() throws {
        let file = try Directory(opening: "/dev").openFile("full", .write)
        let bytes = pattern(10)
        let expected = SystemError(call: "write", path: "full", code: ENOSPC)
        #expect(throws: expected) { try file.write(bytes, path: "full") }
        #expect(throws: expected) { try file.write(bytes, then: bytes.span, path: "full") }
        #expect(throws: expected) { try file.appendAtOnce(bytes, path: "full") }
        #expect(throws: SystemError.self) { try file.write(bytes, at: 0, path: "full") }
    }

    @Test("a file that grows over RLIMIT_FSIZE is an error, once SIGXFSZ is ignored")
    func tooLarge() async throws {
        await #expect(processExitsWith: .success) {
            let root = try TemporaryDirectory()
            SignalPolicy.exit(status: 75, onCrash: "crash\n", onDeadline: "deadline\n", onStop: "stop\n")
            var limit = rlimit(rlim_cur: 1000, rlim_max: 1000)
            let isSet = unsafe setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0
            #expect(isSet)
            let file = try root.open().createFile("file", permissions: 0o600)
            #expect(throws: SystemError(call: "write", path: "file", code: EFBIG)) {
                try file.write([UInt8](repeating: 1, count: 1001), path: "file")
            }
            #expect(try file.status(path: "file").size == 1000)
        }
    }

    @Test("a descriptor that is not for writing says so")
    func readOnly() throws {
        try root.write("file", "x")
        let file = try root.open().openFile("file")
        #expect(throws: SystemError(call: "write", path: "file", code: EBADF)) {
            try file.write([1], path: "file")
        }
        #expect(throws: SystemError(call: "ftruncate", path: "file", code: EINVAL)) {
            try file.truncate(to: 0, path: "file")
        }
    }

    @Test("room that is set aside does not change what a file has; a file that is not for writing says so")
    func reserve() throws {
        try root.write("file", "x")
        let file = try root.open().openFile("file", .readWrite)
        try file.reserve(4096, at: 1, path: "file")
        #expect(try file.status(path: "file").size == 1)
        let readOnly = try root.open().openFile("file")
        #expect(throws: SystemError(call: "fallocate", path: "file", code: EBADF)) {
            try readOnly.reserve(4096, at: 1, path: "file")
        }
    }

    @Test("appending adds at the end, whatever was written meanwhile")
    func append() throws {
        let a = try newFile(.append)
        let b = try newFile(.append)
        try a.appendAtOnce(Array("1".utf8), path: "file")
        try b.appendAtOnce(Array("2".utf8), path: "file")
        try a.appendAtOnce(Array("3".utf8), path: "file")
        #expect(try root.read("file") == "123")
    }

    @Test("size, permissions, group and durability can be set")
    func attributes() throws {
        let file = try newFile()
        try file.write(pattern(100), path: "file")
        try file.truncate(to: 10, path: "file")
        try file.setPermissions(0o604, path: "file")
        try file.setGroup(Identity.current().group, path: "file")
        try file.synchronize(path: "file")
        try file.synchronizeData(path: "file")
        let status = try file.status(path: "file")
        #expect(status.size == 10 && status.permissions == 0o604 && status.group == Identity.current().group)
    }

    @Test("a pipe cannot be made durable, and says so")
    func pipeSynchronize() throws {
        let (reading, writing) = try pipe()
        let end = OwnedFileDescriptor(raw: reading)
        let other = OwnedFileDescriptor(raw: writing)
        #expect(throws: SystemError(call: "fsync", path: "pipe", code: EINVAL)) {
            try other.synchronize(path: "pipe")
        }
        try end.close(path: "pipe")
    }
}
