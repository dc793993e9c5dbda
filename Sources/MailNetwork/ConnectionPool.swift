import MailTransport
import NIOCore
import Synchronization

/// The connections to one server: so many at once and no more, each kept for the next message.
///
/// Invariant: a slot is taken for each connection from before it is opened until it is closed. Who wants one waits
/// in a queue; while somebody waits, no connection is idle that would do for the first.
final class ConnectionPool: SessionHandler.Owner {
    /// What a caller gets to send a mail with.
    enum Turn: Sendable {
        /// A connection that has been used before.
        case kept(Connection)
        /// The right to open one; to be given back with ``ConnectionPool/abandon()`` if that fails.
        case new
        /// There will be no more.
        case closed
    }

    private struct Waiter {
        let peer: Peer
        let turn: EventLoopPromise<Turn>
    }

    private struct State {
        /// Connections that exist or are being opened.
        var slots = 0
        /// Of these, the ones on which a mail could be sent.
        var established = 0
        var limit: Int
        /// The last one used is the last.
        var idle: [Connection] = []
        var waiting = CircularBuffer<Waiter>()
        var isClosed = false
    }

    private let state: Mutex<State>
    private let loop: any EventLoop

    /// - Parameter limit: connections at once.
    init(limit: Int, loop: any EventLoop) {
        state = Mutex(State(limit: max(limit, 1)))
        self.loop = loop
    }

    /// Waits for a turn; in the order of the calls, which other callers' deadlines bound.
    ///
    /// - Parameter reusing: whether an idle connection will do.
    func turn(for peer: Peer, reusing: Bool) -> Turn {
        var superfluous: Connection?
        let (turn, later) = state.withLock { state -> (Turn?, EventLoopFuture<Turn>?) in
            if state.isClosed { return (.closed, nil) }
            if reusing, let index = state.idle.lastIndex(where: { $0.peer == peer }) {
                return (.kept(state.idle.remove(at: index)), nil)
            }
            if state.slots < state.limit {
                state.slots += 1
                return (.new, nil)
            }
            // An idle one is of no use here, or would be taken: its slot is.
            if !state.idle.isEmpty { superfluous = state.idle.removeFirst() }
            let promise = loop.makePromise(of: Turn.self)
            state.waiting.append(Waiter(peer: peer, turn: promise))
            return (nil, promise.futureResult)
        }
        superfluous?.quit()
        if let turn { return turn }
        return (try? later?.wait()) ?? .closed
    }

    /// Counts a new connection in, on which a mail is sent now.
    func establish() {
        state.withLock { $0.established += 1 }
    }

    /// Gives a turn back that has come to nothing.
    func abandon() {
        freeSlot()
    }

    /// Gives a turn back that has come to nothing, and is content with fewer connections, if there are others:
    /// many servers limit them.
    ///
    /// - Returns: false, and the turn is kept, if there are no others.
    func narrow() -> Bool {
        let isLimited = state.withLock { state in
            guard state.established > 0 else { return false }
            state.limit = max(min(state.limit, state.slots) - 1, 1)
            return true
        }
        if isLimited { freeSlot() }
        return isLimited
    }

    /// Closes the idle connections, and lets none be idle any more.
    func close() {
        let (idle, waiting) = state.withLock { state in
            state.isClosed = true
            defer {
                state.idle = []
                state.waiting = []
            }
            return (state.idle, Array(state.waiting))
        }
        for connection in idle { connection.quit() }
        for waiter in waiting { waiter.turn.succeed(.closed) }
    }

    /// Whether all connections are closed.
    var isEmpty: Bool { state.withLock { $0.slots == 0 } }

    private func freeSlot() {
        let waiter = state.withLock { state -> Waiter? in
            state.slots -= 1
            guard state.slots < state.limit, let next = state.waiting.popFirst() else { return nil }
            state.slots += 1
            return next
        }
        waiter?.turn.succeed(.new)
    }

    // MARK: What connections tell

    func connectionIsReady(_ connection: Connection) {
        let (waiter, isKept) = state.withLock { state -> (Waiter?, Bool) in
            if state.isClosed || state.slots > state.limit { return (nil, false) }
            guard let first = state.waiting.first else {
                state.idle.append(connection)
                return (nil, true)
            }
            guard first.peer == connection.peer else { return (nil, false) }
            return (state.waiting.popFirst(), true)
        }
        waiter?.turn.succeed(.kept(connection))
        if !isKept { connection.quit() }
    }

    func connectionIsClosed(_ connection: Connection) {
        state.withLock { state in
            state.idle.removeAll { $0 === connection }
            state.established -= 1
        }
        freeSlot()
    }

    func connectionMayRest(_ connection: Connection) -> Bool {
        state.withLock { state in
            guard let index = state.idle.firstIndex(where: { $0 === connection }) else { return false }
            state.idle.remove(at: index)
            return true
        }
    }
}
