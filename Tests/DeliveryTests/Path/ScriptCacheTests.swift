import Platform
import Settings
import Testing

@testable import Delivery

@Suite("Cache of compiled scripts")
struct ScriptCacheTests {
    private var site: Site

    init() throws {
        site = try Site()
        try site.makeFolder()
        try site.use(Self.script("yes"))
    }

    /// Enough rules to be worth an image; the last one files the site's message into `folder`.
    private static func script(_ folder: String) -> String {
        var text = "require \"fileinto\";\n"
        for rule in 0..<20 {
            text += "if header :contains \"subject\" \"topic \(rule)\" { fileinto \"no\"; stop; }\n"
        }
        return text + "if header :is \"subject\" \"hello\" { fileinto \"\(folder)\"; stop; }\n"
    }

    /// The folder that the message goes into by the rules.
    private func folder() throws -> String {
        let plan = try site.rules()
        #expect(plan.warnings == [])
        return plan.actions.map(\.kind.target).joined(separator: " ")
    }

    private var images: [String] { site.temporary.names("Maildir").filter { $0.hasSuffix(".sieve-image") } }

    @Test("without a home the images are files in the Maildir, of the user alone, one for each script")
    func isInMaildir() throws {
        #expect(try folder() == "yes")
        #expect(try folder() == "yes")
        let image = try #require(images.first)
        #expect(images.count == 1 && image.hasPrefix("postmaster."))
        let status = try FileStatus.of(site.temporary.path("Maildir/" + image))
        #expect(status.kind == .regular && status.permissions == 0o600)
        var other = site
        other.request.script = try site.temporary.write("other.sieve", Self.script("other"))
        _ = try other.rules()
        #expect(images.count == 2)
        #expect(!site.temporary.names("Maildir").contains { $0.hasSuffix(".new") })
    }

    @Test("with a home they are where the setting says, in a directory of the user alone")
    func isInDirectory() throws {
        var site = site
        site.set("sieve.cache=\(site.temporary.path("outer"))/cache")
        _ = try site.rules()
        #expect(site.temporary.names("outer/cache").count == 1)
        #expect(images == [])
        for directory in ["outer", "outer/cache"] {
            #expect(try FileStatus.of(site.temporary.path(directory)).permissions == 0o700)
        }
    }

    @Test("a home that is the Maildir gets no directory, which might be shown as a mailbox")
    func isNoMailbox() throws {
        let home = site.temporary.path("Maildir")
        let destination = Destination(
            userName: "u", identity: Identity.current(), supplementaryGroups: [], home: home, mailRoot: home,
            personalScripts: [], quota: nil, isGivenDirectly: false)
        let cache = ScriptCache(configuration: Configuration(), destination: destination)
        cache.store(SharedBytes([1]), ofScriptAt: "/x")
        #expect(images.count == 1)
        #expect(!site.temporary.exists("Maildir/.cache"))
    }

    @Test("without a directory there is no cache")
    func isOff() throws {
        var site = site
        site.set("sieve.cache=")
        #expect(try site.rules().actions.map(\.kind.target) == ["yes"])
        #expect(images == [])
    }

    @Test("a script that has changed is compiled anew")
    func followsScript() throws {
        #expect(try folder() == "yes")
        try site.temporary.write("rules.sieve", Self.script("new"))
        #expect(try folder() == "new")
        #expect(try folder() == "new")
        #expect(images.count == 1)
        // The same length, and the same time of change as far as anybody can tell.
        try site.temporary.write("rules.sieve", Self.script("hey"))
        #expect(try folder() == "hey")
    }

    @Test("a damaged file changes nothing, and is replaced")
    func survivesDamage() throws {
        _ = try folder()
        let name = "Maildir/" + (try #require(images.first))
        let whole = try site.temporary.bytes(name)
        for place in stride(from: 0, to: whole.count, by: 37) {
            var damaged = whole
            damaged[place] ^= 0x55
            try site.temporary.write(name, damaged, permissions: 0o600)
            #expect(try folder() == "yes")
            #expect(try site.temporary.bytes(name) == whole)
        }
        for count in [0, 1, 4, 51, 52, 53, whole.count - 1] {
            try site.temporary.write(name, [UInt8](whole[..<count]), permissions: 0o600)
            #expect(try folder() == "yes")
            #expect(try site.temporary.bytes(name) == whole)
        }
    }

    @Test("a file that others can write, or that is none, is not read")
    func refusesForeignFiles() throws {
        _ = try folder()
        let name = "Maildir/" + (try #require(images.first))
        let whole = try site.temporary.bytes(name)
        let destination = try site.destination
        let cache = ScriptCache(configuration: site.configuration, destination: destination)
        let path = try #require(destination.personalScripts.first)
        #expect(cache.image(ofScriptAt: path)?.count == whole.count)
        for permissions: UInt32 in [0o620, 0o602, 0o666] {
            try site.temporary.write(name, whole, permissions: permissions)
            #expect(cache.image(ofScriptAt: path) == nil)
            #expect(try folder() == "yes")
        }
        let stranger = Destination(
            userName: "u", identity: Identity(user: 12345, group: 12345), supplementaryGroups: [], home: "",
            mailRoot: destination.mailRoot, personalScripts: [], quota: nil, isGivenDirectly: true)
        try site.temporary.write(name, whole, permissions: 0o600)
        let foreign = ScriptCache(configuration: site.configuration, destination: stranger)
        #expect(foreign.image(ofScriptAt: path) == nil)
        try run(
            "/bin/sh", "-c", "mv \"$1\" \"$1.real\" && ln -s \"$1.real\" \"$1\"", "sh",
            site.temporary.path(name))
        #expect(cache.image(ofScriptAt: path) == nil)
        #expect(try folder() == "yes")
        try run("/bin/sh", "-c", "rm -f \"$1\"; mkfifo \"$1\"", "sh", site.temporary.path(name))
        #expect(cache.image(ofScriptAt: path) == nil)
        try run("/bin/sh", "-c", "rm -f \"$1\"; mkdir \"$1\"", "sh", site.temporary.path(name))
        #expect(cache.image(ofScriptAt: path) == nil)
        #expect(try folder() == "yes")
    }

    @Test("a directory that is none, or cannot be made, changes nothing")
    func survivesMissingDirectory() throws {
        for path in ["/nonexistent/a/b/c", site.temporary.path("rules.sieve"), "/proc/cache/x"] {
            var site = site
            site.set("sieve.cache=\(path)")
            let plan = try site.rules()
            #expect(plan.actions.map(\.kind.target) == ["yes"] && plan.warnings == [])
        }
    }

    @Test("a file that another delivery is writing is left to it, until it is old")
    func waitsForOthers() throws {
        _ = try folder()
        let name = try #require(images.first)
        try run("/bin/rm", site.temporary.path("Maildir/" + name))
        try site.temporary.write("Maildir/\(name).new", "half")
        #expect(try folder() == "yes")
        #expect(images == [])
        try run("/usr/bin/touch", "-d", "2 hours ago", site.temporary.path("Maildir/\(name).new"))
        #expect(try folder() == "yes")
        #expect(images == [name])
    }

    @Test("scripts of the site are never taken from a user's cache")
    func leavesSiteScripts() throws {
        var site = site
        site.request.script = nil
        site.set("sieve.before=\(site.temporary.path("rules.sieve"))")
        #expect(try site.rules().actions.map(\.kind.target) == ["yes"])
        #expect(images == [])
    }
}
