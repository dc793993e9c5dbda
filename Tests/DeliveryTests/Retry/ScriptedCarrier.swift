import MailTransport
import Platform
import Synchronization

/// A carrier that answers as a test has told it, and remembers what it was given.
final class ScriptedCarrier: MailCarrier {
    /// What was given, and to whom.
    struct Transaction: Sendable {
        let mail: OutgoingMail
        let routes: [Route]

        var recipients: [String] { mail.recipients.map(\.address) }
        var text: String {
            String(decoding: mail.head + mail.body.array(0..<mail.body.count), as: UTF8.self)
        }
    }

    private struct State {
        var answers: [String: TransportResult] = [:]
        var transactions: [Transaction] = []
    }

    private let state = Mutex(State())

    /// How `recipient` is answered from now on; without that, mail is accepted.
    func answer(_ recipient: String, _ result: TransportResult?) {
        state.withLock { $0.answers[recipient] = result }
    }

    var transactions: [Transaction] { state.withLock { $0.transactions } }

    func send(_ mail: OutgoingMail, by routes: [Route]) -> [TransportResult] {
        state.withLock { state in
            state.transactions.append(Transaction(mail: mail, routes: routes))
            return mail.recipients.map { recipient in
                state.answers[recipient.address]
                    ?? .accepted(TransportReceipt(peer: "mx.test:25", reply: "250 2.0.0 Ok"))
            }
        }
    }

    static func delay(
        _ text: String = "451 4.7.1 later", _ cause: TransportFailure.Cause = .reply
    ) -> TransportResult {
        .temporaryFailure(
            TransportFailure(status: "4.7.1", text: text, cause: cause, peer: "mx.test:25", reply: text))
    }

    static func refusal(_ text: String = "550 5.1.1 nobody here") -> TransportResult {
        .permanentFailure(
            TransportFailure(
                status: "5.1.1", text: text, cause: .reply, peer: "mx.test:25", reply: text))
    }
}
