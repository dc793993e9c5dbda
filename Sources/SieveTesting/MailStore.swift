import Maildir
import Platform
import Sieve

/// A mail root of its own for one file of tests, made for it and removed with it.
///
/// Mailboxes are named as in most of those files: `.` between the levels.
final class MailStore {
    private let home: TemporaryDirectory
    private let root: MailRoot
    private static let layout = MailboxLayout(separator: UInt8(ascii: "."))
    /// The messages of each mailbox, in the order of their delivery.
    private var delivered: [MailboxName: [PublishedMessage]] = [:]

    /// Octets of a message.
    private static let limit = 64 << 20

    init() throws(TestBenchFailure) {
        do throws(SystemError) {
            home = try TemporaryDirectory()
        } catch {
            throw TestBenchFailure(reason: "no directory for the mail store: \(error)")
        }
        do throws(MaildirError) {
            root = try MailRoot(opening: home.path + "/mail", layout: Self.layout, creating: true)
            _ = try root.folder(.inbox, creating: true)
        } catch {
            throw TestBenchFailure(reason: "no mail store: \(error)")
        }
    }

    func exists(_ name: String) -> Bool {
        guard let name = try? MailboxName(name, separator: Self.layout.separator) else { return false }
        return root.exists(name)
    }

    func create(_ name: String) {
        guard let name = try? MailboxName(name, separator: Self.layout.separator) else { return }
        _ = try? root.folder(name, creating: true)
    }

    /// Stores a message for good.
    func store(
        _ bytes: [UInt8], in mailbox: String, flags: [String], creating: Bool
    ) throws(MailStoreFailure) {
        let name: MailboxName
        do throws(MailboxNameError) {
            name = try MailboxName(mailbox, separator: Self.layout.separator)
        } catch {
            throw MailStoreFailure(reason: "invalid mailbox name: \(error)")
        }
        do throws(MaildirError) {
            let folder = try root.folder(name, creating: creating || name.isInbox)
            var message = try folder.stage()
            try message.write(bytes)
            let published = try message.publish(into: folder, flags: MessageFlags(imapFlags: flags))
            delivered[name, default: []].append(published)
        } catch {
            throw MailStoreFailure(
                reason: error.isNoSuchMailbox ? "mailbox does not exist: \(mailbox)" : "\(error)")
        }
    }

    /// The message of this number, as it is on disk; nil if there are not so many.
    ///
    /// - Throws: why the mailbox cannot be opened.
    func message(in mailbox: String, _ index: Int) throws(MailStoreFailure) -> StoredMail? {
        guard let name = try? MailboxName(mailbox, separator: Self.layout.separator) else {
            throw MailStoreFailure(reason: "invalid mailbox name")
        }
        guard root.exists(name) else { throw MailStoreFailure(reason: "mailbox does not exist: \(mailbox)") }
        guard let messages = delivered[name], messages.indices.contains(index) else { return nil }
        let message = messages[index]
        do {
            let folder = try root.folder(name)
            let bytes = try OwnedFileDescriptor(reading: message.path)
                .readAll(limit: Self.limit, path: message.path)
            let flags = try folder.flags(ofFile: message.fileName)
            return StoredMail(bytes: bytes, flags: flags.imapFlags)
        } catch {
            throw MailStoreFailure(reason: "\(error)")
        }
    }

    /// Whether two names are of one mailbox; nil is the server.
    static func isSame(_ left: String?, _ right: String?) -> Bool {
        guard let left, let right else { return left == nil && right == nil }
        guard let leftName = try? MailboxName(left, separator: layout.separator),
            let rightName = try? MailboxName(right, separator: layout.separator)
        else { return left == right }
        return leftName == rightName
    }
}

struct MailStoreFailure: Error {
    let reason: String
}
