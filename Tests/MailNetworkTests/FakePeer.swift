import MailTransport
import NIOCore
import NIOPosix
import NIOSSL
import Platform
import Synchronization
import TestSupport

/// A server of SMTP or LMTP that behaves well until it is told not to, and keeps a record of what it took.
final class FakePeer: Sendable {
    enum Stop: Sendable {
        case close
        /// It says nothing any more, and lets the connection stand.
        case hang
    }

    enum Answer: Sendable {
        case say(String)
        case sayAndClose(String)
        /// Answers whatever comes then with these bytes.
        case sayThenGarble(String, [UInt8])
        case stop(Stop)
        /// Says it after so many milliseconds.
        case sayLate(String, Int)
        /// Says it again and again, as fast as it is taken.
        case sayForever(String)
        /// Says it byte by byte, with so many milliseconds between them.
        case drip(String, Int)
        /// Reads nothing any more.
        case turnDeaf

        var isSilence: Bool {
            if case .stop(.hang) = self { true } else { false }
        }
    }

    struct Behaviour: Sendable {
        var dialogue = Peer.Dialogue.smtp
        var capabilities = ["PIPELINING", "SIZE 100000000", "8BITMIME"]
        /// Stops after so many bytes that it has said.
        var stopAfterSaying: (Int, Stop)?
        /// Stops after so many bytes that it has heard.
        var stopAfterHearing: (Int, Stop)?
        var tls: NIOSSLContext?
        var isImplicit = false
        /// Said with the answer to STARTTLS, before TLS.
        var injection = ""
        /// Its reply to a line, where it is not the usual one: to `CONNECT`, a command, `.` for the end of a message,
        /// `DATA n` for each full 64 KiB of one. The number counts from 1 for each connection.
        var answer: @Sendable (_ line: String, _ connection: Int) -> Answer? = { _, _ in nil }
    }

    /// What it said that it would take.
    struct Delivery: Equatable, Sendable {
        var sender: String
        var recipient: String
        var data: [UInt8]
        var connection: Int
    }

    struct Record: Sendable {
        var deliveries: [Delivery] = []
        var commands: [String] = []
        var connections = 0
        var open = 0
        var maximumOpen = 0
        var bytesSaid = 0
        var bytesHeard = 0
        var serverNames: [String?] = []
    }

    let behaviour: Behaviour
    let address: Peer.Address
    fileprivate let record = Mutex(Record())
    private let channel: any Channel
    /// Nobody else gets the port, not even when it is shut.
    private let place: Listener.Place?

    var log: Record { record.withLock { $0 } }
    var deliveries: [Delivery] { log.deliveries }

    /// - Parameters:
    ///   - socket: the path of a local socket; nil for a port.
    ///   - host: an address of loopback.
    ///   - port: nil for one that nobody else has.
    init(
        _ behaviour: Behaviour = Behaviour(), socket: String? = nil, host: String = "127.0.0.1",
        port: Int? = nil
    ) throws {
        self.behaviour = behaviour
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let owner = Late()
        let bootstrap = ServerBootstrap(group: loop)
            .serverChannelOption(.backlog, value: 256)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    guard let peer = owner.peer.withLock({ $0.peer }) else { return }
                    let session = FakeSession(peer)
                    if behaviour.isImplicit, let tls = behaviour.tls {
                        try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls))
                    }
                    try channel.pipeline.syncOperations.addHandler(session)
                }
            }
        if let socket {
            place = nil
            channel = try bootstrap.bind(unixDomainSocketPath: socket).wait()
            address = .socket(path: socket)
        } else {
            let place = try port == nil ? Listener.Place() : nil
            let port = port ?? place.map { Int($0.port) } ?? 0
            self.place = place
            channel = try bootstrap.bind(host: host, port: port).wait()
            address = .host(host, port: port)
        }
        owner.peer.withLock { $0.peer = self }
    }

    /// No new connections from now on.
    func shut() {
        try? channel.close().wait()
    }

    deinit { channel.close(promise: nil) }

    func peer(
        _ encryption: Peer.Encryption? = nil, verifies: Bool? = nil, name: String? = nil, user: String? = nil,
        host: String? = nil
    ) -> Peer {
        var address = address
        if let host, case .host(_, let port) = address { address = .host(host, port: port) }
        return Peer(
            behaviour.dialogue, address, encryption: encryption, verifies: verifies, certificateName: name,
            user: user)
    }

    var route: Route { .peer(peer()) }

    /// What the channel knows of the peer, which it must not keep: else it would listen for ever.
    private final class Late: Sendable {
        struct Reference {
            weak var peer: FakePeer?
        }

        let peer = Mutex(Reference())
    }
}

/// One connection to a fake.
private final class FakeSession: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let peer: FakePeer
    private var number = 0
    private var input: [UInt8] = []
    private var isInData = false
    private var sender = ""
    private var recipients: [String] = []
    private var data: [UInt8] = []
    private var said = 0
    private var heard = 0
    private var stopped: FakePeer.Stop?
    private var isDelayed = false
    private var garbage: [UInt8]?

    init(_ peer: FakePeer) { self.peer = peer }

    func channelActive(context: ChannelHandlerContext) {
        number = peer.record.withLock { record in
            record.connections += 1
            record.open += 1
            record.maximumOpen = max(record.maximumOpen, record.open)
            return record.connections
        }
        context.fireChannelActive()
        answer("CONNECT", "220 fake.example ESMTP\r\n", context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        peer.record.withLock { $0.open -= 1 }
        stopped = .close
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = Array(unwrapInboundIn(data).readableBytesView)
        if let garbage {
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: garbage)), promise: nil)
            return
        }
        for byte in bytes {
            guard stopped == nil else { return }
            heard += 1
            peer.record.withLock { $0.bytesHeard += 1 }
            input.append(byte)
            if byte == UInt8(ascii: "\n"), !isDelayed { takeLine(context) }
            if let (limit, how) = peer.behaviour.stopAfterHearing, heard >= limit { stop(how, context) }
        }
    }

    private func takeLine(_ context: ChannelHandlerContext) {
        let line = input
        input = []
        if isInData {
            takeData(line, context)
        } else {
            let text = String(decoding: line, as: UTF8.self)
            takeCommand(text.hasSuffix("\r\n") ? String(text.dropLast()) : text, context)
        }
    }

    private func takeData(_ line: [UInt8], _ context: ChannelHandlerContext) {
        if line == Array(".\r\n".utf8) {
            isInData = false
            endMessage(context)
        } else {
            let before = data.count >> 16
            data += line.first == UInt8(ascii: ".") ? line.dropFirst() : line[...]
            if data.count >> 16 > before { answer("DATA \(data.count >> 16)", nil, context) }
        }
    }

    private func takeCommand(_ line: String, _ context: ChannelHandlerContext) {
        peer.record.withLock { $0.commands.append(line) }
        let verb = line.prefix { $0 != " " && $0 != ":" }.uppercased()
        switch verb {
        case "EHLO", "LHLO":
            let lines = ["fake.example"] + peer.behaviour.capabilities
            var text = ""
            for (index, word) in lines.enumerated() {
                text += "250\(index == lines.count - 1 ? " " : "-")\(word)\r\n"
            }
            answer(line, text, context)
        case "MAIL":
            if answer(line, "250 2.1.0 sender ok\r\n", context) { sender = Self.path(line) }
        case "RCPT":
            if answer(line, "250 2.1.5 recipient ok\r\n", context) { recipients.append(Self.path(line)) }
        case "DATA":
            let fits = !recipients.isEmpty
            if answer(line, fits ? "354 go on\r\n" : "503 5.5.1 no recipients\r\n", context), fits {
                isInData = true
                data = []
            }
        case "RSET":
            (sender, recipients) = ("", [])
            answer(line, "250 2.0.0 ok\r\n", context)
        case "STARTTLS":
            guard let tls = peer.behaviour.tls else {
                answer(line, "502 5.5.1 no\r\n", context)
                return
            }
            guard answer(line, "220 2.0.0 begin\r\n" + peer.behaviour.injection, context) else { return }
            (sender, recipients, input) = ("", [], [])
            try? context.pipeline.syncOperations.addHandler(
                NIOSSLServerHandler(context: tls), position: .first)
        case "QUIT":
            if answer(line, "221 2.0.0 bye\r\n", context) { stop(.close, context) }
        default:
            answer(line, "500 5.5.2 what?\r\n", context)
        }
    }

    /// The moment at which the peer becomes answerable is when all of its reply has been said.
    private func endMessage(_ context: ChannelHandlerContext) {
        defer { (sender, recipients) = ("", []) }
        if peer.behaviour.dialogue == .lmtp {
            for recipient in recipients {
                answer(". \(recipient)", "250 2.0.0 ok\r\n", context) { take(recipient) }
            }
        } else {
            answer(".", "250 2.0.0 Ok: queued as \(number)\r\n", context) {
                for recipient in recipients { take(recipient) }
            }
        }
    }

    private func take(_ recipient: String) {
        let delivery = FakePeer.Delivery(
            sender: sender, recipient: recipient, data: data, connection: number)
        peer.record.withLock { $0.deliveries.append(delivery) }
    }

    /// Answers; true if what was answered is a positive reply, and all of it was said.
    ///
    /// - Parameter accepting: done in that case, before anybody can have heard of it.
    @discardableResult
    private func answer(
        _ line: String, _ usual: String?, _ context: ChannelHandlerContext, accepting: () -> Void = {}
    ) -> Bool {
        guard stopped == nil else { return false }
        switch peer.behaviour.answer(line, number) {
        case nil: return usual.map { say($0, context, before: accepting) } ?? true
        case .say(let text):
            guard text.first == "2" || text.first == "3" else {
                say(text, context)
                return false
            }
            return say(text, context, before: accepting)
        case .sayAndClose(let text):
            say(text, context)
            stop(.close, context)
        case .sayThenGarble(let text, let bytes):
            say(text, context)
            garbage = bytes
        case .stop(let how): stop(how, context)
        case .sayLate(let text, let milliseconds):
            isDelayed = true
            later(milliseconds, context) { [self] in
                isDelayed = false
                say(text, context)
            }
        case .sayForever(let text): sayForever(text, context)
        case .drip(let text, let milliseconds): drip(text[...], milliseconds, context)
        case .turnDeaf:
            stopped = .hang
            context.channel.setOption(.autoRead, value: false).whenComplete { _ in }
        }
        return false
    }

    /// True if all of it is said; `before` is done then, first.
    @discardableResult
    private func say(
        _ text: String, _ context: ChannelHandlerContext, before: () -> Void = {}
    ) -> Bool {
        guard stopped == nil else { return false }
        var bytes = Array(text.utf8)
        let limit = peer.behaviour.stopAfterSaying
        let isAll = limit.map { said + bytes.count <= $0.0 } ?? true
        if isAll { before() }
        if let limit { bytes = Array(bytes.prefix(max(limit.0 - said, 0))) }
        said += bytes.count
        peer.record.withLock { $0.bytesSaid += bytes.count }
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
        if let limit, said >= limit.0 { stop(limit.1, context) }
        return isAll
    }

    private func sayForever(_ text: String, _ context: ChannelHandlerContext) {
        guard stopped == nil else { return }
        let block = ByteBuffer(string: String(repeating: text, count: max(4096 / text.utf8.count, 1)))
        let promise = context.eventLoop.makePromise(of: Void.self)
        promise.futureResult.assumeIsolated().whenSuccess { [self] in
            later(0, context) { [self] in sayForever(text, context) }
        }
        context.writeAndFlush(wrapOutboundOut(block), promise: promise)
    }

    private func drip(_ text: Substring, _ milliseconds: Int, _ context: ChannelHandlerContext) {
        guard stopped == nil, let first = text.first else { return }
        say(String(first), context)
        later(milliseconds, context) { [self] in drip(text.dropFirst(), milliseconds, context) }
    }

    private func stop(_ how: FakePeer.Stop, _ context: ChannelHandlerContext) {
        stopped = how
        if how == .close { context.close(promise: nil) }
    }

    private func later(
        _ milliseconds: Int, _ context: ChannelHandlerContext, _ body: @escaping () -> Void
    ) {
        _ = context.eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(Int64(milliseconds)), body)
    }

    private static func path(_ line: String) -> String {
        let after = line.split(separator: "<", maxSplits: 1, omittingEmptySubsequences: false).dropFirst()
            .first
        return after.map { String($0.prefix { $0 != ">" }) } ?? ""
    }
}
