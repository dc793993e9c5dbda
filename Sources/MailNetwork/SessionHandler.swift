import MailTransport
import NIOCore
import NIOSSL
import NIOTLS
import Platform

/// Drives one ``ClientSession`` over one channel: what the channel tells becomes events, effects are carried out.
///
/// Everything happens on the channel's event loop. Events that come up while effects are carried out wait until that
/// is done. Whatever happens, who waits for the opening or for a mail's fate is told, at the latest when the channel
/// is closed.
final class SessionHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// How the opening of a session came out.
    enum Opening: Sendable {
        case ready
        /// With `withoutTLS`, a new connection in the clear may do better.
        case unusable(TransportFailure, withoutTLS: Bool)
    }

    /// Who lends the connection out; it is told on the event loop.
    protocol Owner: AnyObject, Sendable {
        /// The next mail may be begun.
        func connectionIsReady(_ connection: Connection)
        /// It is gone.
        func connectionIsClosed(_ connection: Connection)
        /// It has waited long enough. True if it is nobody's now.
        func connectionMayRest(_ connection: Connection) -> Bool
    }

    /// Milliseconds that a peer has to close after QUIT.
    private static let farewell = TimeAmount.milliseconds(500)

    private let settings: ConnectionSettings
    private var session: ClientSession
    private var context: ChannelHandlerContext?
    private var opening: EventLoopPromise<Opening>?
    private var mail: EventLoopPromise<MailOutcome>?
    /// Told once all is done that comes with it: whoever hears of it finds the connection free.
    private var outcome: MailOutcome?
    private var carried = 0
    private var owner: (any Owner)?
    private var connection: Connection?
    private var waiting: [SessionEvent] = []
    private var isBusy = false
    private var isHandshaking = false
    private var isLeaving = false
    private var isClosed = false
    private var timer: Scheduled<Void>?

    /// - Parameter opening: is told once how it came out.
    init(_ settings: ConnectionSettings, opening: EventLoopPromise<Opening>) {
        self.settings = settings
        self.session = ClientSession(settings.session)
        self.opening = opening
    }

    // MARK: Called by the connection

    /// There will be no channel.
    func connectionFailed(_ reason: String) {
        feed(.closed(reason))
        finish()
    }

    /// There cannot be the handshake that comes before anything else.
    func securityFailed(_ error: any Error) {
        feed(.tlsFailed(HandshakeProblem.reason(error, settings.security)))
        finish()
    }

    /// From now on `owner` lends the connection out.
    func adopt(by owner: any Owner, as connection: Connection) {
        if isClosed { return owner.connectionIsClosed(connection) }
        self.owner = owner
        self.connection = connection
    }

    func begin(_ mail: OutgoingMail, _ outcome: EventLoopPromise<MailOutcome>) {
        carried += 1
        self.mail = outcome
        setTimer(nil)
        feed(.begin(mail))
        if isClosed { finish() }
    }

    func quit() {
        isLeaving = true
        feed(.quit)
    }

    // MARK: Told by the channel

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelActive(context: ChannelHandlerContext) {
        if settings.security.encryption == .implicit {
            isHandshaking = true
            setTimer(settings.handshakeTimeout)
        } else {
            feed(.connected)
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        feed(.received(Array(unwrapInboundIn(data).readableBytesView)))
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? TLSUserEvent, case .handshakeCompleted = event, isHandshaking {
            isHandshaking = false
            setTimer(nil)
            feed(settings.security.encryption == .implicit ? .connected : .tlsEstablished)
        }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if isHandshaking {
            handshakeFailed(HandshakeProblem.reason(error, settings.security))
        } else if let error = error as? NIOSSLError, error == .uncleanShutdown {
            // The end of the connection, which the channel itself tells next.
            return
        } else {
            feed(.closed(ConnectionProblem.reason(error)))
        }
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        if isHandshaking { handshakeFailed("the connection was closed during the handshake") }
        feed(.closed(nil))
        finish()
    }

    private func handshakeFailed(_ reason: String) {
        isHandshaking = false
        setTimer(nil)
        feed(.tlsFailed(reason))
    }

    // MARK: The session

    private func feed(_ event: SessionEvent) {
        waiting.append(event)
        guard !isBusy else { return }
        isBusy = true
        defer { isBusy = false }
        while !waiting.isEmpty {
            for effect in session.handle(waiting.removeFirst()) { perform(effect) }
        }
        if let outcome { tell(outcome) }
    }

    private func tell(_ outcome: MailOutcome) {
        let mail = mail
        self.outcome = nil
        self.mail = nil
        mail?.succeed(outcome)
    }

    private func perform(_ effect: SessionEffect) {
        switch effect {
        case .write(let bytes): write(bytes)
        case .startTLS: startTLS()
        case .deadline(let seconds):
            setTimer(isHandshaking ? settings.handshakeTimeout : seconds.map { .seconds(Int64($0)) })
        case .ready: becomeReady()
        case .unusable(let failure, let withoutTLS): opened(.unusable(failure, withoutTLS: withoutTLS))
        case .results(let outcome): self.outcome = outcome
        case .close: close()
        }
    }

    private func write(_ bytes: [UInt8]) {
        guard let context, !isClosed else { return }
        let written = context.eventLoop.makePromise(of: Void.self)
        written.futureResult.assumeIsolated().whenSuccess { self.feed(.written) }
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: written)
    }

    private func startTLS() {
        guard let context, !isClosed else { return }
        isHandshaking = true
        do {
            let handler = try settings.makeTLSHandler()
            try context.pipeline.syncOperations.addHandler(handler, position: .first)
        } catch {
            handshakeFailed(HandshakeProblem.reason(error, settings.security))
        }
    }

    private func becomeReady() {
        guard opening == nil else { return opened(.ready) }
        guard carried < settings.messagesPerConnection, let connection, let owner else { return quit() }
        setTimer(settings.idleTimeout)
        owner.connectionIsReady(connection)
    }

    private func opened(_ result: Opening) {
        opening?.succeed(result)
        opening = nil
    }

    /// After QUIT the peer may close first, so that it never sees more connections than it shall.
    private func close() {
        guard let context, !isClosed else { return }
        if isLeaving {
            setTimer(Self.farewell)
        } else {
            context.close(promise: nil)
        }
    }

    private func finish() {
        if let outcome { tell(outcome) }
        guard !isClosed || mail != nil else { return }
        isClosed = true
        timer?.cancel()
        timer = nil
        let lost = TransportFailure(
            status: "4.4.2", text: "the connection was lost", cause: .connection, peer: settings.session.peer)
        opened(.unusable(lost, withoutTLS: false))
        mail?.fail(ChannelError.ioOnClosedChannel)
        mail = nil
        if let connection { owner?.connectionIsClosed(connection) }
        owner = nil
        connection = nil
    }

    // MARK: Time

    private func setTimer(_ time: TimeAmount?) {
        timer?.cancel()
        timer = nil
        guard let time, let context else { return }
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: time) { self.timeIsOver() }
    }

    private func timeIsOver() {
        timer = nil
        if isLeaving && session.isOver {
            context?.close(promise: nil)
        } else if isHandshaking {
            handshakeFailed("the handshake took too long")
            context?.close(promise: nil)
        } else if session.isReady, mail == nil {
            if let connection, let owner, owner.connectionMayRest(connection) { quit() }
        } else {
            feed(.deadlinePassed)
        }
    }
}
