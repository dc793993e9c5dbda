import MailMessage
import Platform
import Sieve
import Spool
import Testing

@testable import Delivery

/// What a sender asks for beside addresses: NOTIFY, RET and BY.
@Suite struct StatusOptionsTests {
    @Test(
        "NOTIFY is NEVER, or some of three words, each once",
        arguments: [
            ("NEVER", "NEVER"), ("never", "NEVER"), ("SUCCESS", "SUCCESS"),
            ("delay,Failure", "DELAY,FAILURE"),
            ("SUCCESS,FAILURE,DELAY", "SUCCESS,FAILURE,DELAY"), ("", nil), ("NEVER,DELAY", nil), (",", nil),
            ("DELAY,DELAY", nil), ("SUCCESS,FAILURE,DELAY,NEVER", nil), ("DELAY, FAILURE", nil), ("YES", nil),
        ])
    func notify(text: String, expected: String?) {
        #expect(StatusWords.notify(text) == expected)
    }

    @Test(
        "RET is FULL or HDRS",
        arguments: [("full", "FULL"), ("HDRS", "HDRS"), ("", nil), ("ALL", nil), ("FULL ", nil)])
    func returns(text: String, expected: String?) {
        #expect(StatusWords.returns(text) == expected)
    }

    @Test(
        "BY is seconds and a mode",
        arguments: [
            ("120;R", "120;R"), ("+5;n", "5;N"), ("-5;N", "-5;N"), ("0;NT", "0;NT"),
            ("999999999;rt", "999999999;RT"),
            ("0;R", nil), ("-1;R", nil), ("120", nil), ("120;", nil), (";R", nil), ("+;R", nil),
            ("1234567890;R", nil),
            ("1;T", nil), ("1;RN", nil), ("1;RTT", nil), ("--1;N", nil), ("1 ;R", nil), ("", nil),
            ("0x1;R", nil),
        ])
    func deliverBy(text: String, expected: String?) {
        #expect(DeliverBy(parameter: text)?.parameter == expected)
    }

    @Test(
        "what time is left is less later, and never none in mode R",
        arguments: [
            ("120;R", 20, "100;R"), ("120;RT", 500, "1;RT"), ("120;N", 500, "-380;N"), ("120;N", -5, "120;N"),
            ("120;N", .max, "-999999880;N"), ("-5;N", .max, "-999999999;N"),
        ])
    func later(text: String, seconds: Int, expected: String) throws {
        let deliverBy = try #require(DeliverBy(parameter: text))
        #expect(deliverBy.later(by: seconds).parameter == expected)
    }

    // In a process of its own: getopt(3) has one state for a process.
    @Test("a value that SMTP does not have makes the command line unusable")
    func unusable() async {
        await #expect(processExitsWith: .success) {
            for words in [["--dsn-notify", "MAYBE"], ["--dsn-return", "NONE"], ["--deliver-by", "soon"]] {
                guard case .unusable(let problems) = FrontEnd.postmaster.read(["postmaster"] + words) else {
                    Issue.record("\(words)")
                    continue
                }
                #expect(problems == ["\(words[0]) \(words[1]): no such value in SMTP"])
            }
        }
    }

    @Test("rules see what was asked for, at once and from the spool")
    func rules() throws {
        var site = try Site()
        try site.installSendmail()
        site.request.notify = "success,delay"
        site.request.returns = "hdrs"
        site.request.envelopeIdentifier = "id1"
        site.request.originalRecipient = "robert@example.org"
        site.request.deliverBy = "3600;R"
        try site.use(
            """
            require ["envelope", "envelope-dsn", "envelope-deliverby", "relational", "comparator-i;ascii-numeric", "fileinto", "mailbox"];
            if allof (envelope :is "notify" ["SUCCESS"], envelope :is "notify" ["DELAY"],
                      envelope :count "eq" "notify" "2", envelope :is "ret" "HDRS", envelope :is "envid" "id1",
                      envelope :is "orcpt" "rfc822;robert@example.org", envelope :is "bymode" "return",
                      envelope :value "le" "bytimerelative" "3600", envelope :value "gt" "bytimerelative" "3500")
            { fileinto :create "asked"; }
            """)
        #expect(try site.deliver().exitStatus == 0)
        #expect(site.files(".asked").count == 1)
        // The mailbox cannot be had: the rules run later.
        let other = try Site()
        site.request.mailDirectory = other.temporary.path("Maildir")
        _ = try other.temporary.write("Maildir", "")
        #expect(try site.deliver().exitStatus == 0)
        let entries = try site.entries()
        try #require(entries.count == 1)
        let fields = try site.summary(entries[0]).envelope.fields
        #expect(fields.first("notify") == "SUCCESS,DELAY" && fields.first("return") == "HDRS")
        #expect(fields.first("by") == "3600;R")
        let envelope = try #require(SpooledWork.envelope(of: try site.summary(entries[0]).envelope))
        #expect(envelope.notify == "SUCCESS,DELAY" && envelope.returns == "HDRS")
        #expect(envelope.deliverBy.map { 3500...3600 ~= $0.seconds } == true)
        try Directory(opening: other.temporary.path).removeFile("Maildir")
        #expect(try site.visit(entries[0]) == .delivered)
        #expect(other.temporary.names("Maildir/.asked/new").count == 1)
    }

    @Test("where nothing was asked for, rules see nothing")
    func nothing() throws {
        var site = try Site()
        try site.use(
            """
            require ["envelope", "envelope-dsn", "envelope-deliverby", "fileinto", "mailbox"];
            if envelope :matches ["notify", "ret", "envid", "orcpt", "bymode"] "*" { fileinto :create "asked"; }
            """)
        #expect(try site.deliver().exitStatus == 0)
        #expect(site.files().count == 1)
    }
}
