import MailTransport
import Platform

extension FuzzChecks {
    /// A session of the mail client with a peer that says anything at any time: each mail has one result for each
    /// recipient, once, and nothing is accepted that was not sent to its end.
    ///
    /// The first octet says how the session is set up; each other one is something that the peer says or that happens,
    /// or is said as it is.
    package static func session(_ input: [UInt8]) {
        guard let first = input.first else { return }
        var session = ClientSession(options(first))
        var watch = Watch()
        watch.take(session.handle(.connected))
        var index = 1
        while index < input.count {
            let octet = input[index]
            index += 1
            switch octet {
            case 0..<UInt8(replies.count):
                watch.take(session.handle(.received(Array(replies[Int(octet)].utf8))))
            case 0x80: watch.take(session.handle(.tlsEstablished))
            case 0x81: watch.take(session.handle(.tlsFailed("reason")))
            case 0x82: watch.take(session.handle(.deadlinePassed))
            case 0x83: watch.take(session.handle(.quit))
            case 0x84: watch.take(session.handle(.closed("reason")))
            case 0x85..<0xC0: watch.begin(octet, &session)
            case 0xC0...:
                // What comes next, as it is.
                let text = Array(input[index...].prefix(Int(octet - 0xC0)))
                index += text.count
                watch.take(session.handle(.received(text)))
            default: watch.take(session.handle(.received([octet])))
            }
            // Everything leaves, but where a peer is to be early.
            var rounds = 0
            while octet % 7 != 3, watch.unwritten > 0, rounds < 100_000 {
                rounds += 1
                watch.unwritten -= 1
                watch.take(session.handle(.written))
            }
        }
        watch.take(session.handle(.closed(nil)))
        precondition(session.isOver && watch.owed == nil)
    }

    private static func options(_ octet: UInt8) -> SessionOptions {
        let encryptions: [Peer.Encryption] = [.off, .opportunistic, .required, .implicit]
        return SessionOptions(
            octet & 1 == 0 ? .smtp : .lmtp, peer: "peer", encryption: encryptions[Int(octet >> 1 & 3)],
            credential: octet & 8 == 0 ? nil : PasswordCredential(user: "user", password: "pencil"),
            isLocal: octet & 16 == 0, nonce: [octet])
    }

    private static let replies: [String] = [
        "220 peer\r\n", "250 ok\r\n", "354 go\r\n", "250-peer\r\n250-PIPELINING\r\n250 SIZE 1000\r\n",
        "250-peer\r\n250-PIPELINING\r\n250 CHUNKING\r\n", "250-peer\r\n250 CHUNKING\r\n",
        "250-peer\r\n250-DSN\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n", "250-peer\r\n250 STARTTLS\r\n",
        "250-peer\r\n250 AUTH PLAIN LOGIN SCRAM-SHA-256\r\n",
        "235 2.7.0 ok\r\n", "334 \r\n",
        // SCRAM: r=EA==x,s=QSXCR+Q6sek8bf92,i=4096
        "334 cj1FQT09eCxzPVFTWENSK1E2c2VrOGJmOTIsaT00MDk2\r\n", "334 dj14\r\n", "421 4.3.2 bye\r\n",
        "450 4.2.0 later\r\n", "550 5.1.1 no\r\n", "552 5.3.4 too big\r\n", "503 5.5.1 no\r\n", "250-",
        "250 ",
        "\r\n", "\n", "\r", "\0", "5", "2", "-", " ", "999 x\r\n", "530 5.7.0 no\r\n",
    ]

    private struct Watch {
        var unwritten = 0
        /// Recipients of the mail in hand.
        private(set) var owed: Int?
        private var sent: [UInt8] = []

        mutating func begin(_ octet: UInt8, _ session: inout ClientSession) {
            guard owed == nil else { return }
            let names = ["a@x", "b@y", "é@z", "bad\r\n@x"].prefix(Int(octet & 3) + 1)
            let bodies = ["", ".\r.\n.\r\n\r.", "text\n", String(repeating: "longer text\n", count: 20_000)]
            let mail = OutgoingMail(
                sender: octet & 8 == 0 ? "s@x" : "", recipients: names.map { OutgoingMail.Recipient($0) },
                head: Array("A: b\n\n".utf8), body: SharedBytes(Array(bodies[Int(octet >> 4 & 3)].utf8)))
            owed = names.count
            sent = []
            take(session.handle(.begin(mail)))
        }

        mutating func take(_ effects: [SessionEffect]) {
            for effect in effects {
                switch effect {
                case .write(let bytes):
                    unwritten += 1
                    sent = sent.suffix(64) + bytes
                case .results(let outcome):
                    precondition(outcome.results.count == owed)
                    owed = nil
                    guard outcome.results.contains(where: { $0.failure == nil }) else { continue }
                    precondition(outcome.isAnswered && unwritten == 0)
                    let ending = String(decoding: sent, as: UTF8.self)
                    precondition(
                        ending.hasSuffix("\r\n")
                            && (ending.hasSuffix(".\r\n") || ending.contains("BDAT") || sent.count > 64))
                case .startTLS, .deadline, .ready, .unusable, .close: break
                }
            }
        }
    }
}
