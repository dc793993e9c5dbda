import MailTransport
import Synchronization
import TestSupport
import Testing

@testable import MailNetwork

extension Networking {
    /// Peers that stop at each byte of a dialogue. The result is `accepted` exactly where the peer has said all of its
    /// final reply.
    @Suite struct StopPoints {
        private let directory: TemporaryDirectory

        init() throws { directory = try TemporaryDirectory() }

        /// In TLS where the fake can, without a word about its certificate.
        private static func route(to fake: FakePeer) -> Route {
            .peer(fake.behaviour.tls == nil ? fake.peer() : fake.peer(.required, verifies: false))
        }

        /// Bytes that a peer says, and hears, when all goes well.
        private func lengths(_ behaviour: FakePeer.Behaviour, _ mail: OutgoingMail) throws -> (Int, Int) {
            let fake = try FakePeer(behaviour, socket: directory.path("whole"))
            let results = withCarrier { $0.send(mail, by: [Self.route(to: fake)]) }
            let expected = transferred(mail)
            let isWhole =
                results.allSatisfy { $0.isAccepted } && fake.deliveries.allSatisfy { $0.data == expected }
            #expect(isWhole)
            #expect(fake.deliveries.count == mail.recipients.count)
            return (fake.log.bytesSaid, fake.log.bytesHeard)
        }

        /// Offers a mail to a peer, and compares both sides' accounts; gives what does not agree.
        private static func problems(
            _ behaviour: FakePeer.Behaviour, _ mail: OutgoingMail, socket: String, patience: Int
        ) -> [String] {
            guard let fake = try? FakePeer(behaviour, socket: socket) else { return ["no fake"] }
            defer { fake.shut() }
            var problems: [String] = []
            let time = duration {
                let results = withCarrier({ $0.replyTimeout = patience }) {
                    $0.send(mail, by: [route(to: fake)])
                }
                if results.count != mail.recipients.count { problems.append("\(results.count) results") }
                let told = zip(mail.recipients, results).filter { $0.1.isAccepted }.map(\.0.address)
                let taken = fake.deliveries
                if told != taken.map(\.recipient) {
                    problems.append("\(told), not \(taken.map(\.recipient))")
                }
                let expected = transferred(mail)
                if !taken.allSatisfy({ $0.data == expected }) { problems.append("not whole") }
                if results.contains(where: \.isPermanent) { problems.append("refused for good") }
                // QUIT is not worth another try.
                if fake.log.connections != 1 { problems.append("\(fake.log.connections) connections") }
            }
            if time > 60_000 { problems.append("\(time) ms") }
            return problems
        }

        /// - Parameter patience: seconds that are waited for a reply. Where few may be too few on a machine that is
        ///   busy, a second number says how many are enough.
        private func checkAll(
            _ behaviour: FakePeer.Behaviour, _ mail: OutgoingMail, points: Range<Int>, threads: Int,
            patience: [Int], _ adjust: @escaping @Sendable (inout FakePeer.Behaviour, Int) -> Void
        ) {
            let directory = directory
            inParallel(points.count, threads: threads) { index in
                let point = points.lowerBound + index
                var behaviour = behaviour
                adjust(&behaviour, point)
                var problems: [String] = []
                for seconds in patience {
                    problems = Self.problems(
                        behaviour, mail, socket: directory.path("stop-\(point)-\(seconds)"), patience: seconds
                    )
                    if problems.isEmpty { break }
                }
                #expect(problems.isEmpty, "at \(point)")
            }
        }

        static let dialogues: [(Peer.Dialogue, Bool)] = [
            (.smtp, true), (.smtp, false), (.lmtp, true), (.lmtp, false),
        ]

        private func behaviour(_ dialogue: Peer.Dialogue, isPipelined: Bool) -> FakePeer.Behaviour {
            var behaviour = FakePeer.Behaviour(dialogue: dialogue)
            if !isPipelined { behaviour.capabilities.removeFirst() }
            return behaviour
        }

        @Test("a peer that closes after any byte that it said", arguments: dialogues)
        func closing(dialogue: Peer.Dialogue, isPipelined: Bool) throws {
            let mail = message(to: ["a@example.org", "b@example.org", "c@example.org"])
            let behaviour = behaviour(dialogue, isPipelined: isPipelined)
            let (said, _) = try lengths(behaviour, mail)
            #expect(said > 150)
            checkAll(behaviour, mail, points: 0..<said, threads: 4, patience: [120]) {
                $0.stopAfterSaying = ($1, .close)
            }
        }

        @Test("a peer that closes after any byte that it heard", arguments: dialogues)
        func closingOnHearing(dialogue: Peer.Dialogue, isPipelined: Bool) throws {
            let mail = message(to: ["a@example.org", "b@example.org"])
            let behaviour = behaviour(dialogue, isPipelined: isPipelined)
            let (_, heard) = try lengths(behaviour, mail)
            #expect(heard > 150)
            checkAll(behaviour, mail, points: 1..<heard, threads: 4, patience: [120]) {
                $0.stopAfterHearing = ($1, .close)
            }
        }

        @Test("a peer that falls silent after any byte that it said", arguments: [Peer.Dialogue.smtp, .lmtp])
        func hanging(dialogue: Peer.Dialogue) throws {
            let mail = message(to: ["a@example.org", "b@example.org"])
            let behaviour = behaviour(dialogue, isPipelined: true)
            let (said, _) = try lengths(behaviour, mail)
            checkAll(behaviour, mail, points: 0..<said, threads: 64, patience: [1, 20]) {
                $0.stopAfterSaying = ($1, .hang)
            }
        }

        @Test("a peer that closes after any byte that it said within TLS")
        func closingWithinTLS() throws {
            var behaviour = behaviour(.smtp, isPipelined: true)
            behaviour.tls = try Certificates.shared().server("good")
            behaviour.capabilities.append("STARTTLS")
            let mail = message()
            let (said, _) = try lengths(behaviour, mail)
            checkAll(behaviour, mail, points: 0..<said, threads: 4, patience: [120]) {
                $0.stopAfterSaying = ($1, .close)
            }
        }
    }
}
