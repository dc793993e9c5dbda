import Foundation
import Testing

/// Which server mail goes to, over how many connections, and what happens while one is away.
@Suite("Relay routing", .serialized, .enabled(if: isRoot, "starting servers needs root"))
struct RelayRoutingTests {
    @Test("while no server answers, mail waits; the next one in the list takes it")
    func unreachable() throws {
        let workplace = try Workplace()
        let nobody = "smtp://127.0.0.1:\(try freePort())"
        var site = try ForwardingSite(in: workplace, relay: nobody)
        let message = TestMessage.difficult(subject: "patience")
        try site.redirect(message, to: "carol@remote.test")
        #expect(try site.sweep() == ["rescheduled"])
        #expect(try site.causes() == ["connection"])

        let peer = try EximServer(workplace)
        site.settings = ["transport.relay=\(nobody),\(peer.route)"]
        #expect(try site.sweep() == ["delivered"], "\(site.log)")
        let received = try peer.receive(1)
        #expect(received.count == 1 && received.first?.bytes.suffix(message.count) == message)
        #expect(try site.queue().isEmpty)
    }

    @Test("a server that stops between sweeps loses nothing, and doubles nothing")
    func stopped() throws {
        let workplace = try Workplace()
        let site: ForwardingSite
        do {
            let relay = try PostfixRelay(workplace)
            site = try ForwardingSite(in: workplace, relay: relay.route)
            try site.redirect(TestMessage.text(subject: "first"), to: "carol@remote.test")
            #expect(try site.sweep() == ["delivered"])
            #expect(try relay.receive(1).count == 1)
        }
        try site.redirect(TestMessage.text(subject: "second"), to: "carol@remote.test")
        #expect(try site.sweep() == ["rescheduled"])
        #expect(try site.causes() == ["connection"])
    }

    @Test("each domain has its own way")
    func domains() throws {
        let workplace = try Workplace()
        let exim = try EximServer(workplace)
        let openSMTPD = try OpenSMTPDServer(workplace)
        var site = try ForwardingSite(in: workplace, relay: openSMTPD.route)
        site.settings.append(
            "transport.routes=exim.test \(exim.route),.sub.test \(exim.route),own.sub.test \(openSMTPD.route)"
        )
        let addresses = [
            "a@exim.test", "b@EXIM.test", "c@x.sub.test", "d@sub.test", "e@own.sub.test", "f@else.test",
        ]
        for address in addresses {
            try site.redirect(TestMessage.text(subject: "to \(address)"), to: address)
        }
        try site.sweep()
        #expect(
            try exim.receive(3).compactMap(\.finalRecipient).map { $0.lowercased() }.sorted()
                == ["a@exim.test", "b@exim.test", "c@x.sub.test"], "\(site.log)")
        #expect(
            try openSMTPD.receive(3).compactMap(\.finalRecipient).sorted()
                == ["d@sub.test", "e@own.sub.test", "f@else.test"], "\(site.log)")
    }

    @Test("one message for several at one server goes there once")
    func together() throws {
        let workplace = try Workplace()
        let exim = try EximServer(workplace)
        let site = try ForwardingSite(in: workplace, relay: exim.route)
        try site.redirect(TestMessage.text(subject: "for three"), to: "a@x.test", "b@x.test", "c@y.test")
        #expect(try site.sweep() == ["delivered"])
        #expect(try exim.receive(3).count == 3)
        #expect(exim.accepted.count == 1, "\(exim.log)")
    }

    @Test("a hundred messages of a sweep share few connections", arguments: [(1, 100, 1), (2, 25, 8)])
    func connections(concurrency: Int, perConnection: Int, most: Int) throws {
        let workplace = try Workplace()
        let exim = try EximServer(workplace)
        var site = try ForwardingSite(in: workplace, relay: exim.route)
        site.settings += [
            "transport.concurrency=\(concurrency)", "transport.messages-per-connection=\(perConnection)",
        ]
        try site.fill(100)
        #expect(try site.sweep().count { $0 == "delivered" } == 100)
        #expect(try exim.receive(100).count == 100)
        #expect(exim.accepted.count == 100)
        // One more is that of the start.
        #expect(2...(most + 1) ~= exim.connections, "\(exim.connections)")
    }

    @Test(
        "a thousand messages arrive, each once, without anybody's sweep", arguments: RelayTests.Server.present
    )
    func thousand(server: RelayTests.Server) throws {
        let workplace = try Workplace()
        let peer = try server.start(in: workplace)
        var site = try ForwardingSite(in: workplace, relay: peer.route)
        site.wakes = true
        try site.fill(1000)
        #expect(
            try eventually(120) { everything(peer.sink + "/new").count >= 1000 }, "\(peer.received.count)")
        #expect(try eventually { try site.queue().isEmpty }, "\(site.story)")
        let subjects = peer.received.compactMap { $0.field("Subject") }
        #expect(subjects.count == 1000)
        #expect(Set(subjects) == Set((0..<1000).map { "number \($0)." }))
        #expect(try eventually { peer.accepted.count == 1000 }, "\(peer.accepted.count)")
    }
}

extension ForwardingSite {
    /// Has so many messages redirected, with the subjects `number 0.` and so on; eight at a time.
    func fill(_ count: Int, to address: String = "carol@remote.test") throws {
        let script = try workplace.write("redirect \"\(address)\";\n", to: "fill.sieve")
        let words =
            [
                "--mail-dir", maildir, "--script", script, "-f", "alice@example.org", "-r",
                "reader@example.net",
            ]
            + (try options())
        let loop = """
            number=0
            while [ $number -lt \(count) ]; do
                "$@" <<END &
            From: <alice@example.org>
            Subject: number $number.
            Message-ID: <$number.$$@example.org>

            Hello.
            END
                number=$((number + 1))
                [ $((number % 8)) -ne 0 ] || wait
            done
            wait
            """
        let filled = try run(
            "/bin/sh", ["-c", loop, "sh", try workplace.program(.postmaster)] + words, user: .nobody,
            seconds: 120)
        guard filled.code == 0 else { throw Obstacle("not all were redirected: \(filled)") }
    }
}
