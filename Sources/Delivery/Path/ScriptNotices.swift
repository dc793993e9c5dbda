import DeliveryStatus
import MailMessage
import Maildir
import Platform
import Settings

/// Tells the owner of a broken script, once for each version of it, by a message in his INBOX
/// (RFC 5228 §2.10.6).
struct ScriptNotices {
    let configuration: Configuration
    let recipient: MailAddress

    private static let markName = "postmaster-script-notice"

    /// For after a success: whatever goes wrong here changes nothing.
    func tell(_ notice: ScriptNotice, in root: borrowing MailRoot) {
        guard configuration.sieve.notifyErrors, let mark = try? Directory(opening: root.path) else { return }
        let told = try? mark.openFile(Self.markName).readAll(limit: 64, path: Self.markName)
        if let told, told == Array(notice.digest.utf8) { return }
        // The mark comes first: where it cannot be written, every message would bring a notice.
        guard write(notice.digest, in: mark) else { return }
        do throws(MaildirError) {
            let inbox = try root.folder(.inbox, creating: true)
            var message = try inbox.stage()
            try message.write(compose(notice))
            _ = try message.publish(into: inbox)
            try inbox.synchronize()
        } catch {
            try? mark.removeFile(Self.markName)
        }
    }

    private func write(_ digest: String, in directory: borrowing Directory) -> Bool {
        let temporary = Self.markName + ".\(Host.processIdentifier())"
        do throws(SystemError) {
            let file = try directory.createFile(temporary, permissions: 0o600)
            try file.write(Array(digest.utf8), path: temporary)
            try directory.rename(temporary, to: Self.markName, in: directory)
            return true
        } catch {
            // One that a dead process of this number has left is in the way once.
            try? directory.removeFile(temporary)
            return false
        }
    }

    private func compose(_ notice: ScriptNotice) -> [UInt8] {
        let sender = SystemSender(configuration: configuration)
        return ScriptErrorNotice(
            sender.identity(), from: sender.address, to: recipient, script: notice.script,
            diagnostics: notice.text.split(separator: "\n").map(String.init)
        ).composed()
    }
}
