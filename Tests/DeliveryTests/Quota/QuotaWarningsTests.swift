import MailMessage
import Maildir
import Platform
import Testing

@testable import Delivery

@Suite struct QuotaWarningsTests {
    private var site: Site
    private var mark: String { "Maildir/" + QuotaWarnings.markName }

    init() throws {
        site = try Site()
        site.set("quota.limit=10K", "quota.warn=80%,95%", "bounce.postmaster=help@example.org")
        try site.makeFolder()
    }

    private func warnings() throws -> [String] { try site.copies().filter { $0.contains("mailbox is ") } }

    /// Makes the mailbox hold that much, as far as the next delivery knows.
    private func hold(_ bytes: Int) throws {
        try site.temporary.write("Maildir/maildirsize", "10240S\n\(bytes) 1\n")
    }

    @Test("the user is told once each time it becomes fuller than a threshold")
    func once() throws {
        for (bytes, told) in [
            (1000, 0), (8200, 1), (8200, 1), (9000, 1), (9700, 2), (9800, 2), (8500, 2), (9700, 3), (1000, 3),
            (9700, 4),
            (7000, 4), (8200, 5),
        ] {
            try hold(bytes)
            #expect(try site.deliver().exitStatus == 0)
            #expect(try warnings().count == told, "\(bytes)")
        }
        #expect(site.leftovers == [])
    }

    @Test("the warning is a message from the postmaster to the recipient, and counts")
    func contents() throws {
        try hold(8200)
        _ = try site.deliver()
        let warning = try #require(try warnings().first)
        let parsed = message(warning)
        func field(_ name: String) -> String {
            parsed.firstField(named: name).map { String(decoding: parsed.unfoldedBody($0), as: UTF8.self) }
                ?? ""
        }
        #expect(field("From") == "<help@example.org>" || field("From").contains("help@example.org"))
        #expect(field("To").contains("bob@example.org") && field("Auto-Submitted") == "auto-generated")
        #expect(field("Subject") == "Your mailbox is 81% full", "\(field("Subject"))")
        #expect(warning.contains("10 KB") && warning.contains("mx.example.org"))
        let lines = try site.temporary.text("Maildir/maildirsize").split(separator: "\n")
        #expect(lines.last == "\(warning.utf8.count) 1")
        #expect(try site.temporary.text(mark) == "80\n")
    }

    @Test("it is stored though it does not fit")
    func exempt() throws {
        try hold(10_240 - 151)
        let size = Site.message.utf8.count
        _ = try site.deliver()
        #expect(try warnings().count == 1, "\(size)")
        try hold(10_240)
        #expect(try site.deliver().exitStatus == 0)
        #expect(try site.entries().count == 1 && warnings().count == 1)
    }

    @Test("without thresholds, without a limit, and for mail that does not count, nobody is told")
    func silent() throws {
        for options in [["quota.warn="], ["quota.limit="], ["quota.folders=*:ignore"]] {
            var test = try QuotaWarningsTests()
            for option in options { test.site.set(option) }
            try test.hold(9000)
            #expect(try test.site.deliver().exitStatus == 0)
            #expect(try test.warnings().isEmpty, "\(options)")
            #expect(!test.site.temporary.exists(test.mark))
        }
    }

    @Test("of many deliveries at once one tells it")
    func parallel() async throws {
        var test = self
        test.site.set("quota.warn=80%")
        try hold(8100)
        let site = test.site
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 { group.addTask { _ = try? site.deliver() } }
        }
        #expect(site.files().count == 9)
        #expect(try warnings().count == 1)
    }

    @Test(
        "where the mark cannot be written nobody is told, and the delivery is none the worse",
        arguments: ["directory", "locked", "link"])
    func unwritable(way: String) throws {
        let victim = try site.temporary.write("victim", "7\n")
        switch way {
        case "directory": try site.temporary.makeDirectory(mark)
        case "link": try run("/bin/ln", "-s", victim, site.temporary.path(mark))
        default: try site.temporary.write(mark, "0\n")
        }
        let held = way == "locked" ? try Directory(opening: site.temporary.path).openFile(mark) : nil
        switch held {
        case .some(let file): #expect(try file.tryLock(path: mark))
        case .none: break
        }
        try hold(9000)
        #expect(try site.deliver().exitStatus == 0)
        #expect(try warnings().isEmpty && site.files().count == 1)
        #expect(try site.temporary.text("victim") == "7\n")
    }

    @Test(
        "a mark that makes no sense is as good as none",
        arguments: ["", "x", "999999999999999999999", "\0\0"])
    func oddMark(text: String) throws {
        try site.temporary.write(mark, text)
        try hold(8200)
        #expect(try site.deliver().exitStatus == 0)
        #expect(try site.deliver().exitStatus == 0)
        #expect(try warnings().count <= 2)
        #expect(try site.temporary.text(mark) == "80\n")
    }

    @Test("a site has its own words")
    func template() throws {
        var test = self
        let path = try site.temporary.write(
            "full.txt",
            "Subject: Postfach zu {percent} % voll\n\nHallo {user}: {used} von {limit}, {unknown}.\n")
        test.site.set("quota.warning-template=\(path)")
        try hold(9000)
        _ = try test.site.deliver()
        let text = try #require(try site.copies().first { $0.contains("Postfach zu 8") })
        #expect(text.contains("von 10 KB, {unknown}."))
    }

    @Test(
        "a template that cannot be used is as good as none", arguments: ["missing", "no subject", "writable"])
    func badTemplate(kind: String) throws {
        var test = self
        let path = site.temporary.path("full.txt")
        if kind != "missing" {
            try site.temporary.write(
                "full.txt", kind == "writable" ? "Subject: x\n\nmine\n" : "mine",
                permissions: kind == "writable" ? 0o666 : 0o644)
        }
        test.site.set("quota.warning-template=\(path)")
        try hold(9000)
        #expect(try test.site.deliver().exitStatus == 0)
        #expect(try warnings().count == 1)
    }

    @Test("what the spool delivers later tells it as well")
    func fromSpool() throws {
        try hold(9000)
        let entry = try site.commit([try site.store()])
        #expect(try site.visit(entry) == .delivered)
        #expect(try warnings().count == 1)
    }
}
