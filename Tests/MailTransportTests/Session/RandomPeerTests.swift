import Platform
import TestSupport
import Testing

@testable import MailTransport

/// Peers that say anything at any time.
@Suite struct RandomPeerTests {
    private static let words = [
        "220 x\r\n", "250 ok\r\n", "250-x\r\n250-PIPELINING\r\n250 CHUNKING\r\n", "250-x\r\n250 STARTTLS\r\n",
        "354 go\r\n",
        "334 cj1h\r\n", "235 ok\r\n", "421 bye\r\n", "450 4.1.1 later\r\n", "550 5.1.1 no\r\n", "250-",
        "250 ",
        "\r\n", "\n",
        "x", "\0", "503 5.5.1 no\r\n", "250 a\r\n250 b\r\n250 c\r\n",
        "250-x\r\n250 AUTH PLAIN SCRAM-SHA-256\r\n",
    ]

    private func options(_ generator: inout SeededGenerator) -> SessionOptions {
        .test(
            Bool.random(using: &generator) ? .smtp : .lmtp,
            encryption: Peer.Encryption.allCases.randomElement(using: &generator) ?? .off,
            credential: Int.random(in: 0..<4, using: &generator) == 0
                ? PasswordCredential(user: "u", password: "p") : nil,
            isLocal: Bool.random(using: &generator))
    }

    @Test("each mail has one result for each recipient, and none is accepted that was not sent")
    func random() {
        var generator = SeededGenerator(seed: 5)
        var accepted = 0
        var mails = 0
        for _ in 0..<20_000 {
            var session = ClientSession(options(&generator))
            session.sizes = TransferSizes(piece: 5, chunk: 9, chunksAhead: 2)
            var watch = SessionWatch()
            watch.take(session.handle(.connected))
            for _ in 0..<Int.random(in: 1...40, using: &generator) {
                let event = event(&generator, watch)
                watch.willTake(event)
                watch.take(session.handle(event))
            }
            watch.take(session.handle(.closed(nil)))
            if let problem = watch.problem { Issue.record(Comment(rawValue: problem)) }
            #expect(watch.begun == watch.ended)
            mails += watch.begun
            accepted += watch.accepted
        }
        print("random peers: \(mails) mails, \(accepted) recipients accepted")
        #expect(accepted > 500)
    }

    private func event(_ generator: inout SeededGenerator, _ watch: SessionWatch) -> SessionEvent {
        if watch.unwritten > 0, Int.random(in: 0..<3, using: &generator) > 0 { return .written }
        switch Int.random(in: 0..<24, using: &generator) {
        case 0 where Int.random(in: 0..<4, using: &generator) == 0: return .deadlinePassed
        case 1 where Int.random(in: 0..<4, using: &generator) == 0: return .tlsFailed("x")
        case 2, 3: return .tlsEstablished
        case 4 where Bool.random(using: &generator): return .quit
        case 5: return .received(generator.bytes(upTo: 6))
        case 6...8 where !watch.isBusy:
            return .begin(.test(["a@x", "b@x"], body: "12345\n.6789\n"))
        case 9, 10, 11:
            return .received(Array(Self.words[Int.random(in: 0..<Self.words.count, using: &generator)].utf8))
        default: return .received(Array(watch.usualReply.utf8))
        }
    }
}

/// What a session's effects must be like, whatever the events.
struct SessionWatch {
    private(set) var begun = 0
    private(set) var ended = 0
    private(set) var accepted = 0
    private(set) var unwritten = 0
    private(set) var problem: String?
    private var isClosed = false
    private var recipients: [Int] = []
    /// What went out since the mail was begun, and what came in after the last of it.
    private var sent: [UInt8] = []
    private var heardAfter: [UInt8] = []
    /// The length of the last write.
    private var last = 0

    var isBusy: Bool { begun > ended }

    /// What a server would say to what went out last.
    var usualReply: String {
        guard !sent.isEmpty else { return "220 x\r\n" }
        let text = String(decoding: sent.suffix(last), as: UTF8.self)
        let count = text.utf8.count { $0 == 10 }
        if text.hasSuffix("DATA\r\n") {
            return String(repeating: "250 ok\r\n", count: count - 1) + "354 go\r\n"
        }
        if text.hasPrefix("AUTH") { return "235 ok\r\n" }
        if text.hasPrefix("EHLO") || text.hasPrefix("LHLO") {
            return ["250 x\r\n", "250-x\r\n250-PIPELINING\r\n250 CHUNKING\r\n"][begun % 2]
        }
        return text.hasPrefix("MAIL") ? String(repeating: "250 ok\r\n", count: count) : "250 ok\r\n"
    }

    mutating func willTake(_ event: SessionEvent) {
        switch event {
        case .begin(let mail):
            begun += 1
            recipients.append(mail.recipients.count)
            sent = sent.suffix(last)
            heardAfter = []
        case .received(let bytes): heardAfter += bytes
        case .written: unwritten = max(unwritten - 1, 0)
        default: break
        }
    }

    mutating func take(_ effects: [SessionEffect]) {
        for effect in effects {
            if isClosed, case .results = effect {} else if isClosed { problem = "\(effect) after the close" }
            switch effect {
            case .write(let bytes):
                unwritten += 1
                sent += bytes
                last = bytes.count
                heardAfter = []
            case .results(let outcome): take(outcome)
            case .close: isClosed = true
            case .startTLS, .deadline, .ready, .unusable: break
            }
        }
    }

    private mutating func take(_ outcome: MailOutcome) {
        ended += 1
        guard let count = recipients.popLast(), recipients.isEmpty, outcome.results.count == count else {
            problem = "results of no mail, or too many of them"
            return
        }
        let now = outcome.results.count { $0.failure == nil }
        accepted += now
        guard now > 0 else { return }
        let text = String(decoding: sent, as: UTF8.self)
        if !text.hasSuffix("\r\n.\r\n"), !text.contains(" LAST\r\n") { problem = "accepted without an end" }
        if !String(decoding: heardAfter, as: UTF8.self).contains("2") { problem = "accepted without a word" }
        if !outcome.isAnswered { problem = "accepted, and not answered" }
    }
}
