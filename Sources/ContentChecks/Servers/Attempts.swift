import Platform

/// Servers that are asked one after the other until one answers, before one deadline.
///
/// Invariant: each server has an equal share of the time that is left when its turn comes, so that one that
/// hangs leaves time for the next; the last one has all that is left.
struct Attempts<Server> {
    private let servers: [Server]
    private let deadline: Deadline
    private var next = 0
    private var failures: [ScannerFailure] = []

    init(_ servers: [Server], until deadline: Deadline) {
        self.servers = servers
        self.deadline = deadline
    }

    /// The next server, and when it must have answered; nil where there is none, or no time.
    mutating func begin() -> (server: Server, deadline: Deadline)? {
        guard next < servers.count, !deadline.hasPassed else { return nil }
        let share = max(deadline.remaining / (servers.count - next), 1)
        next += 1
        return (servers[next - 1], Deadline(milliseconds: share))
    }

    /// Keeps in mind why the server whose turn it was did not answer.
    mutating func failed(_ failure: ScannerFailure) {
        failures.append(failure)
    }

    /// Why none of them answered: the one failure, or the last one with all of them in its words.
    ///
    /// - Parameter kind: what the servers are, for a list of none.
    func failure(of kind: String) -> ScannerFailure {
        guard let last = failures.last else {
            return ScannerFailure(
                servers.isEmpty ? .unreachable : .tooSlow, scanner: kind, "nobody was asked")
        }
        guard failures.count > 1 else { return last }
        let details = failures.map(\.description).joined(separator: "; ")
        return ScannerFailure(last.reason, scanner: kind, details)
    }

    /// Asks one server after the other until one answers.
    ///
    /// - Parameters:
    ///   - kind: what the servers are.
    ///   - question: asks one of them, before a deadline of its own.
    /// - Throws: why none of them answered.
    static func firstAnswer<Answer>(
        of kind: String, _ servers: [Server], until deadline: Deadline,
        _ question: (Server, Deadline) throws(ScannerFailure) -> Answer
    ) throws(ScannerFailure) -> Answer {
        var attempts = Attempts(servers, until: deadline)
        while let (server, share) = attempts.begin() {
            do throws(ScannerFailure) {
                return try question(server, share)
            } catch {
                attempts.failed(error)
            }
        }
        throw attempts.failure(of: kind)
    }
}
