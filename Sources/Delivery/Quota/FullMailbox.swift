import Maildir
import Platform
import Settings

/// What becomes of mail that does not fit (`quota.over`), and since when there is such mail: a file in the mail root is
/// made when the first message does not fit, and removed when one does.
struct FullMailbox {
    static let stampName = "postmaster-quota-full"

    private let policy: OverQuota

    init(_ configuration: Configuration) { policy = configuration.quota.over }

    /// Notes that a message does not fit, and says whether it is to be refused for that.
    ///
    /// - Parameters:
    ///   - created: since when the message has been waiting, if it has.
    ///   - writing: whether the stamp may be made.
    func refuses(
        in root: borrowing MailRoot, since created: WallTime? = nil, writing: Bool = true,
        now: WallTime = .now()
    ) -> Bool {
        switch policy {
        case .defer: return false
        case .reject: return true
        case .deferFor(let seconds):
            let first = [created?.seconds, Self.fullSince(root, writing: writing)].compactMap { $0 }.min()
            guard let first else { return false }
            return now.seconds.subtractingReportingOverflow(first).partialValue >= seconds
        }
    }

    /// Notes that a message fits.
    func hasRoom(in root: borrowing MailRoot) {
        guard case .deferFor = policy, let directory = try? Directory(opening: root.path) else { return }
        try? directory.removeFile(Self.stampName)
    }

    /// Nil while nobody knows: then nothing is refused.
    private static func fullSince(_ root: borrowing MailRoot, writing: Bool) -> Int? {
        guard let directory = try? Directory(opening: root.path) else { return nil }
        if let status = try? directory.status(of: stampName) {
            return status.kind == .regular ? status.modified : nil
        }
        if writing { _ = try? directory.createFile(stampName, permissions: 0o600) }
        return nil
    }

    /// For those who want to know, in seconds since the epoch.
    static func since(_ root: borrowing MailRoot) -> Int? { fullSince(root, writing: false) }
}
