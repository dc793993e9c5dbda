package import Platform

/// Answers Postfix's questions over a socket, many over each connection, until somebody asks the process to end.
///
/// One thread looks after all connections; what is asked is found out by others, so that a slow user database keeps
/// nobody waiting but who asked it. Connections that say nothing are closed after a time, and the one that has been
/// silent longest where there are too many: Postfix opens another. A server that ends has Postfix keep all mail
/// waiting: what keeps a connection out is waited for.
package final class PolicyServer: Sendable {
    package struct Limits: Sendable {
        package var connections = 500
        package var workers = 8
        /// Milliseconds that a connection may be silent between two questions. Postfix closes its own after 300 s.
        package var idle = 600_000
        /// Milliseconds in which a question has to be there, once it has begun.
        package var question = 30_000
        /// Milliseconds in which an answer has to be taken.
        package var answer = 10_000
        /// Milliseconds to wait after a connection that could not be taken.
        package var pause = 100

        package init() {}
    }

    private struct Connection: Sendable {
        let descriptor: Shared
        var bytes: [UInt8] = []
        var since = SteadyTime.now()
    }

    /// A connection, closed when nobody has it any more.
    private final class Shared: Sendable {
        let descriptor: OwnedFileDescriptor

        init(_ descriptor: consuming OwnedFileDescriptor) { self.descriptor = descriptor }
    }

    private struct Work: Sendable {
        var asked: [(connection: Connection, request: PolicyRequest)] = []
        var answered: [Connection] = []
        /// Questions that somebody is at work on.
        var open = 0
        var isOver = false
    }

    package typealias NextConnection =
        @Sendable (borrowing ListeningSocket) throws(SystemError) -> OwnedFileDescriptor?

    private let limits: Limits
    private let answer: @Sendable (PolicyRequest) -> String
    private let nextConnection: NextConnection
    private let work = Monitor(Work())
    private let wakeUp: WakeUp

    /// - Parameters:
    ///   - answer: gives the action for a question, by any thread.
    ///   - nextConnection: how a connection is taken.
    package init(
        limits: Limits = Limits(), answer: @escaping @Sendable (PolicyRequest) -> String,
        nextConnection: @escaping NextConnection = PolicyServer.accept
    ) throws(SystemError) {
        self.limits = limits
        self.answer = answer
        self.nextConnection = nextConnection
        wakeUp = try WakeUp()
    }

    /// Serves until `isStopped` says so; what was asked by then is answered.
    ///
    /// - Throws: why no connection can ever be taken any more.
    package func run(_ listener: borrowing ListeningSocket, isStopped: () -> Bool) throws(SystemError) {
        let workers = WorkerThreads(limits.workers) { [self] _ in serve() }
        var idle: [Connection] = []
        var failure: SystemError?
        while failure == nil, !isStopped() {
            for connection in takeAnswered() { settle(connection, &idle) }
            do throws(SystemError) {
                try look(listener, &idle)
            } catch {
                failure = error
            }
            close(&idle)
        }
        work.change(wakingAll: true) { $0.isOver = true }
        workers.join()
        if let failure { throw failure }
    }

    // MARK: Connections

    @Sendable package static func accept(
        _ listener: borrowing ListeningSocket
    ) throws(SystemError) -> OwnedFileDescriptor? {
        try listener.accept()
    }

    /// Whether the socket itself is none, so that waiting does not help (accept(2)).
    private static func isHopeless(_ error: SystemError) -> Bool {
        [ErrorCode.badFileDescriptor, ErrorCode.invalidArgument, ErrorCode.notSocket].contains(error.code)
    }

    private func look(_ listener: borrowing ListeningSocket, _ idle: inout [Connection]) throws(SystemError) {
        let hasRoom = idle.count + busy < limits.connections || !idle.isEmpty
        let watched = [wakeUp.raw, hasRoom ? listener.raw : -1] + idle.map { $0.descriptor.descriptor.raw }
        let ready = Readiness.wait(for: watched, milliseconds: 500)
        if ready[0] { wakeUp.take() }
        let news = zip(idle, ready.dropFirst(2))
        let silent = news.filter { !$0.1 }.map(\.0)
        let speaking = news.filter(\.1).map(\.0)
        idle = silent
        for connection in speaking { receive(connection, &idle) }
        if ready[1] { try accept(listener, &idle) }
    }

    private func accept(
        _ listener: borrowing ListeningSocket, _ idle: inout [Connection]
    ) throws(SystemError) {
        do throws(SystemError) {
            guard let descriptor = try nextConnection(listener) else { return }
            idle.append(Connection(descriptor: Shared(descriptor)))
        } catch {
            guard !Self.isHopeless(error) else { throw error }
            // Mostly it lacks descriptors or memory: the one that has been silent longest makes room. The next may
            // be waiting already, so that without a pause this would be tried all the time.
            removeOldest(&idle)
            pause(milliseconds: limits.pause)
        }
        if idle.count + busy > limits.connections { removeOldest(&idle) }
    }

    /// Connections that are not idle: somebody is at work on what was asked, or has just answered it.
    private var busy: Int { work.withLock { $0.open + $0.answered.count } }

    private func removeOldest(_ idle: inout [Connection]) {
        if let oldest = idle.indices.min(by: { idle[$0].since < idle[$1].since }) { idle.remove(at: oldest) }
    }

    private func receive(_ connection: Connection, _ idle: inout [Connection]) {
        var connection = connection
        do throws(SystemError) {
            guard let bytes = try connection.descriptor.descriptor.receive(most: 1 << 14) else {
                return idle.append(connection)
            }
            // The end: who asked is gone.
            guard !bytes.isEmpty else { return }
            if connection.bytes.isEmpty { connection.since = .now() }
            connection.bytes += bytes
            settle(connection, &idle)
        } catch {
            return
        }
    }

    /// Has a question answered if there is a whole one; what can become none ends the connection.
    private func settle(_ connection: Connection, _ idle: inout [Connection]) {
        switch PolicyRequest.read(connection.bytes) {
        case .incomplete: idle.append(connection)
        case .unusable: break
        case .complete(let request, let length):
            var rest = connection
            rest.bytes.removeFirst(length)
            work.change { work in
                work.asked.append((rest, request))
                work.open += 1
            }
        }
    }

    /// Closes what has been silent too long.
    private func close(_ idle: inout [Connection]) {
        let now = SteadyTime.now()
        idle.removeAll { connection in
            let patience = connection.bytes.isEmpty ? limits.idle : limits.question
            return connection.since.advanced(milliseconds: patience) < now
        }
    }

    // MARK: Answers

    private func takeAnswered() -> [Connection] {
        work.withLock { work in
            defer { work.answered = [] }
            return work.answered
        }
    }

    /// What one of the other threads does.
    private func serve() {
        while let (connection, request) = next() {
            let text = "action=\(answer(request))\n\n"
            let isSent: Bool
            do throws(SystemError) {
                try connection.descriptor.descriptor.send(
                    Array(text.utf8), until: Deadline(milliseconds: limits.answer))
                isSent = true
            } catch {
                isSent = false
            }
            var later = connection
            later.since = .now()
            work.withLock { work in
                work.open -= 1
                if isSent { work.answered.append(later) }
            }
            wakeUp.call()
        }
    }

    /// The next question; nil at the end, once all are answered.
    private func next() -> (Connection, PolicyRequest)? {
        enum Found { case question(Connection, PolicyRequest), end }
        while true {
            let found = work.wait(until: Deadline(milliseconds: 60_000)) { work -> Found? in
                if !work.asked.isEmpty {
                    let first = work.asked.removeFirst()
                    return .question(first.connection, first.request)
                }
                return work.isOver ? .end : nil
            }
            switch found {
            case .question(let connection, let request): return (connection, request)
            case .end: return nil
            case nil: continue
            }
        }
    }
}
