import Platform
import TestSupport
import Testing

@testable import MailTransport

@Suite struct OpeningTests {
    private func run(
        _ options: SessionOptions, offers: [String] = [], within: [String] = [],
        answers: [Step: ModelPeer.Answer] = [:], tlsFails: Bool = false
    ) -> SessionRun {
        var peer = ModelPeer(options.dialogue, offers: offers, answers: answers)
        peer.offersWithinTLS = within
        var run = SessionRun(options, peer)
        run.tlsFails = tlsFails
        run.open(with: .test(["a@x"]))
        return run
    }

    private func unusable(_ run: SessionRun) -> [String] {
        run.effects.compactMap {
            guard case .unusable(let failure, let withoutTLS) = $0 else { return nil }
            return "\(failure.cause.rawValue) \(failure.status)\(withoutTLS ? " withoutTLS" : "")"
        }
    }

    @Test("the dialogue is that of the RFC")
    func plain() {
        let run = run(.test())
        #expect(
            run.peer.commands == [
                "EHLO client.example.org", "MAIL FROM:<s@x>", "RCPT TO:<a@x>", "DATA",
            ])
        #expect(run.session.isReady)
        let receipt = TransportReceipt(peer: "mx.example.org[192.0.2.1]:25", reply: "250 2.0.0 taken as 0")
        #expect(run.outcomes == [MailOutcome(results: [.accepted(receipt)], isAnswered: true)])
        #expect(self.run(.test(.lmtp)).peer.commands.first == "LHLO client.example.org")
    }

    @Test("the deadlines are those of RFC 5321 §4.5.3.2, as far as the site allows")
    func deadlines() {
        func deadlines(_ limit: Int) -> [Int?] {
            var options = SessionOptions.test()
            options.replyTimeout = limit
            return run(options).effects.compactMap { effect in
                if case .deadline(let seconds) = effect { .some(seconds) } else { nil }
            }
        }
        let all = deadlines(600)
        #expect(Array(all.prefix(6)) == [300, 300, nil, 300, 300, 120])
        #expect(Set(all.dropFirst(6)) == [600, nil])
        #expect(Set(deadlines(60)) == [60, nil])
        #expect(Set(deadlines(0)) == [1, nil])
    }

    @Test("our name is one word of ASCII", arguments: ["", "a b", "a\r\nDATA", "é", "a\u{7F}"])
    func badName(name: String) {
        var options = SessionOptions.test()
        options.helo = name
        #expect(run(options).peer.commands.first == "EHLO localhost")
    }

    @Test("a server that does not know EHLO is greeted with HELO, and offers nothing")
    func helo() {
        let run = run(
            .test(), offers: ["PIPELINING", "SIZE 5"], answers: [.hello: .reply("502 5.5.1 what?")])
        #expect(run.peer.commands.prefix(2) == ["EHLO client.example.org", "HELO client.example.org"])
        #expect(run.outcomes.first?.results.map(\.short) == ["2"])
        let refused = self.run(
            .test(), answers: [.hello: .reply("550 no"), .helo: .reply("550 5.7.1 never")])
        #expect(unusable(refused) == ["connection 4.7.1"])
        #expect(refused.outcomes.first?.results.map(\.short) == ["4 connection"])
        #expect(refused.peer.saidQuit)
    }

    @Test(
        "an opening that fails says so once, and quits where it can",
        arguments: [
            (Step.greeting, "554 5.3.2 closed", "connection 4.3.2", true),
            (.greeting, "554 no", "connection 4.0.0", true),
            (.greeting, "421 4.3.2 busy", "connection 4.3.2", true),
            (.greeting, "451 busy", "connection 4.0.0", true),
            (.greeting, "354 go", "protocol 4.5.0", false),
            (.greeting, "SSH-2.0-OpenSSH", "protocol 4.5.0", false),
            (.hello, "451 4.3.0 later", "connection 4.3.0", true),
            (.hello, "334 x", "protocol 4.5.0", false),
        ])
    func refused(step: Step, reply: String, expected: String, quits: Bool) {
        let run = run(.test(), answers: [step: .reply(reply)])
        #expect(unusable(run) == [expected])
        #expect(run.peer.saidQuit == quits)
        #expect(run.outcomes.first?.isAnswered == false)
        #expect(run.effects.last == .close)
        #expect(run.effects.count { $0 == .close } == 1)
        #expect(!run.effects.contains(.ready))
    }

    @Test("a connection that never came to be is a failure of its own")
    func neverConnected() {
        var session = ClientSession(.test())
        #expect(session.handle(.begin(.test(["a@x", "b@x"]))) == [])
        let effects = session.handle(.closed("connection refused"))
        let failure = TransportFailure(
            status: "4.4.1", text: "connection refused", cause: .connection,
            peer: "mx.example.org[192.0.2.1]:25")
        #expect(
            effects == [
                .unusable(failure, withoutTLS: false),
                .results(
                    MailOutcome(
                        results: [.temporaryFailure(failure), .temporaryFailure(failure)], isAnswered: false)),
            ])
        #expect(session.isOver)
        let late = session.handle(.begin(.test(["a@x"])))
        guard case .results(let outcome)? = late.first else {
            Issue.record("\(late)")
            return
        }
        #expect(late.count == 1 && outcome.results.map(\.short) == ["4 connection"] && !outcome.isAnswered)
    }

    @Test("a mail that is begun early waits")
    func early() {
        var run = SessionRun(.test(), ModelPeer(.smtp, offers: []))
        run.open(with: .test(["a@x"]))
        #expect(run.effects.first == .deadline(300))
        #expect(run.outcomes.first?.results.map(\.short) == ["2"])
    }

    @Test("a second mail at the same time is not taken")
    func second() {
        var session = ClientSession(.test())
        _ = session.handle(.begin(.test(["a@x"])))
        guard case .results(let outcome)? = session.handle(.begin(.test(["b@x", "c@x"]))).first else {
            Issue.record("no results")
            return
        }
        #expect(outcome.results.map(\.short) == ["4 connection", "4 connection"])
        guard case .results(let first)? = session.handle(.closed(nil)).last else {
            Issue.record("no results")
            return
        }
        #expect(first.results.count == 1)
    }

    // MARK: - TLS

    @Test("with STARTTLS everything begins anew")
    func startTLS() {
        for encryption in [Peer.Encryption.opportunistic, .required] {
            let run = run(
                .test(encryption: encryption), offers: ["STARTTLS", "SIZE 1", "PIPELINING"],
                within: ["SIZE 100"])
            #expect(
                run.peer.commands == [
                    "EHLO client.example.org", "STARTTLS", "EHLO client.example.org",
                    "MAIL FROM:<s@x> SIZE=31", "RCPT TO:<a@x>", "DATA",
                ])
            #expect(run.outcomes.first?.results.map(\.short) == ["2"])
        }
    }

    @Test("STARTTLS is not said within TLS, and not where it is off")
    func noStartTLS() {
        for encryption in [Peer.Encryption.off, .implicit] {
            let run = run(.test(encryption: encryption), offers: ["STARTTLS"])
            #expect(!run.peer.commands.contains("STARTTLS"))
            #expect(run.outcomes.first?.results.map(\.short) == ["2"])
        }
        let twice = run(
            .test(encryption: .required), offers: ["STARTTLS"], within: ["STARTTLS"])
        #expect(twice.peer.commands.count { $0 == "STARTTLS" } == 1)
    }

    @Test("opportunistic TLS that is not to be had is done without; required TLS is not")
    func withoutTLS() {
        for reply in ["454 4.7.0 not now", "501 5.5.4 no"] {
            let answers: [Step: ModelPeer.Answer] = [.startTLS: .reply(reply)]
            let lax = run(.test(encryption: .opportunistic), offers: ["STARTTLS"], answers: answers)
            #expect(lax.outcomes.first?.results.map(\.short) == ["2"])
            let strict = run(.test(encryption: .required), offers: ["STARTTLS"], answers: answers)
            #expect(strict.outcomes.first?.results.map(\.short) == ["4 security"])
            #expect(unusable(strict).first?.hasPrefix("security 4.") == true)
            #expect(strict.peer.delivered.isEmpty)
        }
        #expect(run(.test(encryption: .opportunistic)).outcomes.first?.results.map(\.short) == ["2"])
        let none = run(.test(encryption: .required))
        #expect(unusable(none) == ["security 4.7.4"])
        #expect(!none.peer.commands.contains { $0.hasPrefix("MAIL") })
        let old = run(.test(encryption: .required), answers: [.hello: .reply("500 what?")])
        #expect(unusable(old) == ["security 4.7.4"])
    }

    @Test("a handshake that fails ends the session, and says whether the clear would do")
    func handshake() {
        let lax = run(.test(encryption: .opportunistic), offers: ["STARTTLS"], tlsFails: true)
        #expect(unusable(lax) == ["security 4.7.5 withoutTLS"])
        #expect(lax.outcomes.first?.isAnswered == false)
        let strict = run(.test(encryption: .required), offers: ["STARTTLS"], tlsFails: true)
        #expect(unusable(strict) == ["security 4.7.5"])
        var implicit = ClientSession(.test(encryption: .implicit))
        let effects = implicit.handle(.tlsFailed("expired"))
        guard case .unusable(let failure, false)? = effects.first else {
            Issue.record("\(effects)")
            return
        }
        #expect(failure.text == "TLS failed: expired" && failure.cause == .security)
    }

    @Test("what comes before the handshake is not believed, in one piece or in two (CVE-2011-0411)")
    func injection() {
        for injected in ["250 x\r\n", "x", "\r\n", "220 go\r\n250-x\r\n250 AUTH PLAIN\r\n"] {
            for isDivided in [false, true] {
                var session = ClientSession(.test(encryption: .opportunistic))
                _ = session.handle(.begin(.test(["a@x"])))
                var effects = session.handle(.connected)
                effects += session.handle(.received(Array("220 x\r\n".utf8)))
                effects += session.handle(.received(Array("250-x\r\n250 STARTTLS\r\n".utf8)))
                if isDivided {
                    effects += session.handle(.received(Array("220 go\r\n".utf8)))
                    effects += session.handle(.received(Array(injected.utf8)))
                } else {
                    effects += session.handle(.received(Array(("220 go\r\n" + injected).utf8)))
                }
                #expect(session.isOver)
                #expect(effects.contains(.startTLS) == isDivided)
                #expect(effects.last == .close)
                #expect(
                    effects.contains {
                        if case .unusable(let failure, _) = $0 { failure.cause == .protocol } else { false }
                    })
                #expect(session.handle(.tlsEstablished) == [])
            }
        }
    }

    @Test("a reply to nothing ends the session")
    func unsolicited() {
        for text in ["250 ok\r\n", "nonsense\r\n", "421 4.4.2 idle too long\r\n"] {
            var run = SessionRun(.test(), ModelPeer(.smtp, offers: []))
            run.open()
            #expect(run.session.isReady)
            run.feed(.received(Array(text.utf8)))
            #expect(run.session.isOver && run.outcomes.isEmpty)
            #expect(run.effects.last == .close)
            #expect(unusable(run) == [])
        }
        var session = ClientSession(.test())
        #expect(session.handle(.received(Array("220 x\r\n".utf8))).last == .close)
    }

    @Test("quitting says so where the peer listens")
    func quit() {
        var run = SessionRun(.test(), ModelPeer(.smtp, offers: []))
        run.open()
        run.feed(.quit)
        #expect(run.peer.saidQuit && run.session.isOver && run.effects.last == .close)
        var early = ClientSession(.test())
        _ = early.handle(.connected)
        #expect(early.handle(.quit) == [.close])
        #expect(early.handle(.quit) == [])
    }

    // MARK: - AUTH

    private let credential = PasswordCredential(user: "tim", password: "tanstaaftanstaaf")

    @Test("PLAIN is said at once (RFC 4616)")
    func plainAuthentication() {
        let run = run(
            .test(encryption: .required, credential: credential), offers: ["STARTTLS", "AUTH LOGIN"],
            within: ["AUTH LOGIN PLAIN"])
        #expect(run.peer.commands.contains("AUTH PLAIN AHRpbQB0YW5zdGFhZnRhbnN0YWFm"))
        #expect(run.outcomes.first?.results.map(\.short) == ["2"])
    }

    @Test("a password never goes over the wire in the clear, but to a local peer")
    func clear() {
        for mechanism in ["PLAIN", "LOGIN", "PLAIN LOGIN"] {
            let far = run(.test(credential: credential), offers: ["AUTH \(mechanism)"])
            #expect(unusable(far) == ["security 4.7.0"])
            #expect(!far.peer.commands.contains { $0.hasPrefix("AUTH") })
            let opportunistic = run(
                .test(encryption: .opportunistic, credential: credential), offers: ["AUTH \(mechanism)"])
            #expect(unusable(opportunistic) == ["security 4.7.0"])
        }
        let near = run(.test(credential: credential, isLocal: true), offers: ["AUTH PLAIN"])
        #expect(near.outcomes.first?.results.map(\.short) == ["2"])
        let implicit = run(.test(encryption: .implicit, credential: credential), offers: ["AUTH PLAIN"])
        #expect(implicit.outcomes.first?.results.map(\.short) == ["2"])
    }

    @Test("without authentication there is no mail", arguments: ["AUTH CRAM-MD5 GSSAPI", "AUTH", "SIZE 1"])
    func notOffered(line: String) {
        let run = run(.test(credential: credential, isLocal: true), offers: [line])
        #expect(unusable(run) == ["security 4.7.0"])
        #expect(run.outcomes.first?.results.map(\.short) == ["4 security"])
        #expect(run.peer.saidQuit)
    }

    @Test(
        "a password that is refused bounces nothing",
        arguments: ["535 5.7.8 wrong", "454 4.7.0 later", "534 5.7.9 too weak", "504 5.5.4 what?"])
    func refusedPassword(reply: String) {
        let run = run(
            .test(credential: credential, isLocal: true), offers: ["AUTH PLAIN LOGIN"],
            answers: [.auth: .reply(reply)])
        #expect(run.outcomes.first?.results.map(\.short) == ["4 security"])
        #expect(run.outcomes.first?.results.first?.failure?.reply == reply)
        #expect(run.outcomes.first?.results.first?.failure?.status.hasPrefix("4.") == true)
        // One try: a wrong password would only be wrong again.
        #expect(run.peer.commands.count { $0.hasPrefix("AUTH") } == 1)
    }

    @Test("a secret that the server has not for SCRAM may be there for PLAIN")
    func fallback() {
        let run = run(
            .test(encryption: .implicit, credential: credential), offers: ["AUTH SCRAM-SHA-256 PLAIN LOGIN"],
            answers: [.auth: .reply("535 5.7.8 wrong")])
        let commands = run.peer.commands.filter { $0.hasPrefix("AUTH") }
        #expect(commands.map { String($0.prefix(10)) } == ["AUTH SCRAM", "AUTH PLAIN"])
        let clear = self.run(
            .test(credential: credential), offers: ["AUTH SCRAM-SHA-256 PLAIN"],
            answers: [.auth: .reply("535 5.7.8 wrong")])
        #expect(clear.peer.commands.count { $0.hasPrefix("AUTH") } == 1)
    }

    @Test(
        "a mail that is refused for want of authentication is a failure of ours",
        arguments: ["530 5.7.0 authentication required", "538 5.7.11 encryption required"])
    func authenticationRequired(reply: String) {
        for step in [Step.mail, .recipient(0)] {
            let run = run(.test(), answers: [step: .reply(reply)])
            #expect(run.outcomes.first?.results.map(\.short) == ["4 security"])
        }
    }

    @Test("a 235 that comes too early is not believed with SCRAM")
    func earlySuccess() {
        let run = run(.test(credential: credential), offers: ["AUTH SCRAM-SHA-256"])
        #expect(run.outcomes.first?.results.map(\.short) == ["4 security"])
        #expect(run.peer.delivered.isEmpty)
    }

    @Test("LOGIN answers what it is asked, and not more")
    func login() {
        func session(_ challenges: [String]) -> [String] {
            var session = ClientSession(.test(credential: credential, isLocal: true))
            var effects = session.handle(.connected)
            for reply in ["220 x", "250-x\r\n250 AUTH LOGIN"] + challenges {
                effects += session.handle(.received(Array((reply + "\r\n").utf8)))
            }
            return effects.compactMap {
                if case .write(let bytes) = $0 {
                    String(decoding: bytes.dropLast(2), as: UTF8.self)
                } else {
                    nil
                }
            } + (session.isReady ? ["ready"] : [])
        }
        let ehlo = "EHLO client.example.org"
        #expect(
            session(["334 VXNlcm5hbWU6", "334 UGFzc3dvcmQ6", "235 ok"])
                == [ehlo, "AUTH LOGIN", "dGlt", "dGFuc3RhYWZ0YW5zdGFhZg==", "ready"])
        #expect(session(["334", "334 x", "235 ok"]).last == "ready")
        #expect(session(["235 ok"]) == [ehlo, "AUTH LOGIN"])
        #expect(
            session(["334 a", "334 b", "334 c"]) == [ehlo, "AUTH LOGIN", "dGlt", "dGFuc3RhYWZ0YW5zdGFhZg=="])
    }
}
