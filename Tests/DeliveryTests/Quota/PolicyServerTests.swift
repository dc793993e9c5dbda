import Platform
import Testing

@testable import Delivery

@Suite(.serialized) struct PolicyServerTests {
    private let temporary: TemporaryDirectory

    init() throws { temporary = try TemporaryDirectory() }

    /// Runs a server while `body` asks it; gives what it said of its end.
    private func serve(
        _ limits: PolicyServer.Limits = PolicyServer.Limits(),
        answer: @escaping @Sendable (PolicyRequest) -> String = { "OK \($0.recipient)" },
        _ body: (String) throws -> Void
    ) throws {
        let path = temporary.path("socket")
        let listener = try ListeningSocket(path: path, permissions: 0o600)
        let isOver = Monitor(false)
        let server = try PolicyServer(limits: limits, answer: answer)
        let held = Monitor<Held?>(Held(listener))
        let threads = WorkerThreads(1) { _ in
            guard let held = held.withLock({ $0 }) else { return }
            try? server.run(held.listener) { isOver.withLock { $0 } }
        }
        let result = Result { try body(path) }
        isOver.withLock { $0 = true }
        threads.join()
        try result.get()
    }

    private final class Held: Sendable {
        let listener: ListeningSocket
        init(_ listener: consuming ListeningSocket) { self.listener = listener }
    }

    private func connect(_ path: String, milliseconds: Int = 5000) throws -> StreamSocket {
        try StreamSocket(connectingTo: path, deadline: Deadline(milliseconds: milliseconds))
    }

    private func question(_ recipient: String) -> [UInt8] {
        Array("request=smtpd_access_policy\nrecipient=\(recipient)\n\n".utf8)
    }

    /// What comes until an empty line, or the end.
    private func reply(_ socket: inout StreamSocket) throws -> String {
        var bytes: [UInt8] = []
        while !bytes.suffix(2).elementsEqual([10, 10]) {
            let more = try socket.receive()
            guard !more.isEmpty else { break }
            bytes += more
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test("many questions are answered over one connection, also asked in pieces or at once")
    func many() throws {
        try serve { path in
            var socket = try connect(path)
            for number in 0..<50 {
                try socket.send(question("u\(number)"))
                #expect(try reply(&socket) == "action=OK u\(number)\n\n")
            }
            for byte in question("slow") {
                try socket.send([byte])
                if byte == 10 { pause(milliseconds: 5) }
            }
            #expect(try reply(&socket) == "action=OK slow\n\n")
            try socket.send(question("a") + question("b") + question("c"))
            var answers = ""
            while answers.utf8.count < 3 * "action=OK a\n\n".utf8.count { answers += try reply(&socket) }
            #expect(answers == "action=OK a\n\naction=OK b\n\naction=OK c\n\n")
        }
    }

    @Test("a slow answer keeps nobody else waiting")
    func slow() throws {
        try serve(answer: { request in
            if request.recipient == "slow" { pause(milliseconds: 1500) }
            return "OK"
        }) { path in
            var slow = try connect(path)
            try slow.send(question("slow"))
            pause(milliseconds: 50)
            let start = SteadyTime.now()
            for _ in 0..<20 {
                var quick = try connect(path)
                try quick.send(question("quick"))
                #expect(try reply(&quick) == "action=OK\n\n")
            }
            #expect(SteadyTime.now().milliseconds - start.milliseconds < 1200)
            #expect(try reply(&slow) == "action=OK\n\n")
        }
    }

    @Test("what can become no question ends the connection, and no other")
    func hostile() throws {
        try serve { path in
            var good = try connect(path)
            for bytes in [[UInt8](repeating: 0x41, count: 1 << 17), Array(repeating: 0, count: 1 << 16)] {
                var bad = try connect(path)
                _ = try bad.offer(bytes)
                let end = try? reply(&bad)
                #expect(end == "" || end == nil)
            }
            for _ in 0..<20 { _ = try connect(path) }
            try good.send(question("still"))
            #expect(try reply(&good) == "action=OK still\n\n")
        }
    }

    @Test("who is silent too long, or stops within a question, is closed")
    func silence() throws {
        var limits = PolicyServer.Limits()
        limits.idle = 1500
        limits.question = 100
        try serve(limits) { path in
            var halting = try connect(path)
            try halting.send(Array("request=".utf8))
            var silent = try connect(path)
            let start = SteadyTime.now()
            #expect(try reply(&halting) == "")
            #expect(SteadyTime.now().milliseconds - start.milliseconds < 1400)
            #expect(try reply(&silent) == "")
            #expect(SteadyTime.now().milliseconds - start.milliseconds >= 1400)
        }
    }

    @Test("of too many connections the one that has been silent longest makes room")
    func full() throws {
        var limits = PolicyServer.Limits()
        limits.connections = 3
        try serve(limits) { path in
            var first = try connect(path)
            var second = try connect(path)
            var third = try connect(path)
            try second.send(question("2"))
            #expect(try reply(&second) == "action=OK 2\n\n")
            try third.send(question("3"))
            #expect(try reply(&third) == "action=OK 3\n\n")
            var fourth = try connect(path)
            try fourth.send(question("4"))
            #expect(try reply(&fourth) == "action=OK 4\n\n")
            #expect(try reply(&first) == "", "it is closed")
            try third.send(question("3"))
            #expect(try reply(&third) == "action=OK 3\n\n")
        }
    }

    @Test(
        "what keeps a connection out for now ends nothing: it is taken later, and the others are answered",
        arguments: [
            ErrorCode.tooManyOpenFiles, ErrorCode.tooManyOpenFilesInSystem, ErrorCode.noBuffers,
            ErrorCode.outOfMemory, ErrorCode.networkDown, ErrorCode.hostUnreachable, ErrorCode.notPermitted,
        ], [0, 2])
    func keptOut(code: CInt, silent: Int) throws {
        let listener = try ListeningSocket(path: temporary.path("socket"), permissions: 0o600)
        let calls = Monitor(0)
        let isOver = Monitor(false)
        var limits = PolicyServer.Limits()
        limits.pause = 20
        // The silent ones are taken, then nobody is, three times.
        let server = try PolicyServer(limits: limits, answer: { _ in "OK" }) { listener throws(SystemError) in
            let call = calls.withLock { calls in
                calls += 1
                return calls
            }
            if (silent + 1...silent + 3).contains(call) {
                throw SystemError(call: "accept", path: "", code: code)
            }
            return try listener.accept()
        }
        let held = Held(listener)
        let failures = Monitor<[SystemError]>([])
        let threads = WorkerThreads(1) { _ in
            do throws(SystemError) {
                try server.run(held.listener) { isOver.withLock { $0 } }
            } catch {
                failures.withLock { $0.append(error) }
            }
        }
        let result = Result {
            let start = SteadyTime.now()
            if silent > 0 {
                var first = try connect(temporary.path("socket"))
                var second = try connect(temporary.path("socket"))
                try second.send(question("x"))
                #expect(try reply(&second) == "action=OK\n\n")
                var late = try connect(temporary.path("socket"))
                try late.send(question("x"))
                #expect(try reply(&late) == "action=OK\n\n")
                #expect(try reply(&first) == "", "it has made room")
            } else {
                var late = try connect(temporary.path("socket"))
                try late.send(question("x"))
                #expect(try reply(&late) == "action=OK\n\n")
            }
            #expect(SteadyTime.now().milliseconds - start.milliseconds >= 60)
        }
        isOver.withLock { $0 = true }
        threads.join()
        try result.get()
        #expect(failures.withLock { $0 } == [])
        #expect(calls.withLock { $0 } == silent + 4)
    }

    @Test(
        "a socket that is none ends it",
        arguments: [ErrorCode.badFileDescriptor, ErrorCode.invalidArgument, ErrorCode.notSocket])
    func hopeless(code: CInt) throws {
        let listener = try ListeningSocket(path: temporary.path("socket"), permissions: 0o600)
        let failure = SystemError(call: "accept", path: "", code: code)
        let server = try PolicyServer(answer: { _ in "OK" }) { _ throws(SystemError) in throw failure }
        _ = try connect(temporary.path("socket"))
        let deadline = Deadline(milliseconds: 5000)
        #expect(throws: failure) { try server.run(listener) { deadline.hasPassed } }
    }

    @Test("at the end all that was asked is answered, and the socket is gone")
    func end() throws {
        var socket: StreamSocket?
        try serve(answer: { _ in
            pause(milliseconds: 300)
            return "OK"
        }) { path in
            let asking = try connect(path)
            try asking.send(question("last"))
            pause(milliseconds: 100)
            socket = consume asking
        }
        switch consume socket {
        case .some(var asking): #expect(try reply(&asking) == "action=OK\n\n")
        case .none: Issue.record("not asked")
        }
        #expect(!temporary.exists("socket"))
    }

    @Test("a socket that is in use is not taken, one that somebody left is, anything else stays")
    func taken() throws {
        try serve { path in
            #expect(throws: SystemError(call: "bind", path: path, code: ErrorCode.addressInUse)) {
                _ = try ListeningSocket(path: path, permissions: 0o600)
            }
            var socket = try connect(path)
            try socket.send(question("x"))
            #expect(try reply(&socket) == "action=OK x\n\n")
        }
        let path = temporary.path("left")
        try run(
            "/usr/bin/python3", "-c",
            "import socket,sys; s=socket.socket(socket.AF_UNIX); s.bind(sys.argv[1])", path)
        _ = try ListeningSocket(path: path, permissions: 0o600)
        try temporary.write("file", "mine")
        #expect(throws: SystemError(call: "bind", path: temporary.path("file"), code: ErrorCode.exists)) {
            _ = try ListeningSocket(path: temporary.path("file"), permissions: 0o600)
        }
        #expect(try temporary.text("file") == "mine")
    }

    @Test("by TCP as well")
    func network() throws {
        let listener = try ListeningSocket(address: "127.0.0.1", port: 0)
        let port = listener.port
        #expect(port != 0 && listener.name == "127.0.0.1:\(port)")
        let held = Held(listener)
        let isOver = Monitor(false)
        let server = try PolicyServer { _ in "DUNNO" }
        let threads = WorkerThreads(1) { _ in try? server.run(held.listener) { isOver.withLock { $0 } } }
        var socket = try StreamSocket(
            connectingTo: "127.0.0.1", port: port, deadline: Deadline(milliseconds: 5000))
        try socket.send(question("x"))
        #expect(try reply(&socket) == "action=DUNNO\n\n")
        isOver.withLock { $0 = true }
        threads.join()
        #expect(throws: SystemError.self) { _ = try ListeningSocket(address: "localhost", port: 0) }
    }
}
