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

        /// Offers a mail to a peer, and compares both sides' accounts.
        private static func check(_ fake: FakePeer, _ mail: OutgoingMail, stop: String) {
            let time = duration {
                let results = withCarrier({ $0.replyTimeout = 1 }) { $0.send(mail, by: [route(to: fake)]) }
                #expect(results.count == mail.recipients.count)
                let told = zip(mail.recipients, results).filter { $0.1.isAccepted }.map(\.0.address)
                let taken = fake.deliveries
                let recipients = taken.map(\.recipient)
                #expect(told == recipients, "\(stop)")
                let expected = transferred(mail)
                let isWhole = taken.allSatisfy { $0.data == expected }
                #expect(isWhole, "\(stop)")
                let isPermanent = results.contains { $0.isPermanent }
                #expect(!isPermanent, "\(stop)")
                // QUIT is not worth another try.
                #expect(fake.log.connections == 1, "\(stop)")
            }
            #expect(time < 15_000, "\(stop)")
        }

        private func checkAll(
            _ behaviour: FakePeer.Behaviour, _ mail: OutgoingMail, points: Range<Int>, threads: Int,
            _ adjust: @escaping @Sendable (inout FakePeer.Behaviour, Int) -> Void
        ) {
            let directory = directory
            inParallel(points.count, threads: threads) { index in
                let point = points.lowerBound + index
                var behaviour = behaviour
                adjust(&behaviour, point)
                guard let fake = try? FakePeer(behaviour, socket: directory.path("stop-\(point)")) else {
                    Issue.record("no fake")
                    return
                }
                Self.check(fake, mail, stop: "at \(point)")
                fake.shut()
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
            checkAll(behaviour, mail, points: 0..<said, threads: 4) { $0.stopAfterSaying = ($1, .close) }
        }

        @Test("a peer that closes after any byte that it heard", arguments: dialogues)
        func closingOnHearing(dialogue: Peer.Dialogue, isPipelined: Bool) throws {
            let mail = message(to: ["a@example.org", "b@example.org"])
            let behaviour = behaviour(dialogue, isPipelined: isPipelined)
            let (_, heard) = try lengths(behaviour, mail)
            #expect(heard > 150)
            checkAll(behaviour, mail, points: 1..<heard, threads: 4) { $0.stopAfterHearing = ($1, .close) }
        }

        @Test("a peer that falls silent after any byte that it said", arguments: [Peer.Dialogue.smtp, .lmtp])
        func hanging(dialogue: Peer.Dialogue) throws {
            let mail = message(to: ["a@example.org", "b@example.org"])
            let behaviour = behaviour(dialogue, isPipelined: true)
            let (said, _) = try lengths(behaviour, mail)
            checkAll(behaviour, mail, points: 0..<said, threads: 64) { $0.stopAfterSaying = ($1, .hang) }
        }

        @Test("a peer that closes after any byte that it said within TLS")
        func closingWithinTLS() throws {
            var behaviour = behaviour(.smtp, isPipelined: true)
            behaviour.tls = try Certificates.shared().server("good")
            behaviour.capabilities.append("STARTTLS")
            let mail = message()
            let (said, _) = try lengths(behaviour, mail)
            checkAll(behaviour, mail, points: 0..<said, threads: 4) { $0.stopAfterSaying = ($1, .close) }
        }
    }
}
