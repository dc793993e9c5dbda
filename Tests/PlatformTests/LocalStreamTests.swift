import Glibc
import Platform
import TestSupport
import Testing

@Suite("local stream")
struct LocalStreamTests {
    let root: TemporaryDirectory
    private var path: String { root.path("socket") }

    init() throws { root = try TemporaryDirectory() }

    /// Connects, sends `bytes`, and reads until the server hangs up.
    private func exchange(_ bytes: [UInt8], milliseconds: Int = 10_000) throws(SystemError) -> [UInt8] {
        let stream = try LocalStream(connectingTo: path, deadline: Deadline(milliseconds: milliseconds))
        try stream.send(bytes)
        var received: [UInt8] = []
        while true {
            let piece = try stream.receive()
            if piece.isEmpty { return received }
            received += piece
        }
    }

    @Test("what is sent arrives, and what is answered comes back")
    func exchange() throws {
        let listener = try LocalListener(at: path)
        let question = [UInt8](repeating: 7, count: 1 << 20)
        let answer = [UInt8](repeating: 9, count: 1 << 20)
        let server = Thread { () -> Int in
            let connection = listener.accept()
            var got = 0
            var buffer = [UInt8](repeating: 0, count: 1 << 16)
            while got < question.count, let count = try? connection.read(into: &buffer, path: ""), count > 0 {
                got += count
            }
            try? connection.write(answer, path: "")
            return got
        }
        #expect(try exchange(question) == answer)
        #expect(server.join() == question.count)
    }

    @Test("nobody listening, nothing there, and a name that is too long are told apart")
    func unreachable() throws {
        #expect(throws: SystemError(call: "connect", path: path, code: ENOENT)) { try exchange([]) }
        do { _ = try LocalListener(at: path) }
        #expect(throws: SystemError(call: "connect", path: path, code: ECONNREFUSED)) { try exchange([]) }
        let long = "/tmp/" + String(repeating: "x", count: 120)
        #expect(throws: SystemError(call: "connect", path: long, code: ENAMETOOLONG)) {
            _ = try LocalStream(connectingTo: long, deadline: Deadline(milliseconds: 1000))
        }
    }

    @Test("a server that never answers is waited for until the deadline", .timeLimit(.minutes(1)))
    func silence() throws {
        let listener = try LocalListener(at: path)
        let start = SteadyTime.now()
        #expect(throws: SystemError(call: "poll", path: path, code: ETIMEDOUT)) {
            try exchange([1], milliseconds: 100)
        }
        #expect(SteadyTime.now().milliseconds - start.milliseconds >= 100)
        _ = listener
    }

    @Test("a server that never reads is waited for until the deadline", .timeLimit(.minutes(1)))
    func stuck() throws {
        let listener = try LocalListener(at: path)
        #expect(throws: SystemError(call: "poll", path: path, code: ETIMEDOUT)) {
            try exchange([UInt8](repeating: 0, count: 1 << 24), milliseconds: 100)
        }
        _ = listener
    }

    @Test("a server whose queue is full is tried again until the deadline", .timeLimit(.minutes(1)))
    func fullBacklog() throws {
        let listener = try LocalListener(at: path, backlog: 0)
        let deadline = Deadline(milliseconds: 5000)
        let first = try LocalStream(connectingTo: path, deadline: deadline)
        #expect(throws: SystemError(call: "connect", path: path, code: EAGAIN)) {
            _ = try LocalStream(connectingTo: path, deadline: Deadline(milliseconds: 100))
        }
        try first.send([1])
        _ = listener
    }

    @Test("a server that hangs up is an error for the sender, and no signal", .timeLimit(.minutes(1)))
    func hangUp() throws {
        let listener = try LocalListener(at: path)
        let server = Thread { _ = listener.accept() }
        let error = #expect(throws: SystemError.self) { try exchange([UInt8](repeating: 0, count: 1 << 24)) }
        #expect(error.map { [EPIPE, ECONNRESET].contains($0.code) } == true)
        _ = server.join()
    }
}

/// A Unix stream socket that somebody can connect to.
final class LocalListener: Sendable {
    private let descriptor: OwnedFileDescriptor

    init(at path: String, backlog: CInt = 16) throws {
        descriptor = OwnedFileDescriptor(raw: socket(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0))
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { buffer in
            unsafe buffer.copyBytes(from: path.utf8.prefix(buffer.count - 1))
        }
        let length = socklen_t(MemoryLayout<sockaddr_un>.size)
        let raw = descriptor.raw
        let isBound = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(raw, $0, length) == 0
            }
        }
        guard isBound, listen(raw, backlog) == 0 else {
            throw SystemError(call: "bind", path: path, code: errno)
        }
    }

    /// Waits for somebody.
    func accept() -> OwnedFileDescriptor {
        OwnedFileDescriptor(raw: Glibc.accept(descriptor.raw, nil, nil))
    }
}
