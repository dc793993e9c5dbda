import MailMessage
import Maildir
import Platform
import Settings
import Spool
import Testing

@testable import Delivery

/// Mail that rules send on: never in circles, never twice, and never lost for that.
@Suite struct RedirectPlanningTests {
    private var site: Site
    private static let redirect = "redirect \"carol@example.com\";"
    private static let looping =
        "Received: 2\nDelivered-To: carol@example.com\nReceived: 1\nDelivered-To: bob@example.org\nSubject: x\n\nbody\n"

    init() throws {
        site = try Site()
        try site.installSendmail()
    }

    private func words(_ plan: Plan) -> [String] {
        plan.actions.map { [$0.kind.word, $0.kind.target].filter { !$0.isEmpty }.joined(separator: " ") }
    }

    private func plan(
        _ script: String, _ message: String = Site.message, _ change: (inout Site) -> Void = { _ in }
    ) throws -> Plan {
        var test = site
        change(&test)
        try test.use(script)
        return try test.rules(message)
    }

    private func deliver(_ script: String, _ message: String = Site.message) throws -> Completion {
        var test = site
        try test.use(script)
        return try test.deliver(message)
    }

    // MARK: Circles

    private static let circles = [
        (redirect, ["store INBOX"]), ("redirect :copy \"carol@example.com\";", ["store INBOX"]),
        ("redirect :copy \"carol@example.com\"; discard;", ["store INBOX", "discard"]),
        ("fileinto \"A\"; redirect :copy \"carol@example.com\";", ["store A"]),
        ("fileinto \"A\"; redirect \"carol@example.com\";", ["store A", "store INBOX"]),
        ("redirect \"carol@example.com\"; redirect \"dave@example.com\";", ["store INBOX"]),
        ("keep :flags \"\\\\Flagged\"; redirect \"carol@example.com\";", ["store INBOX"]),
    ]

    @Test("a message that was here is kept instead of being sent on, and the log says so", arguments: circles)
    func circle(script: String, expected: [String]) throws {
        let script = "require [\"copy\", \"fileinto\", \"imap4flags\"]; " + script
        let plan = try plan(script, Self.looping)
        #expect(words(plan) == expected)
        #expect(plan.breaksCircle && plan.memories.isEmpty)
        #expect(plan.warnings.contains { $0.contains("already delivered to bob@example.org") })
        #expect(plan.refusals.contains { $0.hasPrefix("redirect (script rules, line 1)") })
        if script.contains("Flagged"), case .store(_, let flags, _) = plan.actions[0].kind {
            #expect(flags == ["\\Flagged"])
        }
    }

    @Test("so it is with too many hops, and with what goes to the recipient himself")
    func otherCircles() throws {
        let hops = String(repeating: "Received: x\n", count: 5) + "\nbody\n"
        let tooMany = try plan(Self.redirect, hops) { $0.set("delivery.max-received=4") }
        #expect(words(tooMany) == ["store INBOX"] && tooMany.breaksCircle)
        let few = try plan(Self.redirect, hops) { $0.set("delivery.max-received=5") }
        #expect(words(few) == ["forward carol@example.com"] && !few.breaksCircle)
        let own = try plan("redirect \"BOB@Example.org\";")
        #expect(words(own) == ["store INBOX"])
        #expect(own.warnings.contains { $0.contains("is the recipient") })
    }

    @Test("our field counts for what is sent on even where deliveries do not write it")
    func withoutOwnField() throws {
        let plan = try plan(Self.redirect, Self.looping) { $0.set("delivery.delivered-to=no") }
        #expect(words(plan) == ["store INBOX"])
    }

    @Test("it ends in INBOX with exit status 0; and is refused if the rules would not have sent it on")
    func delivered() throws {
        #expect(try deliver(Self.redirect, Self.looping).exitStatus == 0)
        #expect(try site.copies().count == 1 && site.copies()[0].hasSuffix(Self.looping))
        #expect(try site.entries().isEmpty)
        let refused = try deliver("keep;", Self.looping)
        #expect(refused.exitStatus == 77 && refused.errorLine.starts(with: Array("5.4.6 ".utf8)))
        #expect(site.files().count == 1)
    }

    @Test("the log's record has the reason")
    func logged() throws {
        var test = site
        test.set("log.target=file:\(site.temporary.path("log"))")
        try test.use(Self.redirect)
        #expect(try test.deliver(Self.looping).exitStatus == 0)
        let log = try site.temporary.text("log")
        #expect(log.contains("outcome=delivered") && log.contains("mail forwarding loop"))
    }

    @Test("a mailbox that cannot be had makes no difference", arguments: [redirect, "keep;"])
    func closedMailbox(script: String) throws {
        _ = try site.temporary.write("Maildir", "no directory")
        let completion = try deliver(script, Self.looping)
        let isForwarded = script == Self.redirect
        #expect(completion.exitStatus == (isForwarded ? 0 : 77))
        #expect(try site.entries().count == (isForwarded ? 1 : 0))
    }

    // MARK: Once

    private static func mail(_ identifier: String?, _ body: String = "body", subject: String = "x") -> String
    {
        (identifier.map { "Message-ID: <\($0)>\n" } ?? "") + "Subject: \(subject)\n\n\(body)\n"
    }

    /// Whether it is sent on.
    private func isSent(
        _ message: String, to address: String = "carol@example.com", _ change: (inout Site) -> Void = { _ in }
    ) throws -> Bool {
        var test = site
        change(&test)
        try test.use("redirect \"\(address)\";")
        let completion = try test.deliver(message)
        #expect(completion.exitStatus == 0)
        #expect(site.files().isEmpty)
        return !completion.due.isEmpty
    }

    @Test("the same message goes to the same address once")
    func once() throws {
        let message = Self.mail("1@x")
        #expect(try isSent(message))
        #expect(try !isSent(message))
        #expect(try !isSent(message, to: "CAROL@example.com"))
        #expect(try isSent(message, to: "dave@example.com"))
        #expect(try isSent(Self.mail("2@x")))
        #expect(try isSent(Self.mail("1@x", "another body")))
        // The identifier is the message's name, whatever else its header says.
        #expect(try !isSent(Self.mail("1@x", subject: "y")))
        #expect(try isSent(Self.mail(nil)))
        #expect(try !isSent(Self.mail(nil)))
        #expect(try isSent(Self.mail(nil, subject: "y")))
        #expect(try isSent(message) { $0.set("sieve.redirect-window=0") })
        #expect(try site.entries().count == 7)
    }

    @Test("the plan and the log say that it was sent before, and the rest of the plan is carried out")
    func told() throws {
        var test = site
        try test.use("require \"copy\"; redirect :copy \"carol@example.com\";")
        for count in 1...2 {
            #expect(try test.deliver(Self.mail("1@x")).exitStatus == 0)
            #expect(site.files().count == count)
        }
        #expect(try site.entries().count == 1)
        let plan = try test.rules(Self.mail("1@x"))
        #expect(
            plan.warnings.contains {
                $0.contains("carol@example.com was sent this message less than 43200 s ago")
            })
        #expect(plan.refusals.count == 1 && plan.memories.isEmpty)
        #expect(words(plan) == ["discard", "store INBOX"])
    }

    @Test("what is not in the spool was not sent")
    func notSpooled() throws {
        _ = try site.temporary.write("spool", "")
        var test = site
        try test.use(Self.redirect)
        #expect(try test.deliver(Self.mail("1@x")).exitStatus == 75)
        try Directory(opening: site.temporary.path).removeFile("spool")
        #expect(try isSent(Self.mail("1@x")))
    }

    @Test("a memory that cannot be used loses no mail: it is sent on again, and the log says why")
    func brokenMemory() throws {
        var test = site
        test.set(
            "state.store=\(site.temporary.path("none/state.db"))",
            "log.target=file:\(site.temporary.path("log"))")
        try test.use(Self.redirect)
        for count in 1...2 {
            #expect(try test.deliver(Self.mail("1@x")).exitStatus == 0)
            #expect(try site.entries().count == count)
        }
        #expect(try site.temporary.text("log").contains("none/state.db"))
    }

    @Test("a message without anything, and a large one, can be told from others")
    func extremes() throws {
        #expect(try isSent(""))
        #expect(try !isSent(""))
        #expect(try isSent("\n"))
        let large = Self.mail("1@x", String(repeating: "0123456789abcdef", count: 50_000))
        #expect(try isSent(large))
        #expect(try !isSent(large))
        #expect(try isSent(large + "x"))
    }

    // MARK: Limits

    @Test("more redirects than the site allows keep the message, and the log says so", arguments: [0, 1, 2])
    func tooMany(limit: Int) throws {
        let script = (0...limit).map { "redirect \"c\($0)@example.com\";" }.joined(separator: "\n")
        var test = site
        test.set(
            "sieve.max-redirects=\(limit)", "log.target=file:\(site.temporary.path("log"))",
            "sieve.notify-errors=no")
        try test.use(script)
        #expect(try test.deliver().exitStatus == 0)
        #expect(try site.copies().count == 1 && site.copies()[0].hasSuffix(Site.message))
        #expect(try site.entries().isEmpty)
        #expect(
            try site.temporary.text("log").contains(
                "number of redirect actions exceeds policy limit (\(limit))"))
        test.set("sieve.max-redirects=\(limit + 1)")
        #expect(try test.deliver().due.count == 1)
    }

    @Test("a sender that grows too long by rewriting is told, and sent")
    func longSender() throws {
        let plan = try plan(Self.redirect) {
            $0.set("transport.srs-domain=f.example", "transport.srs-secrets=s")
            $0.request.sender = String(repeating: "l", count: 60) + "@example.net"
        }
        #expect(words(plan) == ["forward carol@example.com"])
        #expect(plan.warnings.count == 1 && plan.warnings[0].contains("octets before its @"))
    }
}
