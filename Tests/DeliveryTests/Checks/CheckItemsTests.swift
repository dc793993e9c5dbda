import ContentChecks
import MailMessage
import Platform
import Settings
import Sieve
import TestSupport
import Testing

@testable import Delivery

/// What scripts are told of checks.
@Suite struct CheckItemsTests {
    private static var verdicts: Verdicts {
        var verdicts = Verdicts()
        verdicts.virus = .found(name: "Some.Virus")
        verdicts.spam = SpamAnswer(
            isSpam: false, score: 2.5, threshold: 5, action: "greylist", symbols: ["A", "B_C"])
        verdicts.attachments = ["encrypted", "macros"]
        verdicts.results = [
            CheckResult(.clamd, .found, "Some.Virus", policy: .tag), CheckResult(.spamd, .skipped),
            CheckResult(.rspamd, .passed),
        ]
        return verdicts
    }

    @Test(
        "items of the environment",
        arguments: [
            ("virus", "Some.Virus"), ("spam-score", "2.5"), ("spam-threshold", "5.0"),
            ("spam-action", "greylist"),
            ("spam-symbols", "A B_C"), ("attachments", "encrypted macros"), ("check.clamd", "found"),
            ("check.spamd", "skipped"), ("check.rspamd", "passed"), ("check.icap", nil), ("other", nil),
        ])
    func items(name: String, value: String?) {
        #expect(CheckItems(verdicts: Self.verdicts).value(of: "vnd.postmaster.\(name)") == value)
        #expect(CheckItems(verdicts: Self.verdicts).value(of: name) == nil)
        let nothing = CheckItems(verdicts: Verdicts())
        #expect(nothing.value(of: "vnd.postmaster.\(name)") == nil)
    }

    @Test("what was not asked has no score; what has no answer has an unknown one")
    func scores() {
        #expect(CheckItems(verdicts: Verdicts()).score(.spam) == nil)
        #expect(CheckItems(verdicts: Verdicts()).score(.virus) == nil)
        #expect(CheckItems(verdicts: Self.verdicts).score(.virus) == .fraction(1))
        #expect(CheckItems(verdicts: Self.verdicts).score(.spam) == .fraction(0.5))
        var silent = Verdicts()
        silent.virus = .unknown
        silent.results = [CheckResult(.rspamd, .unanswered)]
        #expect(CheckItems(verdicts: silent).score(.spam) == .unknown)
        #expect(CheckItems(verdicts: silent).score(.virus) == .unknown)
        silent.results = [CheckResult(.rspamd, .skipped)]
        #expect(CheckItems(verdicts: silent).score(.spam) == nil)
        silent.virus = .clean
        #expect(CheckItems(verdicts: silent).score(.virus) == .fraction(0))
    }

    @Test(
        "several virus scanners together",
        arguments: [
            ([VirusAnswer?.some(.clean), .clean], Verdicts.Virus.clean), ([.clean, nil], .unknown),
            ([nil, .clean], .unknown),
            ([nil, .found(name: "a")], .found(name: "a")), ([.found(name: "a"), nil], .found(name: "a")),
            ([.found(name: "a"), .found(name: "b")], .found(name: "a")), ([], .untested),
        ])
    func together(answers: [VirusAnswer?], expected: Verdicts.Virus) {
        var virus = Verdicts.Virus.untested
        for answer in answers { virus.add(answer) }
        #expect(virus == expected)
    }

    @Test("a script files by what a scanner says, and not by a field that came with the message")
    func delivery() throws {
        var site = try Site()
        site.askClamd()
        site.askSpamd()
        site.set("sieve.spam-header=X-Gateway-Score", "sieve.virus-header=X-Gateway-Virus")
        try site.use(
            """
            require ["fileinto", "mailbox", "virustest", "spamtestplus", "environment", "relational", "comparator-i;ascii-numeric"];
            if allof (virustest "1", spamtest :percent :value "eq" :comparator "i;ascii-numeric" "64",
                environment "vnd.postmaster.virus" "clean", environment :contains "vnd.postmaster.spam-score" "3.2",
                environment "vnd.postmaster.check.spamd" "passed") { fileinto :create "Right"; }
            """)
        let clamd = try Scanner.clamd(at: site.socket("clamd"))
        let spamd = try Scanner.spamd(at: site.socket("spamd"), score: "3.2")
        #expect(
            try site.deliver("X-Gateway-Score: 10\nX-Gateway-Virus: 5\nSubject: a\n\nb\n").exitStatus == 0)
        clamd.end()
        spamd.end()
        #expect(site.files(".Right").count == 1)
    }

    @Test("with trusted hosts only what they wrote counts, and the rest is gone")
    func upstream() throws {
        var site = try Site()
        site.set("checks.upstream.hosts=mx.example.org", "sieve.spam-header=X-Gateway-Score")
        try site.use(
            "require [\"fileinto\", \"mailbox\", \"spamtest\"]; if spamtest \"10\" { fileinto :create \"Junk\"; }"
        )
        let received = "Received: from there by mx.example.org; Sun, 22 Nov 2026 10:00:00 +0000\n"
        let forged = "X-Gateway-Score: 10\nSubject: a\n\nb\n"
        #expect(try site.deliver(received + forged).exitStatus == 0)
        #expect(site.files(".Junk") == [] && site.files().count == 1)
        #expect(try site.copies().first?.contains("X-Gateway-Score") == false)
        #expect(try site.deliver("X-Gateway-Score: 10\n" + received + forged).exitStatus == 0)
        #expect(site.files(".Junk").count == 1)
        let copy = try site.copies(".Junk").first ?? ""
        #expect(copy.components(of: "X-Gateway-Score") == 1)
    }
}

extension String {
    /// How often a text occurs.
    fileprivate func components(of text: String) -> Int {
        var count = 0
        var rest = self[...]
        while let range = rest.firstRange(of: text) {
            count += 1
            rest = rest[range.upperBound...]
        }
        return count
    }
}
