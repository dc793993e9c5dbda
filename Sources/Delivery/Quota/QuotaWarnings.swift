import DeliveryStatus
import MailMessage
import Maildir
import Platform
import Settings

/// Tells a user that his mailbox is getting full (`quota.warn`): once each time when it becomes fuller than a threshold,
/// by a message in his INBOX, which the quota does not keep out.
///
/// The highest threshold that he was told of is in a file in the mail root. It is written under its lock and before the
/// message: of several deliveries at once one tells him, and where it cannot be written nobody does.
struct QuotaWarnings {
    static let markName = "postmaster-quota-warned"

    private let configuration: Configuration
    private let destination: Destination
    private let recipient: MailAddress

    init(_ configuration: Configuration, _ destination: Destination, recipient: MailAddress) {
        self.configuration = configuration
        self.destination = destination
        self.recipient = recipient
    }

    /// For after a success: whatever goes wrong here changes nothing.
    func tell(_ quota: borrowing MailboxQuota, in root: borrowing MailRoot) {
        guard !configuration.quota.warn.isEmpty, let limit = quota.limit, let usage = quota.usage,
            let directory = try? Directory(opening: root.path)
        else { return }
        guard threshold(reachedBy: usage, of: limit) != Self.told(in: directory) else { return }
        do throws(SystemError) {
            let file = try directory.openOrCreateFile(Self.markName, .readWrite, permissions: 0o600)
            guard try file.status(path: Self.markName).kind == .regular,
                let mark = try LockedFile(locking: file, path: Self.markName)
            else { return }
            // Another delivery may have told him, or counted more, since this one has looked.
            let told = try Self.number(mark.descriptor.read(at: 0, count: 8, path: Self.markName))
            let usage = root.quota(limit: limit, counting: quota.rules.scope).usage ?? usage
            let reached = threshold(reachedBy: usage, of: limit)
            guard reached != told else { return }
            try Self.write(reached, to: mark.descriptor)
            guard reached > told else { return }
            if !store(usage, limit, in: root) { try Self.write(told, to: mark.descriptor) }
        } catch {
            return
        }
    }

    /// The highest one; 0 for none.
    private func threshold(reachedBy usage: QuotaUsage, of limit: Maildir.QuotaLimit) -> Int {
        let fullness = limit.fullness(with: usage)
        return configuration.quota.warn.map(\.value).filter { $0 <= fullness }.max() ?? 0
    }

    /// The threshold that the user was told of last; 0 for none.
    static func told(in directory: borrowing Directory) -> Int {
        guard let mark = try? directory.openFile(markName) else { return 0 }
        return (try? number(mark.read(at: 0, count: 8, path: markName))) ?? 0
    }

    private static func number(_ bytes: [UInt8]) -> Int {
        let digits = bytes.prefix { $0 >= 0x30 && $0 <= 0x39 }
        return Int(String(decoding: digits, as: UTF8.self)) ?? 0
    }

    private static func write(_ threshold: Int, to mark: borrowing OwnedFileDescriptor) throws(SystemError) {
        let text = Array("\(threshold)\n".utf8)
        try mark.write(text, at: 0, path: markName)
        try mark.truncate(to: text.count, path: markName)
    }

    private func store(
        _ usage: QuotaUsage, _ limit: Maildir.QuotaLimit, in root: borrowing MailRoot
    ) -> Bool {
        let bytes = compose(usage, limit)
        do throws(MaildirError) {
            let inbox = try root.folder(.inbox, creating: true)
            var message = try inbox.stage()
            try message.write(bytes)
            _ = try message.publish(into: inbox)
            try inbox.synchronize()
        } catch {
            return false
        }
        _ = root.countPublished(bytes: bytes.count)
        return true
    }

    private func compose(_ usage: QuotaUsage, _ limit: Maildir.QuotaLimit) -> [UInt8] {
        let sender = SystemSender(configuration: configuration)
        return QuotaWarning(
            sender.identity(), from: sender.postmaster, to: recipient, user: destination.userName,
            percent: limit.fullness(with: usage), used: usage.bytes, limit: limit.bytes,
            messages: usage.messages, messageLimit: limit.messages, wording: wording
        ).composed()
    }

    /// The site's own, if it can be used.
    private var wording: ReportWording {
        let path = configuration.quota.warningTemplate
        guard let slash = path.lastIndex(of: "/") else { return QuotaWarning.builtIn }
        let directory = slash == path.startIndex ? "/" : String(path[..<slash])
        var warnings: [String] = []
        return ReportTemplates(directory: directory, key: "quota.warning-template", configuration)
            .wording(in: String(path[path.index(after: slash)...]), warnings: &warnings)
            ?? QuotaWarning.builtIn
    }
}
