import Platform
import TestSupport
import Testing

/// The user of these tests: himself where the tests run without rights, else somebody who is nobody.
private let me = isSuperuser ? Identity(user: 4001, group: 4002) : Identity.current()

@Suite("path safety")
struct PathSafetyTests {
    let root: TemporaryDirectory

    init() throws { root = try TemporaryDirectory() }

    /// What is wrong with a path: the component beneath the test's directory, and the reason.
    private func objection(
        _ path: String, for identity: Identity = me, trustedGroups: [UInt32] = []
    ) -> (component: String, reason: UnsafePath.Reason)? {
        do throws(UnsafePath) {
            try PathSafety.check(path, for: identity, trustedGroups: trustedGroups)
            return nil
        } catch {
            let isBeneath = error.component.hasPrefix(root.path)
            return (
                isBeneath ? String(error.component.dropFirst(root.path.count)) : error.component, error.reason
            )
        }
    }

    private func makeMine(_ name: String, _ permissions: UInt32 = 0o700) throws {
        try root.makeDirectory(name, permissions: permissions)
        if isSuperuser { try root.setOwner(name, me.user, me.group) }
    }

    @Test(
        "a directory of the user's beneath safe ones is safe",
        arguments: ["Maildir", "Maildir/", "./Maildir//."])
    func safe(name: String) throws {
        try makeMine("Maildir")
        #expect(objection(root.path(name)) == nil)
    }

    @Test("a relative path is refused", arguments: ["", "Maildir", "~/Maildir", "./x"])
    func relative(path: String) {
        #expect(objection(path)?.reason == .notAbsolute)
    }

    @Test("a name with a NUL in it names nothing else")
    func nul() throws {
        try makeMine("Maildir")
        #expect(objection(root.path("Maildir\0/../../etc"))?.reason == .system(ErrorCode.invalidArgument))
    }

    @Test("a name that is too long is refused")
    func tooLong() {
        let name = String(repeating: "x", count: 256)
        #expect(objection(root.path(name))?.reason == .system(ErrorCode.nameTooLong))
    }

    struct Mode: Sendable {
        let permissions: UInt32
        let onTheWay: UnsafePath.Reason?
        let atTheEnd: UnsafePath.Reason?
    }

    @Test(
        "who else may write decides",
        arguments: [
            Mode(permissions: 0o700, onTheWay: nil, atTheEnd: nil),
            Mode(permissions: 0o755, onTheWay: nil, atTheEnd: nil),
            Mode(permissions: 0o770, onTheWay: nil, atTheEnd: nil),
            Mode(permissions: 0o2770, onTheWay: nil, atTheEnd: nil),
            Mode(permissions: 0o702, onTheWay: .writableByEverybody, atTheEnd: .writableByEverybody),
            Mode(permissions: 0o777, onTheWay: .writableByEverybody, atTheEnd: .writableByEverybody),
            Mode(permissions: 0o1777, onTheWay: nil, atTheEnd: .writableByEverybody),
        ])
    func modes(mode: Mode) throws {
        try makeMine("srv")
        try makeMine("srv/x")
        try root.setPermissions("srv", mode.permissions)
        let onTheWay = objection(root.path("srv/x"))
        let atTheEnd = objection(root.path("srv"))
        #expect(onTheWay?.reason == mode.onTheWay)
        #expect(atTheEnd?.reason == mode.atTheEnd)
        #expect(onTheWay == nil || onTheWay?.component == "/srv")
    }

    @Test("a group may write if it is the user's own, root's or trusted", .enabled(if: isSuperuser))
    func groups() throws {
        try makeMine("srv", 0o775)
        try makeMine("srv/x", 0o775)
        for (group, isSafe) in [(me.group, true), (0, true), (77, true), (78, false)] as [(UInt32, Bool)] {
            try root.setOwner("srv", 0, group)
            let found = objection(root.path("srv/x"), trustedGroups: [77])
            #expect(found?.reason == (isSafe ? nil : .writableByGroup(group)))
        }
        try root.setOwner("srv", 0, 0)
        try root.setOwner("srv/x", me.user, 78)
        #expect(objection(root.path("srv/x"))?.reason == .writableByGroup(78))
        // Sticky excuses a group on the way as it excuses everybody.
        try root.setOwner("srv/x", me.user, me.group)
        try root.setOwner("srv", 0, 78)
        try root.setPermissions("srv", 0o1775)
        #expect(objection(root.path("srv/x")) == nil)
    }

    @Test("what belongs to somebody else is refused wherever it stands", .enabled(if: isSuperuser))
    func owners() throws {
        try makeMine("a")
        try makeMine("a/b")
        try makeMine("a/b/c")
        try root.setOwner("a/b", 4003, me.group)
        let found = objection(root.path("a/b/c"))
        #expect(found?.component == "/a/b")
        #expect(found?.reason == .owner(4003))
        try root.setOwner("a/b", 0, 0)
        #expect(objection(root.path("a/b/c")) == nil)
    }

    @Test("root's own directory is nobody's mail root but root's", .enabled(if: isSuperuser))
    func preCreated() throws {
        try root.makeDirectory("Maildir", permissions: 0o777)
        #expect(objection(root.path("Maildir"))?.reason == .owner(0))
        try root.setPermissions("Maildir", 0o700)
        #expect(objection(root.path("Maildir"))?.reason == .owner(0))
        #expect(objection(root.path("Maildir"), for: Identity(user: 0, group: 0)) == nil)
        try root.setOwner("Maildir", 4003, 4003)
        #expect(objection(root.path("Maildir"))?.reason == .owner(4003))
        #expect(objection(root.path("Maildir"), for: Identity(user: 0, group: 0))?.reason == .owner(4003))
    }

    @Test("what is missing is told as missing, at the first component that is not there")
    func missing() throws {
        try makeMine("home")
        let found = objection(root.path("home/mail/Maildir"))
        #expect(found?.component == "/home/mail")
        #expect(found?.reason == .missing)
    }

    @Test("what is missing beneath an unsafe directory is unsafe, not missing")
    func missingBeneathUnsafe() throws {
        try makeMine("open", 0o777)
        #expect(objection(root.path("open/Maildir"))?.reason == .writableByEverybody)
    }

    @Test("a file is no directory, on the way and at the end")
    func files() throws {
        try root.write("file", "x")
        if isSuperuser { try root.setOwner("file", me.user, me.group) }
        #expect(objection(root.path("file"))?.reason == .notDirectory)
        #expect(objection(root.path("file/x"))?.reason == .notDirectory)
        #expect(objection("/dev/null")?.reason == .notDirectory)
    }

    @Test("a link of root's or of the user's is followed, and what it leads to is checked")
    func links() throws {
        try makeMine("real")
        try makeMine("real/Maildir")
        try root.link("relative", to: "real/Maildir")
        try root.link("absolute", to: root.path("real"))
        try root.link("upwards", to: "real/../real/./Maildir/../Maildir")
        #expect(objection(root.path("relative")) == nil)
        #expect(objection(root.path("relative/")) == nil)
        #expect(objection(root.path("absolute/Maildir")) == nil)
        #expect(objection(root.path("upwards")) == nil)
        try root.setPermissions("real", 0o777)
        #expect(objection(root.path("relative"))?.component == "/real")
        #expect(objection(root.path("absolute/Maildir"))?.component == "/real")
    }

    @Test("a link of somebody else's is not followed", .enabled(if: isSuperuser))
    func strangersLink() throws {
        try makeMine("Maildir")
        try root.link("link", to: "Maildir")
        try root.setOwner("link", 4003, 4003)
        let found = objection(root.path("link"))
        #expect(found?.component == "/link")
        #expect(found?.reason == .owner(4003))
        try root.setOwner("link", me.user, me.group)
        #expect(objection(root.path("link")) == nil)
    }

    @Test("a link in a sticky directory is not followed, whoever owns it")
    func linkInStickyDirectory() throws {
        try makeMine("tmp", 0o1777)
        try makeMine("Maildir")
        try root.link("tmp/link", to: "../Maildir")
        let found = objection(root.path("tmp/link"))
        #expect(found?.component == "/tmp/link")
        #expect(found?.reason == .linkInSharedDirectory)
        try root.setPermissions("tmp", 0o755)
        #expect(objection(root.path("tmp/link")) == nil)
    }

    @Test("links that go round end")
    func loops() throws {
        try root.link("a", to: "b")
        try root.link("b", to: "a")
        try root.link("self", to: "self/self/self")
        #expect(objection(root.path("a"))?.reason == .tooManyLinks)
        #expect(objection(root.path("self"))?.reason == .tooManyLinks)
    }

    @Test("as many links as the kernel follows are followed")
    func chain() throws {
        try makeMine("0")
        for index in 1...41 { try root.link(String(index), to: String(index - 1)) }
        #expect(objection(root.path("40")) == nil)
        #expect(objection(root.path("41"))?.reason == .tooManyLinks)
    }

    @Test("a link to nothing is missing")
    func dangling() throws {
        try root.link("link", to: "nowhere/x")
        let found = objection(root.path("link"))
        #expect(found?.component == "/nowhere")
        #expect(found?.reason == .missing)
    }

    @Test("a directory that the process may not search is named", .enabled(if: isSuperuser))
    func unsearchable() async throws {
        try makeMine("x")
        try makeMine("x/Maildir")
        try root.setOwner("x", 0, 0)
        await #expect(processExitsWith: .success) { [path = root.path as String] in
            try Identity.become(Identity(user: 4001, group: 4002), supplementaryGroups: [])
            do throws(UnsafePath) {
                try PathSafety.check(path + "/x/Maildir", for: .current())
                leave(1)
            } catch {
                #expect(error.component == path + "/x")
                #expect(error.reason == .unsearchable)
            }
        }
    }

    @Test("the error names the path, the component and the reason in one line")
    func description() throws {
        let same = UnsafePath(subject: "mail root", path: "/srv/x", component: "/srv/x", reason: .owner(5))
        #expect(same.description == "mail root /srv/x belongs to uid 5")
        let other = UnsafePath(
            subject: "mail root", path: "/srv/x", component: "/srv", reason: .writableByEverybody)
        #expect(other.description == "mail root /srv/x: /srv is writable by everybody")
        let system = UnsafePath(
            subject: "spool", path: "/s", component: "/s", reason: .system(ErrorCode.inputOutput))
        #expect(system.description == "spool /s cannot be looked at: Input/output error")
    }

    @Test("every reason has words of its own")
    func reasons() {
        let reasons: [UnsafePath.Reason] = [
            .notAbsolute, .missing, .notDirectory, .notRegularFile, .owner(1), .writableByEverybody,
            .writableByGroup(1), .linkInSharedDirectory, .tooManyLinks, .unsearchable, .system(1),
        ]
        #expect(Set(reasons.map(\.description)).count == reasons.count)
        #expect(reasons.allSatisfy { !$0.description.contains("\n") })
    }
}

@Suite("safety of a script")
struct ScriptSafetyTests {
    private func objection(
        _ permissions: UInt32, owner: UInt32? = nil, group: UInt32? = nil
    ) throws -> UnsafePath.Reason? {
        let root = try TemporaryDirectory()
        let path = try root.write("script", "keep;", permissions: permissions)
        if isSuperuser { try root.setOwner("script", owner ?? me.user, group ?? me.group) }
        return try check(path)
    }

    private func check(_ path: String) throws -> UnsafePath.Reason? {
        let status = try OwnedFileDescriptor(reading: path).status(path: path)
        do throws(UnsafePath) {
            try PathSafety.checkScript(status, path: path, for: me)
            return nil
        } catch {
            return error.reason
        }
    }

    @Test("nobody else may write it", arguments: [0o600, 0o644, 0o664, 0o660, 0o400] as [UInt32])
    func safe(permissions: UInt32) throws {
        #expect(try objection(permissions) == nil)
    }

    @Test("everybody may write it", arguments: [0o666, 0o602, 0o1646] as [UInt32])
    func unsafe(permissions: UInt32) throws {
        #expect(try objection(permissions) == .writableByEverybody)
    }

    @Test("root's script is as good, a stranger's or a strange group's is not", .enabled(if: isSuperuser))
    func owners() throws {
        #expect(try objection(0o644, owner: 0, group: 0) == nil)
        #expect(try objection(0o644, owner: 4003) == .owner(4003))
        #expect(try objection(0o664, group: 4003) == .writableByGroup(4003))
        #expect(try objection(0o644, group: 4003) == nil)
    }

    @Test("only a file is a script")
    func kinds() throws {
        #expect(try check("/tmp") == .notRegularFile)
        #expect(try check("/dev/null") == .notRegularFile)
    }
}

@Suite("a home that is being edited")
struct EditedHomeTests {
    @Test(
        "is one with the sticky bit",
        arguments: [(0o700, false), (0o1700, true), (0o1755, true)] as [(UInt32, Bool)])
    func sticky(permissions: UInt32, isEdited: Bool) throws {
        let root = try TemporaryDirectory()
        let home = try root.makeDirectory("home", permissions: permissions)
        #expect(try PathSafety.homeIsBeingEdited(home) == isEdited)
    }

    @Test("cannot be told of a home that is not there")
    func missing() throws {
        let root = try TemporaryDirectory()
        let home = root.path("home")
        #expect(throws: SystemError(call: "stat", path: home, code: ErrorCode.noSuchFile)) {
            try PathSafety.homeIsBeingEdited(home)
        }
    }
}

@Suite("obstacles on a path")
struct PathObstacleTests {
    @Test("there is none on the way to what can be written")
    func none() throws {
        let root = try TemporaryDirectory()
        try root.write("file", "x")
        #expect(PathSafety.obstacle(on: root.path) == nil)
        #expect(PathSafety.obstacle(on: root.path("file")) == nil)
    }

    @Test("what is missing, no directory, or going round is named")
    func broken() throws {
        let root = try TemporaryDirectory()
        try root.write("file", "x")
        try root.link("round", to: "round")
        #expect(PathSafety.obstacle(on: root.path("a/b")) == root.path("a") + " does not exist")
        #expect(PathSafety.obstacle(on: root.path("file/b")) == root.path("file") + " is not a directory")
        #expect(PathSafety.obstacle(on: root.path("round/b"))?.hasPrefix(root.path("round") + ": ") == true)
        #expect(PathSafety.obstacle(on: "x") == "x is not an absolute path")
    }

    @Test("the component that denies is named", .enabled(if: isSuperuser))
    func denied() async throws {
        let root = try TemporaryDirectory()
        try root.makeDirectory("closed", permissions: 0o700)
        try root.makeDirectory("closed/inner")
        try root.makeDirectory("readable", permissions: 0o755)
        try root.write("secret", "x", permissions: 0o600)
        await #expect(processExitsWith: .success) { [path = root.path as String] in
            try Identity.become(Identity(user: 4001, group: 4002), supplementaryGroups: [])
            let who = "uid 4001, gid 4002 may not"
            #expect(
                PathSafety.obstacle(on: path + "/closed/inner/x")
                    == "\(path)/closed (mode 700, uid 0, gid 0): \(who) search it: Permission denied")
            #expect(
                PathSafety.obstacle(on: path + "/readable")
                    == "\(path)/readable (mode 755, uid 0, gid 0): \(who) write it: Permission denied")
            #expect(
                PathSafety.obstacle(on: path + "/secret")
                    == "\(path)/secret (mode 600, uid 0, gid 0): \(who) read it: Permission denied")
        }
    }
}
