import MailMessage
import Platform
import Sieve
import Testing

@testable import Delivery

/// What a site tells its users' scripts.
@Suite struct RuleHostTests {
    private var site: Site

    init() throws { site = try Site() }

    private func host(_ message: String = Site.message) throws -> RuleHost {
        RuleHost(
            configuration: site.configuration, destination: try site.destination, envelope: site.envelope,
            message: Self.message(message), now: WallTime(seconds: 1_700_000_000))
    }

    private static func message(_ text: String) -> Message { Message(SharedBytes(Array(text.utf8))) }

    @Test("the environment is what RFC 5183 names, and nothing else")
    func environment() throws {
        let host = try host()
        #expect(host.environment("name") == Array("Postmaster".utf8))
        #expect(host.environment("location") == Array("MDA".utf8))
        #expect(host.environment("phase") == Array("during".utf8))
        #expect(host.environment("remote-ip") == nil && host.environment("path") == nil)
    }

    private static let scores: [(String, ScanScore)] = [
        ("X-Score: 5\n", .fraction(0.5)), ("X-Score: score=2.5 of 10\n", .fraction(0.25)),
        ("X-Score: -1.5\n", .fraction(0)), ("X-Score: 99\n", .fraction(1)), ("X-Score: none\n", .unknown),
        ("", .unknown), ("X-Score: 1\nX-Score: 9\n", .fraction(0.1)), ("X-Score: \n", .unknown),
        ("X-Score: 1.2.3\n", .fraction(0.12)), ("X-Score: ٣\n", .unknown),
    ]

    @Test("the first field of the scanner's name has the score", arguments: scores)
    func score(header: String, expected: ScanScore) throws {
        var test = self
        test.site.set("sieve.spam-header=X-Score")
        #expect(try test.host(header + Site.message).scanScore(.spam) == expected)
        #expect(try host(header + Site.message).scanScore(.spam) == .unknown)
    }

    @Test("lists are files of one folder, whatever their names")
    func lists() throws {
        try site.temporary.makeDirectory("lists")
        let list = "Ann@Example.org\r\n# no@value\n\nbob@example.org"
        _ = try site.temporary.write("lists/friends", list)
        _ = try site.temporary.write("lists/tag%3Aexample.org%2C2026%3Alist", "x")
        _ = try site.temporary.write("outside", "x")
        let lists = SiteLists(directory: site.temporary.path("lists"))
        for value in ["ann@example.org", "ANN@EXAMPLE.ORG", "bob@example.org"] {
            #expect(lists.contains("friends", Array(value.utf8)))
        }
        for value in ["", "ann@example.or", "# no@value", "no@value", "ann@example.org\r", "nn@example.org"] {
            #expect(!lists.contains("friends", Array(value.utf8)))
        }
        #expect(
            lists.exists("tag:example.org,2026:list") && lists.contains("tag:example.org,2026:list", [0x78]))
        for name in ["../outside", "..", "", "/etc/passwd", "./friends", String(repeating: "a", count: 300)] {
            #expect(!lists.exists(name) && !lists.contains(name, [0x78]))
        }
        #expect(!SiteLists(directory: nil).exists("friends"))
    }

    @Test("processor time adds up within an hour, and is forgotten after it")
    func budget() throws {
        try site.makeFolder()
        let budget = ProcessorBudget(mailRoot: site.temporary.path("Maildir"), limit: 5)
        let start = WallTime(seconds: 1_700_000_000)
        #expect(!budget.isSpent(now: start))
        budget.note(milliseconds: 999, now: start)
        #expect(!site.temporary.exists("Maildir/postmaster-cpu"))
        for _ in 0..<4 { budget.note(milliseconds: 1500, now: start) }
        #expect(!budget.isSpent(now: start))
        budget.note(milliseconds: 1000, now: start)
        #expect(budget.isSpent(now: start))
        #expect(budget.isSpent(now: WallTime(seconds: start.seconds + 3599)))
        #expect(!budget.isSpent(now: WallTime(seconds: start.seconds + 3600)))
        // What seems to come from the future does not count.
        #expect(!budget.isSpent(now: WallTime(seconds: start.seconds - 10)))
        _ = try site.temporary.write(
            "Maildir/postmaster-cpu", "x\n1 2 3\n\(start.seconds) -5\n\(start.seconds) 99999999999999999999\n"
        )
        #expect(!budget.isSpent(now: start))
    }

    @Test("rules do not run for a user whose scripts took too long, and mail goes to INBOX")
    func spent() throws {
        var test = self
        try test.site.makeFolder()
        try test.site.use("discard;")
        let now = WallTime.now().seconds
        _ = try site.temporary.write("Maildir/postmaster-cpu", "\(now) 100\n")
        let plan = try test.site.rules()
        #expect(plan.actions.map(\.kind.word) == ["store"] && plan.warnings.count == 1)
    }

    @Test("scripts to be included are files of one folder that nobody else can write")
    func included() throws {
        try site.temporary.makeDirectory("sieve")
        let path = try site.temporary.write("sieve/a.sieve", "keep;")
        _ = try site.temporary.write("outside.sieve", "keep;")
        let library = ScriptDirectories(
            personal: site.temporary.path("sieve"), global: nil, identity: .current(), maxScriptSize: 100)
        #expect(library.script("a", at: .personal) == Array("keep;".utf8))
        #expect(library.script("a", at: .global) == nil)
        for name in ["../outside", "b", "", ".", "a/../a", "a\0"] {
            #expect(library.script(name, at: .personal) == nil)
        }
        try run("/bin/chmod", "666", path)
        #expect(library.script("a", at: .personal) == nil)
    }
}
