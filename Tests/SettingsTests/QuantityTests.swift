import TestSupport
import Testing

@testable import Settings

@Suite struct QuantityTests {
    @Test(
        "durations",
        arguments: [
            ("30s", 30), ("5m", 300), ("4h", 14400), ("5d", 432_000), ("0", 0), ("0s", 0), ("00", 0),
            ("007s", 7),
            ("9223372036854775807s", Int.max),
        ])
    func durations(_ text: String, _ seconds: Int) {
        #expect(TimeSpan.seconds(text) == seconds)
    }

    @Test(
        "what is no duration",
        arguments: [
            "", "5", "s", "5 m", " 5m", "5m ", "-5m", "+5m", "5.5m", "5M", "1h30m", "5w", "0x5s", "5mm", "٥m",
            "9223372036854775808s", "9223372036854775807d", "153722867280912931m", "99999999999999999999999d",
        ])
    func notDurations(_ text: String) {
        #expect(TimeSpan.seconds(text) == nil)
    }

    @Test(
        "sizes",
        arguments: [
            ("64K", 65536), ("25M", 26_214_400), ("1G", 1 << 30), ("2T", 2 << 40), ("0", 0), ("50000", 50000),
            ("8388607T", 8_388_607 << 40), ("9223372036854775807", Int.max),
        ])
    func sizes(_ text: String, _ bytes: Int) {
        #expect(ByteSize.bytes(text) == bytes)
    }

    @Test(
        "what is no size",
        arguments: [
            "", "K", "64k", "64KB", "1.5G", "-1K", "+1K", "1 K", "8388608T", "9223372036854775808",
            "18446744073709551616G",
        ])
    func notSizes(_ text: String) {
        #expect(ByteSize.bytes(text) == nil)
    }

    @Test("what is written is read again as the same number")
    func roundTrip() {
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<5000 {
            let number =
                Int.random(in: 0...Int.max, using: &generator) >> Int.random(in: 0...62, using: &generator)
            let scale = [1, 60, 3600, 86400, 1 << 10, 1 << 20, 1 << 30].randomElement(using: &generator) ?? 1
            let (value, overflow) = number.multipliedReportingOverflow(by: scale)
            guard !overflow else { continue }
            #expect(TimeSpan.seconds(TimeSpan.text(value)) == value)
            #expect(ByteSize.bytes(ByteSize.text(value)) == value)
        }
    }
}

@Suite struct RetryScheduleTests {
    @Test("the waits come in order, each as often as it says, and the last one repeats")
    func delays() throws {
        let schedule = try #require(RetrySchedule(text: "1m, 2*5m,1h"))
        #expect((0...6).map { schedule.delay(after: $0) } == [60, 60, 300, 300, 3600, 3600, 3600])
        #expect(schedule.delay(after: Int.max) == 3600)
        #expect(schedule.delay(after: Int.min) == 60)
    }

    @Test("the default is written as the manual has it")
    func standard() {
        #expect(RetrySchedule.standard.text == "1m, 5m, 15m, 30m, 4*1h, 4h")
        #expect(RetrySchedule(text: RetrySchedule.standard.text) == .standard)
    }

    @Test(
        "what is no schedule",
        arguments: [
            "", ",", "1m,", ",1m", "1m 5m", "0s", "0", "5", "0*1m", "1001*1m", "*1m", "2*", "2*3*1m", "-1*1m",
            "31d",
            "1m;5m", "99999999999999999999*1m",
        ])
    func invalid(_ text: String) {
        #expect(RetrySchedule(text: text) == nil)
    }

    @Test("no more than 64 items")
    func limit() {
        #expect(RetrySchedule(text: Array(repeating: "1m", count: 64).joined(separator: ",")) != nil)
        #expect(RetrySchedule(text: Array(repeating: "1m", count: 65).joined(separator: ",")) == nil)
    }

    @Test("a schedule is read again from its text")
    func roundTrip() throws {
        var generator = SeededGenerator(seed: 4)
        for _ in 0..<500 {
            let items = (0..<Int.random(in: 1...10, using: &generator)).map { _ in
                let delay = Int.random(in: 1...2_592_000, using: &generator)
                return "\(Int.random(in: 1...9, using: &generator))*\(delay)s"
            }
            let schedule = try #require(RetrySchedule(text: items.joined(separator: " , ")))
            #expect(RetrySchedule(text: schedule.text) == schedule)
        }
    }
}

@Suite struct TextualSettingTests {
    @Test(
        "sources of users",
        arguments: [
            ("nss", .nameService), ("passwd-file:/etc/users", .passwdFile(path: "/etc/users")),
            ("dovecot:/run/dovecot/auth-userdb", .dovecot(path: "/run/dovecot/auth-userdb")),
        ] as [(String, UserSource)])
    func userSources(_ text: String, _ source: UserSource) {
        #expect(UserSource(text: text) == source)
        #expect(source.text == text)
    }

    @Test(
        "what is no source of users",
        arguments: ["", "NSS", "passwd-file:", "passwd-file:etc/users", "dovecot", "ldap:/x"])
    func notUserSources(_ text: String) {
        #expect(UserSource(text: text) == nil)
    }

    @Test(
        "targets of the log",
        arguments: [
            ("syslog", .syslog), ("journal", .journal), ("stderr", .standardError), ("none", .none),
            ("file:/var/log/mail", .file(path: "/var/log/mail")),
        ] as [(String, LogTarget)])
    func logTargets(_ text: String, _ target: LogTarget) {
        #expect(LogTarget(text: text) == target)
        #expect(target.text == text)
    }

    @Test(
        "what is no target of the log",
        arguments: ["", "Syslog", "file:", "file:log", "/var/log/mail", "syslog "])
    func notLogTargets(_ text: String) {
        #expect(LogTarget(text: text) == nil)
    }

    @Test(
        "limits of a mailbox",
        arguments: [
            ("", QuotaLimit(bytes: 0, messages: 0), ""),
            ("1G", QuotaLimit(bytes: 1 << 30, messages: 0), "1G"),
            ("1G,10000", QuotaLimit(bytes: 1 << 30, messages: 10000), "1G,10000"),
            (",5", QuotaLimit(bytes: 0, messages: 5), ",5"), ("0,0", QuotaLimit(bytes: 0, messages: 0), ""),
        ])
    func quotas(_ text: String, _ limit: QuotaLimit, _ written: String) {
        #expect(QuotaLimit(text: text) == limit)
        #expect(limit.text == written)
    }

    @Test("what is no limit of a mailbox", arguments: [",", "1G,", "1G,x", "1G,1,1", "1g", "-1", "1G, 5"])
    func notQuotas(_ text: String) {
        #expect(QuotaLimit(text: text) == nil)
    }
}

@Suite("Quota settings") struct QuotaSettingsTests {
    @Test(
        "what becomes of mail that does not fit",
        arguments: [
            ("defer", OverQuota.defer, "defer"), ("reject", .reject, "reject"),
            ("defer-for 5d", .deferFor(seconds: 432_000), "defer-for 5d"),
            ("defer-for  90m", .deferFor(seconds: 5400), "defer-for 90m"),
            ("defer-for 3600s", .deferFor(seconds: 3600), "defer-for 1h"),
        ])
    func over(text: String, wanted: OverQuota, written: String) throws {
        let parsed = try #require(OverQuota(text: text))
        #expect(parsed == wanted && parsed.text == written && OverQuota(text: written) == wanted)
    }

    @Test(
        "nothing else becomes of it",
        arguments: [
            "", "Defer", "discard", "defer-for", "defer-for 0", "defer-for 5", "defer-for -1d",
            "defer-for 5d 5d",
            "defer for 5d", "reject 5d", "defer-for 9999999d", "defer-for:5d",
        ])
    func notOver(text: String) { #expect(OverQuota(text: text) == nil) }

    @Test("percentages", arguments: [("1%", 1), ("80%", 80), ("100%", 100), ("007%", 7)])
    func percentages(text: String, value: Int) {
        #expect(Percentage(text: text)?.value == value)
        #expect(Percentage(text: text)?.text == "\(value)%")
    }

    @Test("no percentages", arguments: ["", "%", "0%", "101%", "80", "-1%", "8 %", "1.5%", "80%%"])
    func notPercentages(text: String) { #expect(Percentage(text: text) == nil) }

    @Test(
        "rules of mailboxes",
        arguments: [
            ("Trash:ignore", "Trash", FolderQuota.Rule.ignore, "Trash:ignore"),
            ("Trash:+10%", "Trash", .morePercent(10), "Trash:+10%"),
            ("Sent:+1024M", "Sent", .more(QuotaLimit(bytes: 1 << 30, messages: 0)), "Sent:+1G"),
            ("Sent:+,50", "Sent", .more(QuotaLimit(bytes: 0, messages: 50)), "Sent:+,50"),
            (
                "Archive/*:5G,10000", "Archive/*", .own(QuotaLimit(bytes: 5 << 30, messages: 10000)),
                "Archive/*:5G,10000"
            ),
            ("a:b: 1K", "a:b", .own(QuotaLimit(bytes: 1024, messages: 0)), "a:b:1K"),
            ("Entw\u{fc}rfe:ignore", "Entw\u{fc}rfe", .ignore, "Entw\u{fc}rfe:ignore"),
        ])
    func rules(text: String, pattern: String, rule: FolderQuota.Rule, written: String) throws {
        let parsed = try #require(FolderQuota(text: text))
        #expect(parsed.pattern == pattern && parsed.rule == rule && parsed.text == written)
        #expect(FolderQuota(text: written) == parsed)
    }

    @Test(
        "no rules",
        arguments: [
            "", ":", "Trash", "Trash:", ":ignore", "Trash:Ignore", "Trash:+", "Trash:+%", "Trash:+0%",
            "Trash:+1001%",
            "Trash:10%", "Trash:-5%", "Trash:0", "Trash:+0", "Trash:,", "Trash:1X", "a\nb:ignore",
            "Trash:1G,2,3",
        ])
    func notRules(text: String) { #expect(FolderQuota(text: text) == nil) }

    @Test(
        "a pattern stands for the mailboxes that it names",
        arguments: [
            ("Trash", "Trash", true), ("Trash", "Trash/a", false), ("Trash", "trash", false),
            ("Trash*", "Trash/a", true),
            ("Trash/*", "Trash", false), ("*", "", true), ("*", "a/b/c", true), ("*a*b*", "xaxbx", true),
            ("*a*b*", "xbxax", false), ("a*a", "a", false), ("a**a", "aa", true), ("inbox", "INBOX", true),
            ("Inbox/*", "INBOX/a", true), ("INBOX", "inboxes", false), ("inboxes", "INBOXES", false),
            ("*.x", "a.xx.x", true), ("*x", "xxxy", false), ("**", "a*b", true), ("a*c", "abcbc", true),
        ])
    func patterns(pattern: String, mailbox: String, matches: Bool) {
        #expect(FolderQuota(pattern: pattern, rule: .ignore).matches(mailbox) == matches)
    }

    @Test("a pattern of many stars takes no time that could be noticed")
    func manyStars() {
        let pattern = String(repeating: "a*", count: 400) + "b"
        let start = ContinuousClock.now
        #expect(!FolderQuota(pattern: pattern, rule: .ignore).matches(String(repeating: "a", count: 1000)))
        #expect(ContinuousClock.now - start < .seconds(1))
    }

    @Test("an option has rules of mailboxes between semicolons, since limits have commas")
    func options() {
        var configuration = Configuration()
        let problem = configuration.override("quota.folders=Trash:ignore; Archive/*:5G,10000")
        #expect(problem == nil)
        #expect(configuration.quota.folders.map(\.text) == ["Trash:ignore", "Archive/*:5G,10000"])
        let emptied = configuration.override("quota.folders=")
        #expect(emptied == nil && configuration.quota.folders.isEmpty)
        let warn = configuration.override("quota.warn=80%, 95%")
        #expect(warn == nil && configuration.quota.warn.map(\.value) == [80, 95])
    }

    @Test("mail that expires before it is refused is told")
    func inconsistent() {
        var configuration = Configuration()
        for (option, keys) in [
            ("quota.over=defer-for 5d", ["quota.over"]), ("quota.over=defer-for 4d", []),
            ("retry.expire=3d", ["quota.over"]), ("spool.mode=tempfail", []), ("quota.over=reject", []),
        ] {
            let problem = configuration.override(option)
            #expect(problem == nil)
            #expect(configuration.inconsistencies().map(\.key) == keys, "\(option)")
        }
    }
}
