import MailMessage
import Maildir
import Sieve

/// What a script would do with a message, so that two can be told apart.
struct ReplayOutcome: Equatable {
    /// Where it would be stored, each mailbox once.
    struct Store: Equatable {
        let mailbox: String
        let name: MailboxName?
        let flags: [String]
        let creates: Bool

        static func == (left: Store, right: Store) -> Bool {
            left.mailbox == right.mailbox && left.flags == right.flags
        }
    }

    private(set) var stores: [Store] = []
    /// All else, in words.
    private(set) var others: [String] = []

    /// - Parameter separator: between the levels of a mailbox name.
    init(_ result: SieveResult, _ separator: UInt8) {
        for action in result.actions {
            switch action.kind {
            case .keep(let flags):
                stores.append(Store(mailbox: "INBOX", name: .inbox, flags: flags.sorted(), creates: false))
            case .fileInto(let target):
                let name = try? MailboxName(target.mailbox, separator: separator)
                stores.append(
                    Store(
                        mailbox: name?.text ?? target.mailbox, name: name, flags: target.flags.sorted(),
                        creates: target.creates))
            case .redirect(let redirect): others.append("redirect to \(redirect.address)")
            case .report(let report): others.append("report to \(report.address)")
            case .notify(let notification): others.append("notify \(notification.method)")
            case .pipe(let request): others.append("pipe to \(request.program.name)")
            case .discard, .reject, .vacation: others.append(action.name)
            }
        }
        stores.sort { $0.mailbox < $1.mailbox }
        others.sort()
        if let failure = result.failure { others.append("fails: \(failure.message)") }
    }

    /// `Lists [\Seen], redirect to a@example.org`
    var text: String {
        let kept = stores.map {
            $0.flags.isEmpty ? $0.mailbox : "\($0.mailbox) [\($0.flags.joined(separator: " "))]"
        }
        return (kept + others).joined(separator: ", ")
    }
}

/// How a message fares with both scripts.
struct ReplayComparison {
    let date: String
    let from: String
    let subject: String
    let old: ReplayOutcome
    let new: ReplayOutcome

    init(_ message: Message, old: ReplayOutcome, new: ReplayOutcome) {
        self.old = old
        self.new = new
        // Of most messages nobody wants to know more.
        guard old != new else {
            (date, from, subject) = ("", "", "")
            return
        }
        func text(_ name: String) -> String {
            message.firstField(named: name).map { String(decoding: message.decodedBody($0), as: UTF8.self) }
                ?? ""
        }
        date = text("date")
        from = text("from")
        subject = text("subject")
    }

    var differs: Bool { old != new }

    /// Where the message is to be moved; nil where the scripts differ in more than where it is stored, or where the new
    /// one stores it nowhere, or more than once: then it stays where it is.
    var newFolder: ReplayOutcome.Store? {
        guard differs, old.others == new.others, new.stores.count == 1 else { return nil }
        return new.stores.first
    }
}
