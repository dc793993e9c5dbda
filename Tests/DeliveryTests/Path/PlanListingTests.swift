import MailMessage
import Maildir
import Testing

@testable import Delivery

@Suite struct PlanListingTests {
    @Test("--dry-run prints the Plan as JSON, and changes nothing")
    func dryRun() throws {
        var site = try Site()
        try site.use(
            """
            require ["fileinto", "mailbox", "imap4flags", "copy"];
            fileinto :create :flags "\\\\Seen" "A/é \\"x\\"";
            redirect :copy "carol@example.com";
            """)
        site.request.isDryRun = true
        site.request.originalRecipient = "all@example.org"
        let completion = try site.deliver()
        #expect(completion.exitStatus == 0 && completion.errorLine.isEmpty && completion.due.isEmpty)
        let user = try site.destination.userName
        let expected = """
            {"user":"\(user)","mail_root":"\(site.temporary.path("Maildir"))","sender":"alice@example.net",\
            "sender_source":"option","recipient":"bob@example.org","recipient_source":"option",\
            "original_recipient":"all@example.org","actions":[\
            {"action":"store","mailbox":"A/é \\"x\\"","flags":["\\\\Seen"],"create":true,"script":"rules","line":2},\
            {"action":"forward","to":"carol@example.com","from":null,"script":"rules","line":3}],"not_done":[],"warnings":[]}

            """
        #expect(String(decoding: completion.output, as: UTF8.self) == expected)
        #expect(!site.temporary.exists("Maildir") && !site.temporary.exists("spool"))
    }

    @Test("what has no rule, no flags and no original recipient says so")
    func absent() throws {
        let site = try Site()
        let plan = Plan(
            actions: [
                PlannedAction(.discard), PlannedAction(.store(mailbox: .inbox, flags: [], creating: false)),
            ], warnings: ["a\nb"])
        let json = String(
            decoding: PlanListing.json(plan, site.envelope, try site.destination), as: UTF8.self)
        #expect(json.contains("{\"action\":\"discard\""))
        #expect(json.contains("\"mailbox\":\"INBOX\",\"flags\":[],\"create\":false"))
        #expect(json.contains("\"warnings\":[\"a\\nb\"]"))
        #expect(json.utf8.filter { $0 == 10 }.count == 1 && json.utf8.last == 10)
    }

    @Test("a large message is planned without a trace on disk, and warnings are told")
    func large() throws {
        var site = try Site()
        site.request.isDryRun = true
        site.request.mailbox = "../x"
        let completion = try site.deliver(Site.message + String(repeating: "x", count: 1_000_000))
        #expect(completion.exitStatus == 0)
        let json = String(decoding: completion.output, as: UTF8.self)
        #expect(json.contains("\"mailbox\":\"INBOX\"") && json.contains("-m: "))
        #expect(!site.temporary.exists("Maildir") && !site.temporary.exists("spool"))
    }
}
