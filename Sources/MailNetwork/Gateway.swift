import MailTransport
import NIOCore
import Platform
import Synchronization

/// One server, as a route names it: its connections, and what was found out about it in this run.
///
/// A server that cannot be reached, does not greet, or breaks off several times in a row is suspended: what was
/// found is then the answer to everything.
final class Gateway: Sendable {
    /// How the offer of a mail came out.
    enum Attempt: Sendable {
        /// One result for each recipient.
        case answered([TransportResult])
        /// Nothing is known of the message: the next route may be tried.
        case passed(TransportFailure)
    }

    private struct Health {
        var suspension: TransportFailure?
        /// For single users of the server, and single wishes as to security.
        var refusals: [Peer: TransportFailure] = [:]
        /// Whose opportunistic TLS has failed.
        var inTheClear: Set<Peer> = []
        /// Mails in a row to which there was no answer.
        var unanswered = 0
    }

    /// After so many mails in a row without an answer, the server is taken for down.
    private static let maximumUnanswered = 3
    /// Times that a mail may be offered anew because nothing was heard of it.
    private static let maximumTurns = 16

    private let opener: ConnectionOpener
    private let pool: ConnectionPool
    private let health: Mutex<Health>

    init(_ opener: ConnectionOpener, concurrency: Int, loop: any EventLoop, suspension: TransportFailure?) {
        self.opener = opener
        pool = ConnectionPool(limit: concurrency, loop: loop)
        health = Mutex(Health(suspension: suspension))
    }

    /// Why it is not tried any more; nil if it is.
    var suspension: TransportFailure? { health.withLock { $0.suspension } }

    func close() { pool.close() }
    var isClosed: Bool { pool.isEmpty }

    /// Offers a mail, and waits until its fate is known.
    func send(_ mail: OutgoingMail, to peer: Peer) -> Attempt {
        var reusing = true
        var last = TransportFailure(status: "4.4.2", text: "no connection lasted", cause: .connection)
        for _ in 0..<Self.maximumTurns {
            if let failure = refusal(of: peer) { return .passed(failure) }
            switch pool.turn(for: peer, reusing: reusing) {
            case .closed:
                return .passed(
                    TransportFailure(status: "4.3.2", text: "no more is sent now", cause: .connection))
            case .kept(let connection):
                let attempt = conclude(connection.carry(mail), mail)
                // Servers close idle connections. That is no fault, and says nothing about the next one.
                guard case .passed(let failure) = attempt, failure.cause != .timeout else {
                    return note(attempt)
                }
                reusing = false
                last = failure
            case .new:
                do throws(OpeningFailure) {
                    guard let connection = try open(peer) else { continue }
                    pool.establish()
                    return note(conclude(connection.carry(mail, adoptedBy: pool), mail))
                } catch {
                    return .passed(error.failure)
                }
            }
        }
        return .passed(last)
    }

    /// Opens a connection for a new turn; gives the turn back if there is none.
    ///
    /// - Returns: nil if there is another chance later.
    private func open(_ peer: Peer) throws(OpeningFailure) -> Connection? {
        if let failure = refusal(of: peer) {
            pool.abandon()
            throw OpeningFailure(failure: failure)
        }
        do throws(OpeningFailure) {
            return try opener.open(peer, inTheClear: health.withLock { $0.inTheClear.contains(peer) })
        } catch {
            if error.withoutTLS {
                pool.abandon()
                health.withLock { _ = $0.inTheClear.insert(peer) }
                return nil
            }
            if !error.concernsPeerAlone, pool.narrow() { return nil }
            suspend(peer, error)
            pool.abandon()
            throw error
        }
    }

    private func conclude(_ outcome: MailOutcome?, _ mail: OutgoingMail) -> Attempt {
        guard let outcome, outcome.results.count == mail.recipients.count else {
            let failure = TransportFailure(
                status: "4.4.2", text: "the connection was lost", cause: .connection)
            return .answered(mail.recipients.map { _ in .temporaryFailure(failure) })
        }
        if !outcome.isAnswered, let failure = outcome.results.first?.failure { return .passed(failure) }
        return .answered(outcome.results)
    }

    // MARK: Health

    private func refusal(of peer: Peer) -> TransportFailure? {
        health.withLock { health in
            (health.suspension ?? health.refusals[peer]).map { $0.notTriedAgain }
        }
    }

    private func suspend(_ peer: Peer, _ problem: OpeningFailure) {
        health.withLock { health in
            if problem.concernsPeerAlone {
                health.refusals[peer] = problem.failure
            } else if health.suspension == nil {
                health.suspension = problem.failure
            }
        }
    }

    /// A server that breaks off one mail after the other is as good as down.
    private func note(_ attempt: Attempt) -> Attempt {
        let trouble: TransportFailure? =
            switch attempt {
            case .passed(let failure): failure
            case .answered(let results): results.lazy.compactMap(\.failure).first { $0.isSilence }
            }
        health.withLock { health in
            guard let trouble else {
                health.unanswered = 0
                return
            }
            health.unanswered += 1
            if health.unanswered >= Self.maximumUnanswered, health.suspension == nil {
                health.suspension = trouble
            }
        }
        return attempt
    }
}

extension TransportFailure {
    /// Nothing was heard of the message.
    fileprivate var isSilence: Bool { cause == .connection || cause == .timeout }

    /// The same, for a mail that was not offered because of it.
    fileprivate var notTriedAgain: TransportFailure {
        let prefix = "not tried again: "
        guard !text.hasPrefix(prefix) else { return self }
        var text = prefix + text
        while text.utf8.count > 500 { text.removeLast() }
        return TransportFailure(status: status, text: text, cause: cause, peer: peer, reply: reply)
    }
}
