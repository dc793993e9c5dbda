package import MailTransport
import NIOCore
import NIOPosix
import Platform
import Synchronization

/// Carries mail by SMTP and LMTP, over connections that are kept for the next message.
///
/// ``send(_:by:)`` may be called from as many threads as one likes; each waits until the fate of its mail is known,
/// which deadlines bound at every step. A route that turns out to be down is not tried again by this carrier.
package final class NetworkCarrier: MailCarrier {
    private struct State {
        var gateways: [String: Gateway] = [:]
        /// Made when the network is first needed.
        var network: Network?
        /// Threads that are sending.
        var senders = 0
        var isClosed = false
    }

    private struct Network {
        let group: MultiThreadedEventLoopGroup
        let opener: ConnectionOpener
    }

    /// Milliseconds that peers have to take leave.
    private static let farewell = 2000

    private let options: NetworkOptions
    private let suspended: [String: Suspension]
    private let state = Mutex(State())

    /// - Parameter suspended: routes that are down, as another process has found out.
    package init(_ options: NetworkOptions, suspended: [Suspension] = []) {
        self.options = options
        self.suspended = Dictionary(suspended.map { ($0.route, $0) }, uniquingKeysWith: { first, _ in first })
    }

    package func send(_ mail: OutgoingMail, by routes: [Route]) -> [TransportResult] {
        var last = TransportFailure(status: "4.4.4", text: "there is no route", cause: .route)
        for route in routes {
            guard case .peer(let peer) = route else {
                let carrier = SendmailCarrier(path: options.sendmail, timeout: options.sendmailTimeout)
                return carrier.send(mail, by: [route])
            }
            guard let gateway = begin(route.name) else {
                last = TransportFailure(status: "4.3.2", text: "no more is sent now", cause: .connection)
                break
            }
            let attempt = gateway.send(mail, to: peer)
            end()
            switch attempt {
            case .answered(let results): return results
            case .passed(let failure): last = failure
            }
        }
        return mail.recipients.map { _ in .temporaryFailure(last) }
    }

    /// The routes that were found to be down meanwhile, and those that it was told of.
    package var suspensions: [Suspension] {
        let gateways = state.withLock { $0.gateways }
        let found = gateways.compactMap { name, gateway in
            gateway.suspension.map { Suspension(route: name, reason: $0.text) }
        }
        let told = suspended.values.filter { gateways[$0.route] == nil }
        return (found + told).sorted { $0.route < $1.route }
    }

    /// Takes leave of all peers; nothing is sent any more. Waits two seconds at the most, and then ends what is left.
    package func close() {
        let (gateways, network) = state.withLock { state in
            state.isClosed = true
            let isIdle = state.senders == 0
            defer { if isIdle { state.network = nil } }
            return (Array(state.gateways.values), isIdle ? state.network : nil)
        }
        for gateway in gateways { gateway.close() }
        guard let network else { return }
        let deadline = Deadline(milliseconds: Self.farewell)
        while !gateways.allSatisfy(\.isClosed), !deadline.hasPassed { pause(milliseconds: 2) }
        try? network.group.syncShutdownGracefully()
    }

    // MARK: Threads

    /// The gateway by that name, held until ``end()``; nil if all is closed.
    private func begin(_ name: String) -> Gateway? {
        state.withLock { state in
            guard !state.isClosed else { return nil }
            state.senders += 1
            if let gateway = state.gateways[name] { return gateway }
            let network = state.network ?? makeNetwork()
            state.network = network
            let gateway = Gateway(
                network.opener, concurrency: options.concurrency, loop: network.group.next(),
                suspension: suspended[name].map {
                    TransportFailure(status: "4.4.1", text: $0.reason, cause: .connection)
                })
            state.gateways[name] = gateway
            return gateway
        }
    }

    /// Who leaves last after ``close()`` ends what it could not.
    private func end() {
        let network = state.withLock { state in
            state.senders -= 1
            guard state.isClosed, state.senders == 0 else { return nil as Network? }
            defer { state.network = nil }
            return state.network
        }
        try? network?.group.syncShutdownGracefully()
    }

    private func makeNetwork() -> Network {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        return Network(group: group, opener: ConnectionOpener(options, group: group))
    }
}
