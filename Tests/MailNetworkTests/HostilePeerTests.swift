import MailTransport
import Platform
import Synchronization
import TestSupport
import Testing

@testable import MailNetwork

extension Networking {
    /// Peers that are broken or mean harm. Nothing that they do makes mail count as sent, or takes long.
    @Suite struct HostilePeers {
        private let directory: TemporaryDirectory

        init() throws { directory = try TemporaryDirectory() }

        /// - Parameter patience: seconds that are waited for a reply; few where none comes.
        private func offer(
            _ mail: OutgoingMail = message(), within milliseconds: Int = 60_000,
            to behaviour: FakePeer.Behaviour, patience: Int = 1
        ) throws -> ([TransportResult], FakePeer) {
            let fake = try FakePeer(behaviour, socket: directory.path("socket-\(Host.random())"))
            var results: [TransportResult] = []
            let time = duration {
                results = withCarrier({ $0.replyTimeout = patience }) { $0.send(mail, by: [fake.route]) }
            }
            #expect(time < milliseconds)
            #expect(results.count == mail.recipients.count)
            return (results, fake)
        }

        private func answering(
            _ line: String, _ answer: FakePeer.Answer, dialogue: Peer.Dialogue = .smtp,
            pipelining: Bool = true
        ) -> FakePeer.Behaviour {
            var behaviour = FakePeer.Behaviour(dialogue: dialogue)
            if !pipelining { behaviour.capabilities.removeFirst() }
            behaviour.answer = { said, _ in said.hasPrefix(line) ? answer : nil }
            return behaviour
        }

        static let stages = ["CONNECT", "EHLO", "MAIL", "RCPT", "DATA", "."]

        @Test("lines without an end, at every stage", arguments: stages)
        func endlessLine(stage: String) throws {
            let (results, fake) = try offer(to: answering(stage, .sayForever("aaaaaaaaaaaaaaaa")))
            #expect(results.first?.isTemporary == true)
            #expect(fake.deliveries.isEmpty)
        }

        @Test("replies without an end, at every stage", arguments: stages)
        func endlessReply(stage: String) throws {
            let (results, fake) = try offer(to: answering(stage, .sayForever("250-and so on\r\n")))
            #expect(results.first?.isTemporary == true)
            #expect(fake.deliveries.isEmpty)
        }

        @Test("more and more replies to the same thing", arguments: stages)
        func manyReplies(stage: String) throws {
            let (results, _) = try offer(to: answering(stage, .sayForever("421 go away\r\n")))
            #expect(results.first?.isTemporary == true)
        }

        @Test("a reply that comes byte by byte is no longer in time", arguments: stages)
        func dripping(stage: String) throws {
            // 40 seconds long.
            let reply = String(repeating: "250-one\r\n", count: 20) + "250 two two two\r\n"
            let (results, _) = try offer(
                to: answering(stage, .drip(reply, 200), pipelining: false))
            #expect(results.first?.isTemporary == true)
            #expect(results.first?.failure?.cause == .timeout)
        }

        @Test("a peer that takes the connection and says nothing", arguments: stages)
        func silence(stage: String) throws {
            let (results, _) = try offer(to: answering(stage, .stop(.hang)))
            #expect(results.first?.failure?.cause == .timeout)
        }

        @Test("garbage, whatever it is", arguments: stages)
        func garbage(stage: String) throws {
            var random = SeededGenerator(seed: 5)
            for _ in 0..<40 {
                let bytes = random.bytes(upTo: 200).map { $0 & 0x7F }
                let text = String(decoding: bytes, as: UTF8.self) + "\r\n"
                let (results, _) = try offer(to: answering(stage, .sayAndClose("9" + text)))
                #expect(results.first?.isTemporary == true)
            }
        }

        @Test("a peer that closes in the middle of the message", arguments: [true, false])
        func closeInMessage(pipelining: Bool) throws {
            let behaviour = answering("DATA 3", .stop(.close), pipelining: pipelining)
            let (results, fake) = try offer(message(size: 1 << 20), to: behaviour, patience: 120)
            #expect(results.first?.isTemporary == true)
            #expect(results.first?.failure?.cause == .connection)
            #expect(fake.deliveries.isEmpty)
            // Nothing that was begun is sent again.
            #expect(fake.log.connections == 1)
        }

        @Test("a peer that stops reading in the middle of the message")
        func deafInMessage() throws {
            let (results, fake) = try offer(message(size: 1 << 24), to: answering("DATA 3", .turnDeaf))
            #expect(results.first?.failure?.cause == .timeout)
            #expect(fake.deliveries.isEmpty)
            #expect(fake.log.connections == 1)
        }

        @Test("a peer that says yes before it has the message")
        func earlyYes() throws {
            let (results, _) = try offer(
                message(size: 1 << 22), to: answering("DATA 1", .say("250 2.0.0 fine\r\n")), patience: 5)
            #expect(results.first?.isTemporary == true)
        }

        @Test("a peer that says no in the middle of the message")
        func earlyNo() throws {
            let (results, fake) = try offer(
                message(size: 1 << 22), to: answering("DATA 1", .say("552 5.3.4 too much\r\n")),
                patience: 120)
            #expect(results.first?.isPermanent == true)
            #expect(fake.deliveries.isEmpty)
        }

        @Test("a reply that comes after its time counts for nothing")
        func late() throws {
            let behaviour = answering(".", .sayLate("250 2.0.0 late\r\n", 30_000))
            let (results, _) = try offer(to: behaviour)
            #expect(results.first?.failure?.cause == .timeout)
        }

        @Test("final replies of LMTP that are missing", arguments: [FakePeer.Stop.close, .hang])
        func missingReplies(stop: FakePeer.Stop) throws {
            let mail = message(to: ["a@example.org", "b@example.org", "c@example.org"])
            let behaviour = answering(". b@", .stop(stop), dialogue: .lmtp)
            let (results, fake) = try offer(mail, to: behaviour, patience: stop == .close ? 120 : 5)
            #expect(results.map(\.isAccepted) == [true, false, false])
            #expect(results.map(\.isTemporary) == [false, true, true])
            #expect(fake.deliveries.map(\.recipient) == ["a@example.org"])
        }

        @Test("a large message arrives as it is", arguments: [Peer.Dialogue.smtp, .lmtp])
        func large(dialogue: Peer.Dialogue) throws {
            let mail = message(size: 1 << 24)
            let (results, fake) = try offer(
                mail, within: 300_000, to: FakePeer.Behaviour(dialogue: dialogue), patience: 120)
            #expect(results.first?.isAccepted == true)
            let isWhole = fake.deliveries.map(\.data) == [transferred(mail)]
            #expect(isWhole)
        }

        @Test("what a peer says is one clean line in the results")
        func cleanText() throws {
            let (results, _) = try offer(
                to: answering("RCPT", .say("550 5.1.1 \u{1B}[31m\u{07}no\u{0B} such\r\n")), patience: 120)
            #expect(results.first?.isPermanent == true)
            for text in [results.first?.failure?.text, results.first?.failure?.reply] {
                let isClean = text?.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F } == true
                #expect(isClean)
            }
        }

        @Test("no descriptor is left behind")
        func descriptors() throws {
            let first = try FakePeer(socket: directory.path("first"))
            let before = OpenDescriptors.eventQueues()
            for (index, stage) in Self.stages.enumerated() {
                for answer in [FakePeer.Answer.stop(.close), .sayAndClose("421 no\r\n"), .sayForever("x")] {
                    let fake = try FakePeer(answering(stage, answer), socket: directory.path("leak-\(index)"))
                    withCarrier({ $0.replyTimeout = 1 }) { _ = $0.send(message(), by: [fake.route]) }
                    fake.shut()
                }
            }
            withCarrier { _ = $0.send(message(), by: [.peer(Peer(.smtp, .host("127.0.0.1", port: 1)))]) }
            #expect(eventually { OpenDescriptors.connections(beneath: directory.path) == 0 })
            #expect(eventually { OpenDescriptors.eventQueues() <= before + 1 })
            first.shut()
        }
    }
}
