import Platform
import Settings
import Testing

@testable import Delivery

@Suite struct ScriptStoreTests {
    private var site: Site

    init() throws { site = try Site() }

    private func read() throws -> ScriptStore.Reading {
        ScriptStore(configuration: site.configuration, destination: try site.destination).read()
    }

    @Test("site scripts come before and after the user's own; a directory's in the order of their names")
    func order() throws {
        var test = self
        for name in ["before.d", "after.d"] { try site.temporary.makeDirectory(name) }
        for name in [
            "before.d/20-b.sieve", "before.d/10-a.sieve", "after.d/z.sieve", "after.d/.hidden.sieve",
            "after.d/z.sieve~",
        ] {
            try site.temporary.write(name, "keep;")
        }
        try site.temporary.write("single.sieve", "stop;")
        test.site.set(
            "sieve.before=\(site.temporary.path("before.d")),\(site.temporary.path("single.sieve"))",
            "sieve.after=\(site.temporary.path("after.d"))")
        try test.site.use("discard;")
        let reading = try test.read()
        #expect(reading.scripts.map(\.name) == ["10-a", "20-b", "single", "rules", "z"])
        #expect(reading.scripts.map(\.isPersonal) == [false, false, false, true, false])
        #expect(reading.problems == [] && reading.passingFailure == nil)
        #expect(reading.scripts[3].source == Array("discard;".utf8))
    }

    @Test("that there is no script is no problem, unless somebody named one")
    func missing() throws {
        var reading = try read()
        #expect(reading.scripts.isEmpty && reading.problems.isEmpty && reading.passingFailure == nil)
        var test = self
        test.site.request.script = site.temporary.path("none.sieve")
        reading = try test.read()
        #expect(reading.scripts.isEmpty && reading.passingFailure == nil)
        #expect(reading.problems.count == 1 && reading.problems.allSatisfy { $0.contains("none.sieve") })
    }

    @Test("the first personal script that exists counts")
    func firstPersonal() throws {
        try site.temporary.write("b.sieve", "keep;")
        try site.temporary.write("c.sieve", "discard;")
        let direct = try site.destination
        let destination = Destination(
            userName: "bob", identity: direct.identity, supplementaryGroups: [], home: "",
            mailRoot: direct.mailRoot,
            personalScripts: ["a", "b", "c"].map { site.temporary.path("\($0).sieve") }, quota: nil,
            isGivenDirectly: false)
        let reading = ScriptStore(configuration: site.configuration, destination: destination).read()
        #expect(reading.scripts.map(\.name) == ["b"])
    }

    @Test("a site script that is missing is a problem for a person")
    func missingSiteScript() throws {
        var test = self
        test.site.set("sieve.before=\(site.temporary.path("gone.sieve"))")
        let reading = try test.read()
        #expect(reading.problems.count == 1 && reading.problems[0].contains("gone.sieve"))
        #expect(reading.passingFailure == nil)
    }

    @Test("a script that others can write is refused", arguments: [0o666, 0o646] as [UInt32])
    func writable(permissions: UInt32) throws {
        var test = self
        test.site.request.script = try site.temporary.write(
            "rules.sieve", "discard;", permissions: permissions)
        let reading = try test.read()
        #expect(reading.scripts.isEmpty && reading.passingFailure == nil)
        #expect(reading.problems.first?.contains("writable") == true)
    }

    @Test("a script that is somebody else's is refused", .enabled(if: isSuperuser, "it needs root"))
    func foreign() throws {
        var test = self
        try test.site.use("discard;")
        try run("/bin/chown", "4001", site.temporary.path("rules.sieve"))
        let reading = try test.read()
        #expect(reading.scripts.isEmpty && reading.problems.first?.contains("4001") == true)
    }

    @Test("what is no file is refused and holds nobody up")
    func notAFile() throws {
        var test = self
        test.site.request.script = try site.temporary.makeDirectory("rules.sieve")
        #expect(try test.read().problems.count == 1)
        try run("/usr/bin/mkfifo", site.temporary.path("fifo"))
        test.site.request.script = site.temporary.path("fifo")
        #expect(try test.read().problems.count == 1)
    }

    @Test("one refused script of a directory does not keep the others from running")
    func oneRefused() throws {
        var test = self
        try site.temporary.makeDirectory("d")
        try site.temporary.write("d/1.sieve", "keep;")
        try site.temporary.write("d/2.sieve", "keep;", permissions: 0o666)
        try site.temporary.write("d/3.sieve", "keep;")
        test.site.set("sieve.before=\(site.temporary.path("d"))")
        let reading = try test.read()
        #expect(reading.scripts.map(\.name) == ["1", "3"])
        #expect(reading.problems.count == 1)
    }

    @Test("a script over the limit is broken, not busy: nobody waits for it")
    func tooLarge() throws {
        var test = self
        test.site.set("sieve.max-script-size=100")
        try test.site.use(String(repeating: "#", count: 100))
        #expect(try test.read().scripts.count == 1)
        try test.site.use(String(repeating: "#", count: 101))
        let reading = try test.read()
        #expect(reading.scripts.isEmpty && reading.problems.count == 1 && reading.passingFailure == nil)
    }

    @Test("a directory with very many scripts is read as far as the limit, and says so")
    func many() throws {
        var test = self
        try site.temporary.makeDirectory("d")
        for index in 0..<101 { try site.temporary.write("d/\(index).sieve", "keep;") }
        test.site.set("sieve.before=\(site.temporary.path("d"))")
        let reading = try test.read()
        #expect(reading.scripts.count == 100 && reading.problems.count == 1)
    }
}
