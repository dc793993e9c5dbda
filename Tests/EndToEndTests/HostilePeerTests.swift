import Foundation
import Testing

/// Peers that stop, lie, babble or say nothing, against the release programs. Each has a port of its own, and takes
/// two recipients of one message; all are met in one sweep, and a sane peer in the next.
@Suite("hostile peers", .serialized)
struct HostilePeerTests {
    enum Dialogue: String, CaseIterable, CustomTestStringConvertible {
        case smtp = "SMTP"
        case chunks = "SMTP with CHUNKING"
        case lmtp = "LMTP"

        var options: [String] {
            switch self {
            case .smtp: []
            case .chunks: ["--chunking"]
            case .lmtp: ["--lmtp"]
            }
        }

        var scheme: String { self == .lmtp ? "lmtp" : "smtp" }
        var testDescription: String { rawValue }
    }

    @Test(
        "what stops after any byte loses nothing, and doubles what it did not answer:",
        arguments: Dialogue.allCases)
    func stops(_ dialogue: Dialogue) throws {
        let site = try HostileSite(dialogue)
        let bytes = try site.lengthOfDialogue()
        try #require(bytes > 150)
        try site.expectPromise(HostileCase.stops(bytes))
    }

    @Test("what misbehaves loses nothing, and doubles what it did not answer:", arguments: Dialogue.allCases)
    func misbehaviours(_ dialogue: Dialogue) throws {
        // With CHUNKING there is no DATA.
        let cases = HostileCase.misbehaviours.filter { dialogue != .chunks || !$0.fault.contains(#""data""#) }
        try HostileSite(dialogue).expectPromise(cases)
    }

    @Test(
        "of two recipients, one of whom is refused, the other one gets it once", arguments: Dialogue.allCases)
    func oneOfTwo(_ dialogue: Dialogue) throws {
        let site = try HostileSite(dialogue)
        let steps = dialogue == .lmtp ? ["rcpt", "end"] : ["rcpt"]
        for step in steps {
            for turn in 1...2 {
                try site.expectOneRefusal(step, turn: turn)
            }
        }
    }
}

/// A user whose mail is forwarded to peers that this test makes.
private struct HostileSite {
    private let dialogue: HostilePeerTests.Dialogue
    private let delivery: DeliverySite
    private let sane: SinkServer
    private var workplace: Workplace { delivery.workplace }

    private static let rules = """
        require ["envelope", "variables"];
        if envelope :matches "from" "*@from*.test" {
            redirect "a@case${2}.test";
            redirect "b@case${2}.test";
        }

        """
    /// What the protocol is tempted by: dots, long lines, and all that is not ASCII.
    private static let body =
        "From here\n.\n..\n. dot\n.\u{00E9}\n" + String(repeating: "long ", count: 150) + "\n\n\nend.\n"

    init(_ dialogue: HostilePeerTests.Dialogue) throws {
        self.dialogue = dialogue
        delivery = try DeliverySite()
        sane = try SinkServer(delivery.workplace, "sane", options: dialogue.options)
        try workplace.write(Self.rules, to: "rules.sieve")
    }

    // MARK: One dialogue

    /// Bytes that the server sends for one message.
    func lengthOfDialogue() throws -> Int {
        let number = 10_000
        try configure([])
        try deliver(number)
        try sweep()
        let taken = sane.taken("case\(number)")
        #expect(taken.map(\.to).sorted() == ["a@case\(number).test", "b@case\(number).test"])
        let last = try #require(taken.map(\.sent).max())
        // LMTP answers for each recipient.
        let ends = String(repeating: "250 2.0.0 Taken\r\n", count: dialogue == .lmtp ? taken.count : 1)
        return last + (ends + "221 2.0.0 Bye\r\n").utf8.count
    }

    // MARK: Many

    /// Meets a peer for each case, then a sane one.
    func expectPromise(_ cases: [HostileCase]) throws {
        let begin = Date()
        let hostile = try SinkServer(
            workplace, "hostile", plan: cases.map(\.fault), options: dialogue.options)
        try #require(hostile.ports.count == cases.count)
        try configure(hostile.ports)
        for index in cases.indices { try deliver(index) }
        try sweep()
        let waiting = try waiting()
        try configure([])
        try sweep()
        let judged = cases.indices.map { judge(cases[$0], $0, hostile) }
        #expect(judged.count { $0.isTriedAgain } == waiting, "the queue held something else")
        #expect(try self.waiting() == 0)
        let problems = zip(cases, judged).filter { !$1.problems.isEmpty }.map {
            "\($0.name): \($1.problems.joined(separator: "; "))"
        }
        print(
            "hostile peers, \(dialogue.rawValue): \(cases.count) cases, \(judged.count { $0.isTriedAgain }) tried again,",
            "\(judged.count { $0.isDoubled }) of them twice at the peer, \(judged.count { $0.isBounced }) returned,",
            "\(String(format: "%.1f", Date().timeIntervalSince(begin))) s")
        #expect(
            problems.isEmpty,
            "\(problems.count) of \(cases.count) cases:\n\(problems.prefix(40).joined(separator: "\n"))")
    }

    private struct Judgement {
        var problems: [String] = []
        /// What was left after the first sweep went to the sane peer.
        var isTriedAgain = false
        var isDoubled = false
        var isBounced = false
    }

    private func judge(_ hostileCase: HostileCase, _ index: Int, _ hostile: SinkServer) -> Judgement {
        var judgement = Judgement()
        let first = hostile.taken("case\(index)")
        let second = sane.taken("case\(index)")
        let reports = sane.taken("from\(index)")
        for recipient in ["a@case\(index).test", "b@case\(index).test"] {
            let before = first.filter { $0.to == recipient }
            let after = second.filter { $0.to == recipient }
            let returned = reports.filter { $0.message.contains("forward to \(recipient): ") }
            let isBounced = !returned.isEmpty
            let answered = before.count { $0.answered }
            let told = "at the peer \(before.count) (\(answered) answered), then \(after.count)"
            if after.count > 1 || answered > 1 {
                judgement.problems.append("\(recipient): doubled without a reason: \(told)")
            }
            if !after.isEmpty, answered > 0 {
                judgement.problems.append("\(recipient): tried again though it was answered: \(told)")
            }
            if returned.count > 1 { judgement.problems.append("\(recipient): \(returned.count) reports") }
            if before.isEmpty, after.isEmpty, !isBounced { judgement.problems.append("\(recipient): lost") }
            if isBounced, !(before.isEmpty && after.isEmpty) {
                judgement.problems.append("\(recipient): delivered and returned: \(told)")
            }
            switch hostileCase.expectation {
            case .delivery:
                if isBounced { judgement.problems.append("\(recipient): returned for no reason") }
            case .bounce:
                if !isBounced { judgement.problems.append("\(recipient): not returned: \(told)") }
            case .either: break
            }
            judgement.isTriedAgain = judgement.isTriedAgain || !after.isEmpty
            judgement.isDoubled = judgement.isDoubled || (!after.isEmpty && !before.isEmpty)
            judgement.isBounced = judgement.isBounced || isBounced
        }
        let damaged = (first + second).filter { !isWhole($0) }
        if !damaged.isEmpty {
            judgement.problems.append("the peer has another message: \(damaged[0].message.suffix(100))")
        }
        return judgement
    }

    private func isWhole(_ taken: SinkServer.Taken) -> Bool {
        let wanted = String(bytes: Data(Self.body.utf8), encoding: .isoLatin1)
        return taken.body == wanted?.replacingOccurrences(of: "\n", with: "\r\n")
    }

    // MARK: One recipient

    func expectOneRefusal(_ step: String, turn: Int) throws {
        let reply = #""reply": "550 5.1.1 nobody\r\n""#
        let fault = #"{"at": "\#(step)", "turn": \#(turn), \#(reply)}"#
        let name = "\(step)\(turn)"
        let peer = try SinkServer(workplace, name, plan: [fault], options: dialogue.options)
        let number = step == "rcpt" ? turn : turn + 2
        try configure(Array(repeating: peer.ports[0], count: number + 1))
        try deliver(number)
        try sweep()
        let taken = peer.taken("case\(number)").map(\.to)
        #expect(taken.count == 1, "\(name): \(taken)")
        let report = try #require(sane.taken("from\(number)").first, "\(name): no report")
        let refused = taken == ["a@case\(number).test"] ? "b" : "a"
        #expect(report.message.contains("forward to \(refused)@case\(number).test: "))
        #expect(try waiting() == 0)
    }

    // MARK: The programs

    /// - Parameter ports: of the peers that the cases go to; the sane one takes the rest.
    private func configure(_ ports: [UInt16]) throws {
        let routes = ports.enumerated().map {
            #""case\#($0.offset).test \#(dialogue.scheme)://127.0.0.1:\#($0.element)""#
        }
        let text = """
            [spool]
            directory = "\(workplace["spool"])"
            [log]
            target = "file:\(workplace["log"])"
            [retry]
            program = "/bin/true"
            workers = 100
            [bounce]
            size-limit = 0
            [sieve]
            redirect-window = "0s"
            max-replies-per-hour = 0
            max-replies-per-sender = 0
            [transport]
            relay = ["\(dialogue.scheme)://127.0.0.1:\(sane.ports[0])"]
            connect-timeout = "2s"
            reply-timeout = "1s"
            routes = [\(routes.joined(separator: ",\n"))]

            """
        try workplace.write(text, to: "postmaster.toml")
    }

    private func deliver(_ number: Int) throws {
        let message = TestMessage.text(subject: "case \(number)", body: Self.body)
        let completed = try run(
            try workplace.program(.postmaster),
            [
                "-c", workplace["postmaster.toml"], "--mail-dir", delivery.maildir, "--script",
                workplace["rules.sieve"],
            ]
                + ["-f", "sender@from\(number).test", "-r", "reader@example.net"],
            input: message, user: .nobody)
        guard completed.code == 0 else { throw Obstacle("not delivered: \(completed.errors)") }
    }

    private func sweep() throws {
        let completed = try run(
            try workplace.program(.retry), ["-c", workplace["postmaster.toml"], "--now"], user: .nobody,
            seconds: 300)
        guard completed.code == 0 else {
            throw Obstacle("the sweep ended with \(completed.status): \(completed.output)\(completed.errors)")
        }
    }

    /// How many entries are in the queue.
    private func waiting() throws -> Int {
        let completed = try run(
            try workplace.program(.control), ["queue", "list", "--json", "-c", workplace["postmaster.toml"]],
            user: .nobody)
        guard completed.code == 0 else { throw Obstacle("no listing: \(completed.errors)") }
        let entries = try JSONSerialization.jsonObject(with: Data(completed.output.utf8)) as? [Any]
        return try #require(entries).count
    }
}
