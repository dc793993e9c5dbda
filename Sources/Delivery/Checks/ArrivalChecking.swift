import ContentChecks
import MailMessage
import Maildir
import Platform
import Settings
import Spool

extension Arrival {
    /// The message as scanners are given it: with its file, where it has one and `isWanted` says so.
    func scanned(withFile isWanted: Bool) -> ScannedMessage {
        guard isWanted else { return ScannedMessage(message.bytes) }
        switch staged {
        case .some(let staged): return ScannedMessage(message.bytes, file: staged.openForReading())
        case .none: return ScannedMessage(message.bytes)
        }
    }

    /// Has the header say what checks have found. A message in memory is made anew there; one on disk is written
    /// once more, its body as it was.
    ///
    /// - Parameters:
    ///   - memory: bytes up to which a message is in memory.
    ///   - scratch: gives a file without a name for a large message that the mailbox does not take.
    /// - Throws: why it cannot be written; then it is as it was.
    mutating func apply(
        _ marks: HeaderMarks, in mailbox: borrowing MailboxState, memory: Int,
        scratch: () throws(SpoolError) -> OwnedFileDescriptor
    ) throws {
        guard let header = marks.applied(to: message) else { return }
        let more = header.addedBareLineEnds(since: message)
        if staged == nil || !restage(header, in: mailbox) {
            let marked = try header.message(replacing: message, memory: memory, scratch: scratch)
            staged = nil
            message = marked
        }
        bareLineEnds += more
    }

    /// - Returns: whether the mailbox took it.
    private mutating func restage(_ header: HeaderEditing, in mailbox: borrowing MailboxState) -> Bool {
        switch mailbox {
        case .open(let root):
            do throws(MaildirError) {
                var new = try root.folder(.inbox).stage()
                new.removeOnSignal()
                try new.write(
                    traceFields + header.bytes, then: message.bytes.dropping(first: header.bodyStart).span)
                let bytes = try new.map().dropping(first: traceFields.count)
                message = Message(bytes, limits: message.limits)
                staged = consume new
                return true
            } catch {
                // The spool may have room.
                return false
            }
        case .closed: return false
        }
    }
}

extension Configuration.Clamd {
    /// Whether a scanner may take the message's file.
    var takesFiles: Bool {
        method != .stream
            && servers.contains { if case .local = $0 { true } else { false } }
    }
}
