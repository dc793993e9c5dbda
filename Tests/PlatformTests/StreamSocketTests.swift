import Glibc
import Platform
import TestSupport
import Testing

@Suite("stream socket")
struct StreamSocketTests {
    let root: TemporaryDirectory
    private var path: String { root.path("socket") }

    init() throws { root = try TemporaryDirectory() }

    /// Connects, sends `bytes`, and reads until the server hangs up.
    private func exchange(_ bytes: [UInt8], milliseconds: Int = Patience.long) throws(SystemError) -> [UInt8]
    {
        var stream = try StreamSocket(connectingTo: path, deadline: Deadline(milliseconds: milliseconds))
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
        let listener = try Listener(at: path)
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
        do { _ = try Listener(at: path) }
        #expect(throws: SystemError(call: "connect", path: path, code: ECONNREFUSED)) { try exchange([]) }
        let long = "/tmp/" + String(repeating: "x", count: 120)
        #expect(throws: SystemError(call: "connect", path: long, code: ENAMETOOLONG)) {
            _ = try StreamSocket(connectingTo: long, deadline: Deadline(milliseconds: 1000))
        }
    }

    @Test("a server that never answers is waited for until the deadline", .timeLimit(.minutes(5)))
    func silence() throws {
        let listener = try Listener(at: path)
        let start = SteadyTime.now()
        #expect(throws: SystemError(call: "poll", path: path, code: ETIMEDOUT)) {
            try exchange([1], milliseconds: 100)
        }
        #expect(SteadyTime.now().milliseconds - start.milliseconds >= 100)
        _ = listener
    }

    @Test("a server that never reads is waited for until the deadline", .timeLimit(.minutes(5)))
    func stuck() throws {
        let listener = try Listener(at: path)
        #expect(throws: SystemError(call: "poll", path: path, code: ETIMEDOUT)) {
            try exchange([UInt8](repeating: 0, count: 1 << 24), milliseconds: 100)
        }
        _ = listener
    }

    @Test("a server whose queue is full is tried again until the deadline", .timeLimit(.minutes(5)))
    func fullBacklog() throws {
        let listener = try Listener(at: path, backlog: 0)
        let deadline = Deadline(milliseconds: Patience.long)
        let first = try StreamSocket(connectingTo: path, deadline: deadline)
        #expect(throws: SystemError(call: "connect", path: path, code: EAGAIN)) {
            _ = try StreamSocket(connectingTo: path, deadline: Deadline(milliseconds: 100))
        }
        try first.send([1])
        _ = listener
    }

    @Test("a server that hangs up is an error for the sender, and no signal", .timeLimit(.minutes(5)))
    func hangUp() throws {
        let listener = try Listener(at: path)
        let server = Thread { _ = listener.accept() }
        let error = #expect(throws: SystemError.self) { try exchange([UInt8](repeating: 0, count: 1 << 24)) }
        #expect(error.map { [EPIPE, ECONNRESET].contains($0.code) } == true)
        _ = server.join()
    }

    // MARK: - TCP

    @Test("a port is connected to over IPv4 and over IPv6", arguments: [false, true])
    func network(isIPv6: Bool) throws {
        let listener = isIPv6 ? try Listener(onIPv6: 16) : try Listener()
        let server = FakeServer(listener) { end, _ in end.write(end.readAll()) }
        defer { server.end() }
        let address = isIPv6 ? "::1" : "127.0.0.1"
        var stream = try StreamSocket(
            connectingTo: address, port: listener.port, deadline: Deadline(milliseconds: Patience.long))
        #expect(stream.peer == (isIPv6 ? "[::1]:\(listener.port)" : "127.0.0.1:\(listener.port)"))
        let question = [UInt8](repeating: 7, count: 1 << 18)
        try stream.send(question)
        try stream.finishSending()
        #expect(try receiveAll(&stream) == question)
    }

    private func receiveAll(_ stream: inout StreamSocket) throws(SystemError) -> [UInt8] {
        var received: [UInt8] = []
        while true {
            let piece = try stream.receive()
            if piece.isEmpty { return received }
            received += piece
        }
    }

    @Test("a port that nobody listens on refuses, and what is no address is none")
    func refused() throws {
        let place = try Listener.Place()
        let port = place.port
        let deadline = Deadline(milliseconds: Patience.long)
        #expect(throws: SystemError(call: "connect", path: "127.0.0.1:\(port)", code: ECONNREFUSED)) {
            _ = try StreamSocket(connectingTo: "127.0.0.1", port: port, deadline: deadline)
        }
        for text in ["localhost", "127.0.0.1 ", "", "fe80::1%lo"] {
            let error = #expect(throws: SystemError.self) {
                _ = try StreamSocket(connectingTo: text, port: port, deadline: deadline)
            }
            #expect(error?.code == EINVAL)
        }
    }

    @Test("a host that does not answer is waited for until the deadline", .timeLimit(.minutes(5)))
    func unanswered() throws {
        // One connection is in the queue, which has no room for another: the kernel says nothing.
        let listener = try Listener(backlog: 0)
        let deadline = Deadline(milliseconds: Patience.long)
        let first = try StreamSocket(connectingTo: "127.0.0.1", port: listener.port, deadline: deadline)
        let start = SteadyTime.now()
        let error = #expect(throws: SystemError.self) {
            _ = try StreamSocket(
                connectingTo: "127.0.0.1", port: listener.port, patience: Deadline(milliseconds: 200),
                deadline: deadline)
        }
        #expect(error?.code == ETIMEDOUT)
        #expect((200..<Patience.long / 2).contains(SteadyTime.now().milliseconds - start.milliseconds))
        _ = first.peer
        _ = listener
    }

    // MARK: - Both at once

    /// Connects to what `serve` does with its end.
    private func connect(
        limit: Int = .max, isLocal: Bool, _ serve: @escaping @Sendable (inout FarEnd, Int) -> Void
    ) throws -> (FakeServer, () throws -> StreamSocket) {
        let path = root.path("server")
        let server = isLocal ? try FakeServer(at: path, serve) : try FakeServer(serve)
        let deadline = Deadline(milliseconds: Patience.long)
        return (
            server,
            {
                isLocal
                    ? try StreamSocket(connectingTo: path, deadline: deadline, limit: limit)
                    : try StreamSocket(
                        connectingTo: "127.0.0.1", port: server.port, deadline: deadline, limit: limit)
            }
        )
    }

    @Test("a peer that answers before it has all ends what it is offered", arguments: [true, false])
    func early(isLocal: Bool) throws {
        let isHeard = Monitor(false)
        let (server, open) = try connect(isLocal: isLocal) { end, _ in
            _ = end.read(10)
            end.write("enough")
            // It reads no more, and stays.
            _ = isHeard.wait(until: Deadline(milliseconds: Patience.long)) { $0 ? true : nil }
        }
        defer {
            isHeard.change { $0 = true }
            server.end()
        }
        var stream = try open()
        #expect(try !stream.offer([UInt8](repeating: 0, count: 1 << 26)))
        #expect(try stream.receive() == Array("enough".utf8))
    }

    @Test("what a peer said before it hung up on us is heard", arguments: [true, false], [true, false])
    func heard(isLocal: Bool, resets: Bool) throws {
        let (server, open) = try connect(isLocal: isLocal) { end, _ in
            _ = end.read(10)
            end.write("too much")
            // What it has not read makes the end of the connection a reset.
            if resets { pause(milliseconds: 50) }
        }
        defer { server.end() }
        var stream = try open()
        let large = [UInt8](repeating: 0, count: 1 << 16)
        var isWanted = true
        for _ in 0..<1000 where isWanted { isWanted = try stream.offer(large) }
        #expect(!isWanted)
        #expect(try stream.receive() == Array("too much".utf8))
    }

    @Test("what is offered can be gone on with", arguments: [true, false])
    func goingOn(isLocal: Bool) throws {
        // A server that sends back what it reads, and stops reading while it is not heard.
        let (server, open) = try connect(isLocal: isLocal) { end, _ in
            for _ in 0..<64 { end.write(end.read(1 << 18)) }
        }
        defer { server.end() }
        var stream = try open()
        let question = [UInt8](repeating: 9, count: 1 << 24)
        var (sent, received) = (0, 0)
        while try !stream.offer(question.span, sent: &sent) {
            received += try stream.receive(most: 1 << 16).count
        }
        #expect(sent == question.count)
        while received < question.count { received += try stream.receive(most: 1 << 16).count }
        #expect(received == question.count)
    }

    @Test("a peer that goes away is no signal, and says nothing", arguments: [true, false])
    func gone(isLocal: Bool) throws {
        let (server, open) = try connect(isLocal: isLocal) { _, _ in }
        var stream = try open()
        server.end()
        let large = [UInt8](repeating: 0, count: 1 << 16)
        var isWanted = true
        for _ in 0..<1000 where isWanted { isWanted = try stream.offer(large) }
        #expect(!isWanted)
        let rest = (try? stream.receive()) ?? []
        #expect(rest.isEmpty)
    }

    @Test("a peer may say so much and no more", arguments: [true, false])
    func limit(isLocal: Bool) throws {
        let (server, open) = try connect(limit: 1000, isLocal: isLocal) { end, _ in
            end.write([UInt8](repeating: 1, count: 1001))
        }
        defer { server.end() }
        var stream = try open()
        let error = #expect(throws: SystemError.self) { _ = try receiveAll(&stream) }
        #expect(error?.code == EMSGSIZE)
    }

    @Test("a descriptor arrives with the octets that it is passed with")
    func descriptor() throws {
        let file = try OwnedFileDescriptor(reading: try root.write("file", "contents"))
        let (server, open) = try connect(isLocal: true) { end, _ in
            let (bytes, file) = end.readWithFile()
            end.write(
                "\(String(decoding: bytes, as: UTF8.self)) \(String(decoding: file ?? [], as: UTF8.self))")
        }
        defer { server.end() }
        var stream = try open()
        #expect(try stream.pass(file, with: Array("take".utf8)))
        #expect(try receiveAll(&stream) == Array("take contents".utf8))
    }

    @Test("a descriptor is not taken by somebody who is gone")
    func noDescriptor() throws {
        let file = try OwnedFileDescriptor(reading: try root.write("file", "contents"))
        let (server, open) = try connect(isLocal: true) { _, _ in }
        let stream = try open()
        server.end()
        // A program that is being started beside this has a copy of the far end for a moment.
        #expect(Patience.wait { (try? stream.pass(file, with: [1])) == false })
        try stream.finishSending()
    }
}
