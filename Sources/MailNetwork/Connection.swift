import MailTransport
import NIOCore
import NIOPosix
import NIOSSL
import Platform

/// What a connection and its session are told before they begin.
struct ConnectionSettings: Sendable {
    let session: SessionOptions
    let security: PeerSecurity
    /// Nil where TLS is off.
    let tls: NIOSSLContext?
    let connectTimeout: TimeAmount
    let handshakeTimeout: TimeAmount
    let idleTimeout: TimeAmount
    let messagesPerConnection: Int

    func makeTLSHandler() throws -> NIOSSLClientHandler {
        guard let tls else { throw NIOSSLError.noSuchFilesystemObject }
        return try NIOSSLClientHandler(context: tls, serverHostname: security.name)
    }
}

/// A connection to a peer on which mail after mail can be sent. For threads that may wait, not for event loops.
final class Connection: Sendable {
    let peer: Peer
    private let handler: NIOLoopBound<SessionHandler>

    private init(peer: Peer, handler: NIOLoopBound<SessionHandler>) {
        self.peer = peer
        self.handler = handler
    }

    /// Sends a mail, and waits until its fate is known; the session's deadlines bound that.
    ///
    /// - Parameter owner: takes over a new connection; nil for one that it has lent out.
    /// - Returns: nil if there is no telling.
    func carry(_ mail: OutgoingMail, adoptedBy owner: (any SessionHandler.Owner)? = nil) -> MailOutcome? {
        let outcome = handler.eventLoop.makePromise(of: MailOutcome.self)
        handler.eventLoop.execute {
            let handler = self.handler.value
            if let owner { handler.adopt(by: owner, as: self) }
            handler.begin(mail, outcome)
        }
        return try? outcome.futureResult.wait()
    }

    /// Takes leave of the peer, without waiting.
    func quit() {
        handler.eventLoop.execute { self.handler.value.quit() }
    }

    /// Connects, and waits until the session is ready or cannot be; deadlines bound that.
    static func open(
        _ peer: Peer, at address: SocketAddress, on loop: any EventLoop, _ settings: ConnectionSettings
    ) -> (Connection, SessionHandler.Opening)? {
        let opening = loop.makePromise(of: SessionHandler.Opening.self)
        let connection = loop.submit {
            let handler = SessionHandler(settings, opening: opening)
            let bound = NIOLoopBound(handler, eventLoop: loop)
            connect(bound, to: address, on: loop, settings)
            return Connection(peer: peer, handler: bound)
        }
        guard let opened = try? opening.futureResult.and(connection).wait() else { return nil }
        return (opened.1, opened.0)
    }

    private static func connect(
        _ handler: NIOLoopBound<SessionHandler>, to address: SocketAddress, on loop: any EventLoop,
        _ settings: ConnectionSettings
    ) {
        var handlers: [any ChannelHandler] = [handler.value]
        if settings.security.encryption == .implicit {
            do {
                handlers.insert(try settings.makeTLSHandler(), at: 0)
            } catch {
                return handler.value.securityFailed(error)
            }
        }
        let bound = NIOLoopBound(handlers, eventLoop: loop)
        ClientBootstrap(group: loop)
            .connectTimeout(settings.connectTimeout)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandlers(bound.value)
                }
            }
            .connect(to: address)
            .whenFailure { handler.value.connectionFailed(ConnectionProblem.reason($0)) }
    }
}

/// What befell a connection, in words for a log.
enum ConnectionProblem {
    static func reason(_ error: any Error) -> String {
        if let error = error as? IOError {
            return SystemError(call: "", path: "", code: error.errnoCode).reason
        }
        if let error = error as? ChannelError, case .connectTimeout = error { return "no answer in time" }
        return "the connection failed"
    }
}
