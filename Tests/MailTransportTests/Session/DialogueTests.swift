import Platform
import TestSupport
import Testing

@testable import MailTransport

/// Every step with every kind of answer, in every way to speak.
@Suite struct DialogueTests {
    struct Way: Sendable, CustomTestStringConvertible {
        let dialogue: Peer.Dialogue
        let isPipelined: Bool
        let isChunked: Bool

        static let all = [Peer.Dialogue.smtp, .lmtp].flatMap { dialogue in
            [false, true].flatMap { isPipelined in
                [false, true].map { Way(dialogue: dialogue, isPipelined: isPipelined, isChunked: $0) }
            }
        }

        var offers: [String] {
            ["SIZE 100000", "ENHANCEDSTATUSCODES"] + (isPipelined ? ["PIPELINING"] : [])
                + (isChunked ? ["CHUNKING"] : [])
        }

        var testDescription: String {
            "\(dialogue)\(isPipelined ? " PIPELINING" : "")\(isChunked ? " CHUNKING" : "")"
        }

        /// Three chunks, each in several pieces.
        static var sizes: TransferSizes { TransferSizes(piece: 7, chunk: 12, chunksAhead: 2) }

        func run(_ answers: [Step: ModelPeer.Answer] = [:]) -> SessionRun {
            SessionRun(
                .test(dialogue), ModelPeer(dialogue, offers: offers, answers: answers), sizes: Self.sizes)
        }

        var steps: [Step] {
            let message: [Step] = isChunked ? [.chunk(0), .chunk(1)] : [.data]
            let ends: [Step] = dialogue == .lmtp ? [.end(0), .end(1), .end(2)] : [.end(0)]
            return [.greeting, .hello, .mail, .recipient(0), .recipient(1), .recipient(2)] + message + ends
        }
    }

    enum Kind: String, CaseIterable, Sendable {
        case success, intermediate, temporary, permanent, leaving, nonsense, preliminary, silence, close,
            divided

        var answer: ModelPeer.Answer {
            switch self {
            case .success: .reply("250-2.0.0 ok\r\n250 2.0.0 well")
            case .intermediate: .reply("354 go")
            case .temporary: .reply("451 4.3.0 later")
            case .permanent: .reply("554 5.7.1 never")
            case .leaving: .reply("421 4.3.2 going")
            case .nonsense: .reply("HTTP/1.1 200 OK")
            case .preliminary: .reply("150 wait")
            case .silence: .silence
            case .close: .close
            case .divided: .reply("250-a\r\n550 b")
            }
        }

        /// What a mail in hand gets where the session ends by this.
        var failure: String {
            switch self {
            case .leaving, .close: "4 connection"
            case .silence: "4 timeout"
            default: "4 protocol"
            }
        }

        var endsSession: Bool {
            switch self {
            case .success, .temporary, .permanent: false
            default: true
            }
        }
    }

    /// What is due to each of three recipients, by the RFCs and not by the code.
    private func expected(_ way: Way, _ step: Step, _ kind: Kind) -> (results: [String], isReady: Bool) {
        let all = { (text: String) in ([text, text, text], !kind.endsSession) }
        let answer = kind == .permanent ? "5 reply" : "4 reply"
        switch (step, kind) {
        case (.greeting, .success), (.mail, .success), (.recipient, .success), (.chunk, .success),
            (.end, .success), (.hello, .success):
            return (["2", "2", "2"], true)
        case (.hello, .permanent) where way.dialogue == .smtp:
            // HELO is said instead.
            return (["2", "2", "2"], true)
        case (.greeting, .temporary), (.greeting, .permanent), (.hello, .temporary), (.hello, .permanent):
            return (["4 connection", "4 connection", "4 connection"], false)
        case (.data, .intermediate): return (["2", "2", "2"], true)
        case (.data, .success): return (["4 protocol", "4 protocol", "4 protocol"], false)
        case (.recipient(let index), .temporary), (.recipient(let index), .permanent):
            return ((0..<3).map { $0 == index ? answer : "2" }, true)
        case (.end(let index), _) where way.dialogue == .lmtp:
            let before = (0..<3).map { $0 < index ? "2" : kind.failure }
            if kind.endsSession { return (before, false) }
            return ((0..<3).map { $0 == index ? answer : "2" }, true)
        case (.chunk, .temporary), (.chunk, .permanent):
            // In LMTP the session ends where a chunk or the end is on its way; else it goes on.
            return ([answer, answer, answer], true)
        case (_, .temporary), (_, .permanent): return all(answer)
        default: return ([kind.failure, kind.failure, kind.failure], false)
        }
    }

    @Test("each answer at each step has its meaning", arguments: Way.all)
    func table(way: Way) {
        let mail = OutgoingMail.test()
        for step in way.steps {
            for kind in Kind.allCases {
                var run = way.run([step: kind.answer])
                run.open(with: mail)
                let expected = expected(way, step, kind)
                let name: Comment = "\(way.testDescription) \(step) \(kind)"
                #expect(run.outcomes.count == 1, name)
                #expect(run.outcomes.first?.results.map(\.short) == expected.results, name)
                let isChunkOfLMTP =
                    if case .chunk = step { way.dialogue == .lmtp && !expected.results.contains("2") } else {
                        false
                    }
                if !isChunkOfLMTP { #expect(run.session.isReady == expected.isReady, name) }
                #expect(run.session.isReady != run.session.isOver, name)
                #expect(run.peer.offences == [], name)
                check(run, mail, name)
            }
        }
    }

    /// Who was accepted was delivered to; who was not was not, but where the connection was cut.
    private func check(_ run: SessionRun, _ mail: OutgoingMail, _ name: Comment) {
        let delivered = run.peer.delivered.flatMap(\.recipients)
        for (recipient, result) in zip(mail.recipients, run.outcomes.first?.results ?? []) {
            let isDelivered = delivered.contains(recipient.address)
            if result.short == "2", !isDelivered { Issue.record(name) }
            if result.short.hasPrefix("5"), isDelivered { Issue.record(name) }
        }
        if Set(delivered).count != delivered.count { Issue.record(name) }
        let sent = mail.sent
        for delivery in run.peer.delivered where delivery.message != sent { Issue.record(name) }
    }

    @Test("after whatever failed but did not end the session, the next mail goes through", arguments: Way.all)
    func recovery(way: Way) {
        var count = 0
        let next = OutgoingMail.test(["d@w"], body: "another one\r\n")
        for step in way.steps {
            for kind in [Kind.temporary, .permanent, .success] {
                var run = way.run([step: kind.answer])
                run.open()
                run.send(.test())
                guard run.session.isReady else { continue }
                count += 1
                run.send(next)
                #expect(run.outcomes.last?.results.map(\.short) == ["2"])
                #expect(run.peer.delivered.last?.recipients == ["d@w"])
                #expect(run.peer.delivered.last?.message == next.sent)
                #expect(run.peer.offences == [])
            }
        }
        #expect(count > 10)
    }

    @Test("all recipients refused: nothing is sent, even to a server that waits for it", arguments: Way.all)
    func nobody(way: Way) {
        for answer in [nil, ModelPeer.Answer.reply("354 go"), .reply("250 ok"), .reply("503 5.5.1 no")] {
            var answers: [Step: ModelPeer.Answer] = [:]
            for index in 0..<3 { answers[.recipient(index)] = .reply("550 5.1.1 unknown") }
            answers[.data] = answer
            var run = way.run(answers)
            run.open()
            run.send(.test())
            #expect(run.outcomes.first?.results.map(\.short) == ["5 reply", "5 reply", "5 reply"])
            #expect(run.outcomes.first?.isAnswered == true)
            #expect(run.peer.delivered.isEmpty)
            #expect(run.peer.offences == [])
            if run.session.isReady {
                run.send(.test(["d@w"]))
                #expect(run.outcomes.last?.results.map(\.short) == ["2"])
            }
        }
    }

    @Test(
        "a server that refuses the sender, takes recipients and waits for a message gets none, not even an empty one",
        arguments: Way.all)
    func emptyMessage(way: Way) {
        var run = way.run([
            .mail: .reply("550 5.7.1 no"), .recipient(0): .reply("250 ok"), .data: .reply("354 go"),
        ])
        run.open()
        run.send(.test())
        #expect(run.outcomes.first?.results.map(\.short) == ["5 reply", "5 reply", "5 reply"])
        #expect(run.peer.delivered.isEmpty)
        #expect(run.peer.offences == [])
    }

    @Test("however the peer's octets are divided, the same happens", arguments: Way.all)
    func division(way: Way) {
        var count = 0
        for step in way.steps {
            for kind in Kind.allCases {
                var whole = way.run([step: kind.answer])
                whole.open(with: .test())
                // Every place in the dialogue that goes well; in the others every seventh, another one each time.
                let stride = kind == .success && step == .greeting ? 1 : 7
                let places = Swift.stride(from: 1 + count % stride, to: max(whole.heard, 2), by: stride)
                var divisions = places.map { SessionRun.Division.at($0) }
                divisions.append(.octets)
                for division in divisions {
                    var run = way.run([step: kind.answer])
                    run.division = division
                    run.open(with: .test())
                    count += 1
                    if run.effects != whole.effects || run.outcomes != whole.outcomes {
                        Issue.record("\(way.testDescription) \(step) \(kind) \(division)")
                    }
                }
            }
        }
        print("divided dialogues, \(way.testDescription): \(count)")
        #expect(count > 1000)
    }

    @Test(
        "whatever accident at whatever time: one result for each, none too good", arguments: Way.all)
    func accidents(way: Way) {
        var count = 0
        let mail = OutgoingMail.test()
        for step in way.steps + [.reset] {
            for kind in [Kind.success, .permanent, .temporary] {
                for accident in SessionRun.Accident.allCases {
                    for place in 1..<200 {
                        var run = way.run(step == .reset ? [.mail: kind.answer] : [step: kind.answer])
                        if step == .data, kind == .success { run = way.run() }
                        run.accident = (place, accident)
                        run.open(with: mail)
                        count += 1
                        let name: Comment = "\(way.testDescription) \(step) \(kind) \(accident) \(place)"
                        if run.outcomes.count != 1 || run.outcomes.first?.results.count != 3 {
                            Issue.record(name)
                        }
                        check(run, mail, name)
                        checkSilence(run, name)
                        if run.happened < place { break }
                    }
                }
            }
        }
        print("accidents, \(way.testDescription): \(count)")
        #expect(count > 1000)
    }

    /// Not answered means: nothing was taken, and nothing is decided.
    private func checkSilence(_ run: SessionRun, _ name: Comment) {
        guard let outcome = run.outcomes.first, !outcome.isAnswered else { return }
        if !run.peer.delivered.isEmpty || outcome.results.contains(where: { $0.failure == nil }) {
            Issue.record(name)
        }
        for result in outcome.results where !result.short.hasPrefix("4") { Issue.record(name) }
    }
}
