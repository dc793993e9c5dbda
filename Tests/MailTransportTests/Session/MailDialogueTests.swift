import Platform
import TestSupport
import Testing

@testable import MailTransport

@Suite struct MailDialogueTests {
    private func run(
        _ mail: OutgoingMail, dialogue: Peer.Dialogue = .smtp, offers: [String] = [],
        answers: [Step: ModelPeer.Answer] = [:], sizes: TransferSizes = TransferSizes()
    ) -> SessionRun {
        var run = SessionRun(
            .test(dialogue), ModelPeer(dialogue, offers: offers, answers: answers), sizes: sizes)
        run.open(with: mail)
        return run
    }

    private func writes(_ run: SessionRun) -> [String] {
        run.effects.compactMap {
            if case .write(let bytes) = $0 { String(decoding: bytes, as: UTF8.self) } else { nil }
        }
    }

    @Test("PIPELINING: the envelope and DATA in one piece, the message in another")
    func pipelining() {
        let run = run(.test(["a@x", "b@y"], body: "x\n"), offers: ["PIPELINING"])
        #expect(
            writes(run).dropFirst() == [
                "MAIL FROM:<s@x>\r\nRCPT TO:<a@x>\r\nRCPT TO:<b@y>\r\nDATA\r\n", "x\r\n.\r\n",
            ])
    }

    @Test("without it, one after the other")
    func oneByOne() {
        let run = run(.test(["a@x", "b@y"], body: "x\n"))
        #expect(
            writes(run).dropFirst() == [
                "MAIL FROM:<s@x>\r\n", "RCPT TO:<a@x>\r\n", "RCPT TO:<b@y>\r\n", "DATA\r\n", "x\r\n.\r\n",
            ])
    }

    @Test("CHUNKING: a message that fits goes in one chunk, and the message is not stuffed")
    func chunking() {
        let run = run(.test(["a@x"], body: ".x\n"), offers: ["PIPELINING", "CHUNKING"])
        #expect(
            writes(run).dropFirst() == ["MAIL FROM:<s@x>\r\nRCPT TO:<a@x>\r\n", "BDAT 4 LAST\r\n.x\r\n"])
    }

    @Test("an empty message is one too")
    func empty() {
        #expect(writes(run(.test(["a@x"], body: ""))).last == ".\r\n")
        #expect(writes(run(.test(["a@x"], body: ""), offers: ["CHUNKING"])).last == "BDAT 0 LAST\r\n")
    }

    @Test("chunks wait for their replies, but for those that may be ahead")
    func chunksAhead() {
        let body = String(repeating: "0123456789", count: 10)
        let sizes = TransferSizes(piece: 6, chunk: 10, chunksAhead: 3)
        for offers in [["CHUNKING"], ["CHUNKING", "PIPELINING"]] {
            let run = run(.test(["a@x"], body: body), offers: offers, sizes: sizes)
            #expect(run.outcomes.first?.results.map(\.short) == ["2"])
            #expect(run.peer.delivered.first?.message == Array((body + "\r\n").utf8))
            #expect(run.peer.commands.count { $0 == "BDAT 10" } == 10)
            #expect(run.peer.commands.last == "BDAT 2 LAST")
        }
        var session = ClientSession(.test())
        session.sizes = sizes
        _ = session.handle(.begin(.test(["a@x"], body: body)))
        _ = session.handle(.connected)
        func hear(_ text: String) -> Int {
            var count = 0
            var effects = session.handle(.received(Array(text.utf8)))
            while !effects.isEmpty {
                let writes = effects.count { if case .write = $0 { true } else { false } }
                count += writes
                effects = []
                for _ in 0..<writes { effects += session.handle(.written) }
            }
            return count
        }
        _ = hear("220 x\r\n")
        _ = hear("250-x\r\n250-PIPELINING\r\n250 CHUNKING\r\n")
        _ = hear("250 ok\r\n")
        // Three chunks of two pieces each, then one for each reply.
        #expect(hear("250 ok\r\n") == 6)
        #expect(hear("250 ok\r\n") == 2)
        #expect(hear("250 ok\r\n250 ok\r\n") == 4)
        #expect(hear("552 5.3.4 enough\r\n") == 0)
        #expect(hear("503 5.5.1 no\r\n") == 0)
        // After the last one that is owed, the transaction is reset.
        #expect(hear("503 5.5.1 no\r\n") == 1)
        #expect(!session.isReady)
        #expect(hear("250 reset\r\n") == 0)
        #expect(session.isReady)
    }

    @Test("a message too large for the peer is not offered to it", arguments: [["PIPELINING"], []])
    func tooLarge(others: [String]) {
        let mail = OutgoingMail.test(["a@x", "b@x"], body: "12345678\n")
        let exact = run(mail, offers: ["SIZE 10"] + others)
        #expect(exact.outcomes.first?.results.map(\.short) == ["2", "2"])
        let small = run(mail, offers: ["SIZE 9"] + others)
        #expect(small.outcomes.first?.results.map(\.short) == ["5 content", "5 content"])
        #expect(small.outcomes.first?.results.first?.failure?.status == "5.3.4")
        #expect(small.session.isReady && small.peer.commands.count == 1)
    }

    @Test("an address that is not ASCII goes to a peer that takes it, and nowhere else")
    func international() {
        let offers = ["SMTPUTF8", "8BITMIME"]
        let mail = OutgoingMail.test(["é@x", "b@x"])
        let taken = run(mail, offers: offers)
        #expect(taken.outcomes.first?.results.map(\.short) == ["2", "2"])
        #expect(taken.peer.commands.contains("MAIL FROM:<s@x> SMTPUTF8"))
        let partly = run(mail)
        #expect(partly.outcomes.first?.results.map(\.short) == ["5 content", "2"])
        #expect(partly.outcomes.first?.results.first?.failure?.status == "5.6.7")
        #expect(partly.peer.commands.contains("MAIL FROM:<s@x>"))
        #expect(run(.test(["b@x"]), offers: offers).peer.commands.contains("MAIL FROM:<s@x>"))
        var sender = OutgoingMail.test(["b@x"])
        sender.sender = "ü@x"
        #expect(run(sender).outcomes.first?.results.map(\.short) == ["5 content"])
        #expect(run(sender, offers: offers).peer.commands.contains("MAIL FROM:<ü@x> SMTPUTF8"))
    }

    @Test("what is no address never reaches the wire")
    func badAddresses() {
        let bad = run(.test(["a@x\r\nDATA", "b@x", "c@x> SIZE=1"]))
        #expect(bad.outcomes.first?.results.map(\.short) == ["5 content", "2", "5 content"])
        #expect(bad.outcomes.first?.results.first?.failure?.status == "5.1.3")
        #expect(bad.peer.commands.count { $0.hasPrefix("RCPT") } == 1)
        let none = run(.test([""]))
        #expect(none.outcomes.first?.results.map(\.short) == ["5 content"])
        #expect(none.peer.commands.count == 1 && none.session.isReady)
        var sender = OutgoingMail.test(["b@x"])
        sender.sender = "s@x>\r\nDATA\r\n"
        let refused = run(sender)
        #expect(refused.outcomes.first?.results.first?.failure?.status == "5.1.7")
        #expect(refused.peer.commands.count == 1)
    }

    @Test("a mail to nobody has no results")
    func nobody() {
        let run = run(.test([]))
        #expect(run.outcomes == [MailOutcome(results: [], isAnswered: false)])
        #expect(run.session.isReady && run.peer.commands.count == 1)
    }

    @Test("the receipt says whether notifications were taken over")
    func receipts() {
        for offers in [[], ["DSN"]] {
            guard
                case .accepted(let receipt)? = run(.test(["a@x"]), offers: offers).outcomes.first?.results
                    .first
            else {
                Issue.record("not accepted")
                continue
            }
            #expect(receipt.takesNotifications == !offers.isEmpty)
        }
    }

    @Test(
        "one recipient too many may be tried later (RFC 5321 §4.5.3.1.10)",
        arguments: [
            ("552 too many", "4 reply"), ("552 5.5.3 too many", "4 reply"),
            ("552 5.2.2 mailbox full", "5 reply"),
            ("452 4.5.3 too many", "4 reply"), ("550 5.1.1 unknown", "5 reply"),
        ])
    func tooMany(reply: String, result: String) {
        let later = run(.test(), answers: [.recipient(1): .reply(reply)])
        #expect(later.outcomes.first?.results.map(\.short) == ["2", result, "2"])
        if reply.hasPrefix("552") {
            let first = run(.test(["a@x"]), answers: [.recipient(0): .reply(reply)])
            #expect(first.outcomes.first?.results.map(\.short) == ["5 reply"])
        }
    }

    @Test("the status is the peer's where it agrees, and of the right class always")
    func statuses() {
        func status(_ step: Step, _ reply: String) -> String? {
            run(.test(["a@x"]), answers: [step: .reply(reply)]).outcomes.first?.results.first?.failure?.status
        }
        #expect(status(.mail, "550 5.7.1 no") == "5.7.1")
        #expect(status(.mail, "550 4.7.1 no") == "5.0.0")
        #expect(status(.mail, "450 no") == "4.0.0")
        #expect(status(.recipient(0), "550-5.1.1 no\r\n550 5.1.1 really") == "5.1.1")
        #expect(status(.end(0), "554 5.6.0 no") == "5.6.0")
        #expect(status(.greeting, "554 5.7.1 no") == "4.7.1")
    }

    @Test("what the peer says is one harmless line")
    func texts() {
        let reply =
            "550-5.1.1 a\tb\u{1B}[31m\r\n550-5.1.1 c\r\n550 5.1.1 \(String(repeating: "é", count: 600))"
        let failure = run(.test(["a@x"]), answers: [.recipient(0): .reply(reply)]).outcomes.first?.results
            .first?.failure
        #expect(failure?.text.hasPrefix("550 5.1.1 a?b?[31m c éé") == true)
        #expect(failure?.text.utf8.count ?? 0 <= 500)
        #expect(failure?.reply == failure?.text)
        #expect(failure?.peer == "mx.example.org[192.0.2.1]:25")
    }

    /// A session that has said so much, and what it says to a reply.
    private func upToData(_ body: String, sizes: TransferSizes = TransferSizes()) -> ClientSession {
        var session = ClientSession(.test())
        session.sizes = sizes
        _ = session.handle(.begin(.test(["a@x"], body: body)))
        _ = session.handle(.connected)
        for reply in ["220 x", "250 x", "250 ok", "250 ok"] {
            _ = session.handle(.received(Array((reply + "\r\n").utf8)))
            _ = session.handle(.written)
        }
        return session
    }

    private func outcome(_ effects: [SessionEffect]) -> MailOutcome? {
        for effect in effects { if case .results(let outcome) = effect { return outcome } }
        return nil
    }

    @Test(
        "an answer in the middle of the message ends the session, and never accepts",
        arguments: [
            ("250 ok", "4 protocol"), ("552 5.3.4 too big", "5 reply"), ("451 4.3.0 full", "4 reply"),
            ("354 go", "4 protocol"), ("421 bye", "4 connection"), ("what", "4 protocol"),
        ])
    func interrupted(reply: String, result: String) {
        var session = upToData(String(repeating: "x", count: 100), sizes: TransferSizes(piece: 10))
        _ = session.handle(.received(Array("354 go\r\n".utf8)))
        _ = session.handle(.written)
        let effects = session.handle(.received(Array((reply + "\r\n").utf8)))
        #expect(outcome(effects)?.results.map(\.short) == [result])
        #expect(effects.last == .close)
        #expect(!effects.contains { if case .write = $0 { true } else { false } })
        #expect(session.handle(.written) == [])
    }

    @Test("an acceptance that was there before the message had left is none")
    func premature() {
        var session = upToData("x\n")
        var effects = session.handle(.received(Array("354 go\r\n250 ok\r\n".utf8)))
        #expect(outcome(effects)?.results.map(\.short) == ["4 protocol"])
        #expect(outcome(effects)?.isAnswered == true)
        session = upToData("x\n")
        effects = session.handle(.received(Array("354 go\r\n".utf8)))
        effects += session.handle(.written)
        effects += session.handle(.received(Array("250 ok\r\n".utf8)))
        #expect(outcome(effects)?.results.map(\.short) == ["2"])
    }

    @Test("after the end of the message, a close and a timeout are uncertain; before, they are not")
    func uncertain() {
        for event in [SessionEvent.closed(nil), .deadlinePassed, .received([0x78, 0x0A])] {
            var session = upToData("x\n")
            let before = outcome(session.handle(event))
            #expect(before?.isAnswered == false)
            session = upToData("x\n")
            _ = session.handle(.received(Array("354 go\r\n".utf8)))
            _ = session.handle(.written)
            let after = outcome(session.handle(event))
            #expect(after?.isAnswered == true)
            #expect(after?.results.first?.short.hasPrefix("4") == true)
        }
    }

    @Test("the next piece waits for the last one, and each has its own time")
    func backPressure() {
        var session = upToData(String(repeating: "x", count: 25), sizes: TransferSizes(piece: 10))
        let first = session.handle(.received(Array("354 go\r\n".utf8)))
        #expect(first.first == .write(Array("xxxxxxxxxx".utf8)) && first.contains(.deadline(180)))
        #expect(session.handle(.written).first == .write(Array("xxxxxxxxxx".utf8)))
        #expect(session.handle(.written) == [.write(Array("xxxxx\r\n.\r\n".utf8)), .deadline(600)])
        #expect(session.handle(.written) == [])
    }

    @Test("many mails go over one connection")
    func reuse() {
        var run = SessionRun(.test(), ModelPeer(.smtp, offers: ["PIPELINING"]))
        run.open()
        for index in 0..<100 {
            run.send(.test(["a\(index)@x"], body: "mail \(index)\n"))
        }
        #expect(run.outcomes.count == 100)
        #expect(run.outcomes.allSatisfy { $0.results.map(\.short) == ["2"] })
        #expect(run.peer.delivered.count == 100 && run.peer.offences == [])
        #expect(run.effects.count { $0 == .ready } == 101)
        #expect(run.peer.commands.count { $0 == "RSET" } == 0)
    }

    @Test("thousands of recipients are one mail")
    func manyRecipients() {
        let names = (0..<2000).map { "a\($0)@x" }
        for dialogue in [Peer.Dialogue.smtp, .lmtp] {
            let run = run(
                .test(names), dialogue: dialogue, offers: ["PIPELINING"],
                answers: [.recipient(7): .reply("550 5.1.1 unknown")])
            let results = run.outcomes.first?.results ?? []
            #expect(results.count == 2000 && results.count { $0.short == "2" } == 1999)
            #expect(results[7].short == "5 reply")
        }
    }
}
