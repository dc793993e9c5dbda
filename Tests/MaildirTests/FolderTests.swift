import Foundation
import Platform
import Testing

@testable import Maildir

@Suite("Mail roots and folders")
struct FolderTests {
    @Test("a root that is missing is made, with what a Maildir needs, for its owner alone")
    func newRoot() throws {
        let place = try TemporaryDirectory()
        let root = try MailRoot(opening: place.mail, creating: true)
        try deliver("x", to: root.folder(.inbox))
        #expect(place.names("mail") == ["cur", "new", "tmp"])
        #expect(try place.mode("mail") == 0o700)
        #expect(try place.mode("mail/new") == 0o700)
        #expect(place.names("mail/new").count == 1)
        #expect(place.names("mail/tmp").isEmpty)
    }

    @Test("a root that is missing and may not be made is no mailbox")
    func missingRoot() throws {
        let place = try TemporaryDirectory()
        #expect(throws: MaildirError.noSuchMailbox(path: place.mail)) {
            _ = try MailRoot(opening: place.mail, creating: false)
        }
    }

    @Test("no more of the root's path is made than the options say")
    func creatableLevels() throws {
        let place = try TemporaryDirectory()
        let path = place.mail + "/domain/user/"
        do {
            _ = try MailRoot(opening: path, creating: true)
            Issue.record("was made")
        } catch {
            #expect(error.code == ErrorCode.noSuchFile)
        }
        #expect(!place.exists("mail"))
        #expect(throws: MaildirError.self) {
            _ = try MailRoot(opening: path, options: MaildirOptions(creatableLevels: 2), creating: true)
        }
        #expect(!place.exists("mail"))
        _ = try MailRoot(opening: path, options: MaildirOptions(creatableLevels: 3), creating: true)
        #expect(place.exists("mail/domain/user"))
    }

    @Test("a path that is none is an error", arguments: ["", "/dev/null/mail", "/nonexistent/and/more"])
    func hopelessPath(path: String) {
        #expect(throws: MaildirError.self) { _ = try MailRoot(opening: path, creating: true) }
        #expect(throws: MaildirError.self) { _ = try MailRoot(opening: path, creating: false) }
    }

    @Test("a root that is no directory is an error")
    func fileAsRoot() throws {
        let place = try TemporaryDirectory()
        try place.write("", "mail")
        do {
            _ = try MailRoot(opening: place.mail, creating: true)
            Issue.record("was opened")
        } catch {
            #expect(error.code == ErrorCode.notDirectory)
        }
    }

    @Test("a directory that is no Maildir is not made one unless that is allowed")
    func emptyRoot() throws {
        let place = try TemporaryDirectory()
        try place.makeDirectory("mail")
        let root = try MailRoot(opening: place.mail, creating: false)
        let folder = try root.folder(.inbox)
        #expect(throws: MaildirError.noSuchMailbox(path: place.mail)) { _ = try folder.stage() }
        #expect(place.names("mail").isEmpty)
        try place.makeDirectory("mail/cur")
        try deliver("x", to: folder)
        #expect(place.names("mail") == ["cur", "new", "tmp"])
    }

    @Test(
        "a folder is made as the layout has it",
        arguments: [
            (MailboxLayout(), "é/b", "mail/.&AOk-.b", true),
            (MailboxLayout(encoding: .utf8), "é/b", "mail/.é.b", true),
            (MailboxLayout(kind: .fs), "é/b", "mail/&AOk-/b", false),
            (MailboxLayout(kind: .fs, encoding: .utf8), "é/b", "mail/é/b", false),
        ])
    func creation(layout: MailboxLayout, name: String, path: String, isMarked: Bool) throws {
        let place = try TemporaryDirectory()
        let root = try MailRoot(opening: place.mail, layout: layout, creating: true)
        #expect(try !root.exists(mailbox(name)))
        #expect(throws: MaildirError.self) { _ = try root.folder(mailbox(name)) }
        let folder = try root.folder(mailbox(name), creating: true)
        let (wasCreated, warnings, folderPath) = (folder.wasCreated, folder.warnings, folder.path)
        #expect(wasCreated && warnings.isEmpty)
        #expect(folderPath == place.path + "/" + path)
        #expect(try root.exists(mailbox(name)))
        #expect(place.names(path) == ["cur"] + (isMarked ? ["maildirfolder"] : []) + ["new", "tmp"])
        try deliver("x", to: folder)
        #expect(place.names(path + "/new").count == 1)
        #expect(try !root.folder(mailbox(name)).wasCreated)
    }

    @Test("in the fs layout a directory that only leads to others is no mailbox")
    func onlyContainer() throws {
        let place = try TemporaryDirectory()
        let root = try MailRoot(opening: place.mail, layout: MailboxLayout(kind: .fs), creating: true)
        _ = try root.folder(mailbox("a/b"), creating: true)
        #expect(place.names("mail/a") == ["b"])
        #expect(try !root.exists(mailbox("a")))
        #expect(throws: MaildirError.self) { _ = try root.folder(mailbox("a")) }
        #expect(try root.folder(mailbox("a"), creating: true).wasCreated)
        #expect(place.names("mail/a") == ["b", "cur", "new", "tmp"])
    }

    @Test("INBOX always exists, other names only as mailboxes")
    func existence() throws {
        let place = try TemporaryDirectory()
        try place.makeMaildir("mail/.there")
        try place.makeDirectory("mail/.empty")
        try place.write("", "mail/.file")
        let root = try MailRoot(opening: place.mail, creating: false)
        #expect(try root.exists(mailbox("inbox")))
        #expect(try root.exists(mailbox("there")))
        for name in ["empty", "file", "nowhere", "a.b"] {
            #expect(try !root.exists(mailbox(name)), "\(name)")
        }
    }

    @Test("a name that cannot be is an error of its own")
    func impossibleName() throws {
        let place = try TemporaryDirectory()
        let root = try MailRoot(opening: place.mail, creating: true)
        do {
            _ = try root.folder(mailbox("a.b"), creating: true)
            Issue.record("was made")
        } catch let error as MaildirError {
            guard case .name(let reason) = error else { throw error }
            #expect(reason.reason == .dotInLevel)
            #expect(!error.mayPass)
        }
        #expect(place.names("mail").isEmpty)
    }

    @Test(
        "what is made has the permissions of the root",
        arguments: [
            (UInt32(0o700), UInt32(0o600), UInt32(0o700)), (0o2770, 0o660, 0o2770), (0o770, 0o660, 0o770),
            (0o750, 0o640, 0o750), (0o755, 0o644, 0o755),
        ])
    func permissions(root mode: UInt32, file: UInt32, directory: UInt32) throws {
        let place = try TemporaryDirectory()
        try place.makeMaildir("mail")
        try place.set(mode: mode, "mail")
        let root = try MailRoot(opening: place.mail, creating: false)
        let folder = try root.folder(mailbox("a"), creating: true, subscribing: true)
        let message = try deliver("x", to: folder, flags: MessageFlags(.seen, keywords: ["work"]))
        #expect(try place.mode("mail/.a/cur/" + message.fileName) == file)
        #expect(try place.mode("mail/.a/maildirfolder") == file)
        #expect(try place.mode("mail/.a/dovecot-keywords") == file)
        #expect(try place.mode("mail/subscriptions") == file)
        #expect(try place.mode("mail/.a") == directory)
        #expect(try place.mode("mail/.a/new") == directory)
    }

    @Test("what is made has the group of the root", .enabled(if: getuid() == 0))
    func group() throws {
        let place = try TemporaryDirectory()
        try place.makeMaildir("mail")
        try place.set(mode: 0o770, "mail")
        #expect(unsafe chown(place.mail, 0, 4242) == 0)
        let root = try MailRoot(opening: place.mail, creating: false)
        let message = try deliver("x", to: root.folder(mailbox("a"), creating: true))
        #expect(try place.status("mail/.a").group == 4242)
        #expect(try place.status("mail/.a/new/" + message.fileName).group == 4242)
    }

    @Test("a link of the owner's to a directory of the owner's is a folder")
    func ownLink() throws {
        let place = try TemporaryDirectory()
        try place.makeMaildir("mail")
        try place.makeMaildir("elsewhere")
        try place.link("mail/.a", to: "../elsewhere")
        let root = try MailRoot(opening: place.mail, creating: false)
        try deliver("x", to: root.folder(mailbox("a")))
        #expect(place.names("elsewhere/new").count == 1)
    }

    @Test("somebody else's link is refused", .enabled(if: getuid() == 0))
    func foreignLink() throws {
        let place = try TemporaryDirectory()
        try place.makeMaildir("mail")
        try place.makeMaildir("elsewhere")
        try place.link("mail/.a", to: "../elsewhere")
        try place.link("mail/.b", to: "../theirs")
        try place.makeMaildir("theirs")
        #expect(unsafe lchown(place.mail + "/.a", 4242, 4242) == 0)
        #expect(unsafe chown(place.path + "/theirs", 4242, 4242) == 0)
        let root = try MailRoot(opening: place.mail, creating: false)
        for name in ["a", "b"] {
            #expect(throws: MaildirError.foreignLink(path: place.mail + "/." + name)) {
                _ = try root.folder(mailbox(name), creating: true)
            }
            #expect(try !root.exists(mailbox(name)))
        }
        #expect(place.names("elsewhere/new").isEmpty && place.names("theirs/new").isEmpty)
    }

    @Test("a link that leads nowhere is neither followed nor replaced")
    func danglingLink() throws {
        let place = try TemporaryDirectory()
        try place.makeMaildir("mail")
        try place.link("mail/.a", to: "../nowhere")
        let root = try MailRoot(opening: place.mail, creating: false)
        #expect(throws: MaildirError.self) { _ = try root.folder(mailbox("a"), creating: true) }
        #expect(!place.exists("nowhere"))
    }

    @Test("a file where a folder should be is an error")
    func fileAsFolder() throws {
        let place = try TemporaryDirectory()
        try place.makeMaildir("mail")
        try place.write("", "mail/.a")
        let root = try MailRoot(opening: place.mail, creating: false)
        do {
            _ = try root.folder(mailbox("a"), creating: true)
            Issue.record("was opened")
        } catch let error as MaildirError {
            #expect(error.code == ErrorCode.notDirectory)
        }
    }

    @Test("a folder deleted underneath is made again if it may be made")
    func deletedFolder() throws {
        let place = try TemporaryDirectory()
        let root = try MailRoot(opening: place.mail, creating: true)
        let folder = try root.folder(mailbox("a"), creating: true)
        try place.remove("mail/.a")
        try deliver("x", to: folder)
        #expect(place.names("mail/.a/new").count == 1)
        let strict = try root.folder(mailbox("a"))
        try place.remove("mail/.a")
        #expect(throws: MaildirError.noSuchMailbox(path: place.mail + "/.a")) { _ = try strict.stage() }
        #expect(!place.exists("mail/.a"))
    }

    @Test("a folder deleted between writing and publishing is made again")
    func deletedBeforePublishing() throws {
        let place = try TemporaryDirectory()
        let root = try MailRoot(opening: place.mail, creating: true)
        let inbox = try root.folder(.inbox)
        let folder = try root.folder(mailbox("a"), creating: true)
        var message = try inbox.stage()
        try message.write([1, 2, 3])
        try place.remove("mail/.a")
        let published = try message.publish(into: folder)
        try folder.synchronize()
        #expect(try place.read("mail/.a/new/" + published.fileName) == [1, 2, 3])
    }

    @Test("parts of a folder that were tidied away are made again", arguments: ["tmp", "new"])
    func missingPart(part: String) throws {
        let place = try TemporaryDirectory()
        try place.makeMaildir("mail")
        try place.remove("mail/" + part)
        let root = try MailRoot(opening: place.mail, creating: false)
        try deliver("x", to: root.folder(.inbox))
        #expect(place.names("mail/new").count == 1)
    }

    @Test("a new folder is subscribed to, an old one is left as it is")
    func subscribing() throws {
        let place = try TemporaryDirectory()
        let root = try MailRoot(opening: place.mail, creating: true)
        _ = try root.folder(mailbox("a/é"), creating: true, subscribing: true)
        _ = try root.folder(mailbox("a/é"), creating: true, subscribing: true)
        _ = try root.folder(mailbox("b"), creating: true)
        _ = try root.folder(mailbox("b"), creating: true, subscribing: true)
        #expect(try place.text("mail/subscriptions") == "V\t2\n\na\t&AOk-\n")
    }
}
