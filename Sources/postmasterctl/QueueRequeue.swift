import ArgumentParser
import Delivery
import MailTransport
import Platform
import Settings
import Spool

struct QueueRequeue: QueueChange {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "requeue", abstract: "Have what leaves go another way, from now on.",
            discussion: "The entries become due now, also those on hold, and keep their age.")
    }
    static var word: String { "requeue" }
    static var participle: String { "requeued" }
    static var rooms: Set<QueueFilter.Room> { [.queue] }

    /// A way for what leaves.
    enum Way: ExpressibleByArgument {
        case route(Route)
        /// That of the settings.
        case ordinary

        init?(argument: String) {
            if argument == "default" {
                self = .ordinary
            } else if let route = Route(argument) {
                self = .route(route)
            } else {
                return nil
            }
        }

        var text: String {
            switch self {
            case .route(let route): route.text
            case .ordinary: "default"
            }
        }
    }

    @OptionGroup var selection: SelectionArguments

    @Option(
        help: ArgumentHelp(
            "The way, as in transport.relay: smtp://HOST, lmtp:unix:/PATH, sendmail:; default for that of the settings.",
            valueName: "route"))
    var route: Way

    var words: [String] { ["--route", route.text] }

    func change(
        _ reference: EntryReference, in spool: borrowing SpoolDirectory, _ configuration: Configuration
    ) throws -> ChangeResult {
        guard reference.place != .corrupt else { return .damaged }
        guard var entry = try spool.open(reference) else { return .unavailable }
        let outline = EntryOutline(entry.envelope, entry.journal)
        guard outline.leaves else { return .failed("nothing of it leaves this machine") }
        let now = WallTime.now()
        if outline.steps.contains(where: { $0.state == .refused }) {
            try entry.append(JournalRecord(time: now, action: nil, kind: "reopened"))
        }
        try entry.append(JournalRecord(time: now, action: nil, kind: "routed", fields: record))
        if reference.place == .hold {
            try entry.append(JournalRecord(time: now, action: nil, kind: OpenedEntry.released))
        }
        try entry.release(due: now)
        return .done("by \(route.text), due now")
    }

    /// Without a route it is that of the settings.
    private var record: SpoolFields {
        switch route {
        case .route(let route): ["route": route.text]
        case .ordinary: [:]
        }
    }
}
