import Platform
import Testing

@testable import Maildir

@Suite("Errors and warnings")
struct MaildirErrorTests {
    static func system(_ code: CInt) -> MaildirError {
        .system(SystemError(call: "write", path: "tmp/x", code: code))
    }

    @Test(
        "what the file system refuses for the user's own sake is a matter of quota",
        arguments: [
            (ErrorCode.quotaExceeded, true), (ErrorCode.fileTooLarge, true), (ErrorCode.noSpace, false),
            (ErrorCode.inputOutput, false), (ErrorCode.readOnlyFileSystem, false),
            (ErrorCode.accessDenied, false),
        ])
    func quota(code: CInt, isQuota: Bool) {
        #expect(Self.system(code).isQuota == isQuota)
        #expect(Self.system(code).code == code)
        #expect(Self.system(code).mayPass)
    }

    @Test("an error is one line that says what and where")
    func descriptions() throws {
        #expect(Self.system(ErrorCode.noSpace).description == "write tmp/x: No space left on device")
        #expect(MaildirError.noSuchMailbox(path: "/m/.a").description == "/m/.a: no such mailbox")
        #expect(
            MaildirError.foreignLink(path: "/m/.a").description == "/m/.a: a symbolic link of somebody else's"
        )
        for error in [
            MaildirError.noFreeName(path: "/m"), .notPublishable(path: "/m"), .noSuchMailbox(path: "/m"),
        ] {
            #expect(error.description.hasPrefix("/m: "))
            #expect(error.code == nil && !error.isQuota && error.mayPass)
            #expect(error.isNoSuchMailbox == (error == .noSuchMailbox(path: "/m")))
        }
    }

    @Test(
        "a name in an error can break no line, and is cut short",
        arguments: [
            ("a\nb//", "mailbox name \"a?b//\" has a control character"),
            ("\u{1B}[31m/", "mailbox name \"?[31m/\" has a control character"),
            ("//\u{202E}x", "mailbox name \"//?x\" has an empty level"),
            ("//\u{9B}", "mailbox name \"//?\" has a control character"), ("", "mailbox name \"\" is empty"),
            (
                String(repeating: "é", count: 400) + "//",
                "mailbox name \"" + String(repeating: "é", count: 40) + "...\" has an empty level"
            ),
        ])
    func names(name: String, description: String) throws {
        do {
            _ = try mailbox(name)
            Issue.record("was taken")
        } catch let error as MailboxNameError {
            #expect(error.description == description)
            #expect(MaildirError.name(error).description == description)
            #expect(!MaildirError.name(error).mayPass)
        }
    }
}

@Suite("Inherited permissions")
struct CreationPermissionsTests {
    /// The status of a directory of this mode.
    static func status(_ mode: UInt32) throws -> FileStatus {
        let place = try TemporaryDirectory()
        try place.makeDirectory("mail")
        try place.set(mode: mode, "mail")
        return try place.status("mail")
    }

    @Test(
        "files and directories follow from the root's",
        arguments: [
            (UInt32(0o700), UInt32(0o600), UInt32(0o700)), (0o500, 0o600, 0o700), (0o770, 0o660, 0o770),
            (0o2770, 0o660, 0o2770), (0o750, 0o640, 0o750), (0o711, 0o600, 0o711), (0o1777, 0o666, 0o777),
        ])
    func modes(root: UInt32, file: UInt32, directory: UInt32) throws {
        let permissions = CreationPermissions(from: try Self.status(root), creator: Identity.current())
        #expect(permissions.file == file)
        #expect(permissions.directory == directory)
    }

    @Test(
        "a group is given only where it has rights of its own and the kernel would give another",
        arguments: [
            (UInt32(0o770), true), (0o750, true), (0o2770, false), (0o700, false), (0o755, false),
            (0o777, false),
        ])
    func groups(mode: UInt32, isGiven: Bool) throws {
        let status = try Self.status(mode)
        let stranger = Identity(user: 1, group: status.group &+ 1)
        let member = Identity(user: 1, group: status.group)
        #expect(CreationPermissions(from: status, creator: stranger).group == (isGiven ? status.group : nil))
        #expect(CreationPermissions(from: status, creator: member).group == nil)
    }
}
