import DeliveryStatus
import Platform
import Settings
import Testing

@testable import Delivery

@Suite struct CompletionTests {
    enum Trouble: String, CaseIterable { case none, full, loop, tooLarge, unknownUser, lookUp }

    private func site(_ trouble: Trouble) throws -> (Site, message: String) {
        var site = try Site()
        var message = Site.message
        switch trouble {
        case .none: break
        case .full: site.set("quota.limit=10", "spool.mode=tempfail")
        case .loop: message = "Received: x\nDelivered-To: bob@example.org\n\n"
        case .tooLarge: site.set("mail.max-size=10")
        case .unknownUser, .lookUp:
            site.request.mailDirectory = nil
            site.request.user = "nobody-of-that-name"
            let path =
                trouble == .lookUp ? site.temporary.path("missing") : try site.temporary.write("users", "")
            site.configuration.users.source = .passwdFile(path: path)
        }
        return (site, message)
    }

    private static let agents: [MailTransferAgent?] = [nil] + MailTransferAgent.allCases

    @Test(
        "each agent gets its own exit status",
        arguments: [
            (Trouble.none, [0, 0, 0, 0, 0, 0] as [CInt]), (.full, [75, 75, 75, 75, 75, 111]),
            (.loop, [77, 77, 77, 77, 77, 100]), (.tooLarge, [77, 77, 77, 77, 77, 100]),
            (.unknownUser, [67, 67, 67, 67, 67, 100]), (.lookUp, [75, 75, 75, 75, 75, 111]),
        ])
    func statuses(trouble: Trouble, expected: [CInt]) throws {
        for (agent, status) in zip(Self.agents, expected) {
            var (site, message) = try site(trouble)
            site.request.mailTransferAgent = agent?.rawValue
            #expect(try site.deliver(message).exitStatus == status, "\(agent?.rawValue ?? "no agent")")
            // The configuration's word counts where there is no option.
            site.request.mailTransferAgent = nil
            if let agent { site.set("delivery.mta=\(agent.rawValue)") }
            #expect(try site.deliver(message).exitStatus == status)
        }
    }

    @Test(
        "one line tells the status and the reason",
        arguments: [
            (Trouble.full, "4.2.2 mailbox is full\n"),
            (.loop, "5.4.6 mail forwarding loop: already delivered to bob@example.org\n"),
            (.tooLarge, "5.2.3 message of \(Site.message.utf8.count) bytes is too large, 10 allowed\n"),
            (.unknownUser, "5.1.1 no such user: nobody-of-that-name\n"), (.none, ""),
        ])
    func line(trouble: Trouble, expected: String) throws {
        let (site, message) = try site(trouble)
        #expect(String(decoding: try site.deliver(message).errorLine, as: UTF8.self) == expected)
        #expect(site.files().count == (trouble == .none ? 1 : 0) && site.leftovers == [])
    }

    @Test(
        "a hostile user name cannot break the line",
        arguments: ["a\nb", "x\u{1B}[2J", String(repeating: "y", count: 5000), "é"])
    func hostileName(name: String) throws {
        var (site, message) = try site(.unknownUser)
        site.request.user = name
        let completion = try site.deliver(message)
        #expect(completion.exitStatus == 67)
        #expect(completion.errorLine.count <= 500 && completion.errorLine.last == 10)
        #expect(completion.errorLine.dropLast().allSatisfy { (0x20..<0x7F).contains($0) })
    }

    @Test("the input is read to its end whatever becomes of the message", arguments: Trouble.allCases)
    func drained(trouble: Trouble) throws {
        var (site, _) = try site(trouble)
        site.configuration.log.target = .none
        let file = try OwnedFileDescriptor(
            reading: site.temporary.write("large", "Subject: x\n\n" + String(repeating: "x", count: 600_000)))
        _ = DeliveryRun(site.request, configuration: site.configuration, warnings: [], input: file.raw).run()
        #expect(try file.readAll(limit: 1 << 20, path: "").isEmpty)
    }

    @Test("the log has one record with the outcome, its reasons and warnings", arguments: Trouble.allCases)
    func log(trouble: Trouble) throws {
        var (site, message) = try site(trouble)
        site.set("log.target=file:\(site.temporary.path("log"))")
        let path = try site.temporary.write("in", message)
        let input = try OwnedFileDescriptor(reading: path)
        let completion = DeliveryRun(
            site.request, configuration: site.configuration, warnings: ["a warning"], input: input.raw
        ).run()
        let lines = try site.temporary.text("log").split(separator: "\n")
        try #require(lines.count == 1)
        let words: [Trouble: String] = [.none: "delivered", .full: "deferred", .lookUp: "deferred"]
        #expect(lines[0].contains("outcome=\(words[trouble] ?? "rejected")"))
        #expect(lines[0].contains("a warning"))
        #expect(lines[0].contains("\(completion.exitStatus)"))
    }

    @Test("a log that cannot be written changes nothing")
    func noLog() throws {
        var (site, message) = try site(.none)
        site.set("log.target=file:\(site.temporary.path("no/such/log"))")
        #expect(try site.deliver(message).exitStatus == 0)
        #expect(site.files().count == 1)
    }

    @Test(
        "a message over mail.max-size is refused, whether memory holds it or not, and nothing of it stays",
        arguments: [1000, 300_000, 1_000_000])
    func tooLarge(count: Int) throws {
        var (site, _) = try site(.none)
        site.set("mail.max-size=1000", "spool.mode=spool")
        let completion = try site.deliver(Site.message + String(repeating: "x", count: count))
        #expect(completion.exitStatus == 77)
        #expect(completion.errorLine.starts(with: Array("5.2.3 ".utf8)))
        #expect(site.files() == [] && site.leftovers == [])
        #expect(try site.entries() == [])
        #expect(try site.deliver(String(repeating: "x", count: 1000)).exitStatus == 0)
    }
}
