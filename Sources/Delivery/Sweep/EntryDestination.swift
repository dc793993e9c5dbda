import MailMessage
import MailTransport
package import Spool

extension Courier {
    /// Where the next thing that leaves the machine by this entry goes: the name of its route; nil if all of it stays
    /// here.
    package func destination(of entry: EntrySummary) -> String? {
        guard let progress = Progress(entry.envelope, entry.journal) else { return nil }
        let chosen = progress.route.flatMap { Route($0) }
        for item in progress.open {
            guard case .perform(let action) = item.task else { continue }
            switch action.kind {
            case .forward(let forwarding):
                return (chosen ?? table.routes(for: forwarding.recipient.text).first)?.name
            case .send(let dispatch):
                return (chosen ?? table.routes(for: dispatch.recipient.text).first)?.name
            default: continue
            }
        }
        return nil
    }
}
