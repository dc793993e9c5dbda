import Delivery
import MailNetwork
import MailTransport
import Platform
import Settings
import Spool

/// One user's part of the spool, visited by this process: as the user that it runs as, or as one that it becomes for
/// good before it opens anything of his.
struct PartDrain {
    private let options: RetryOptions
    private let configuration: Configuration
    private let telling: Telling

    init(_ options: RetryOptions, _ configuration: Configuration, _ telling: Telling) {
        self.options = options
        self.configuration = configuration
        self.telling = telling
    }

    private var selection: Sweep.Selection {
        if !options.entries.isEmpty { return .entries(options.entries) }
        return options.everything ? .everything : .due
    }

    /// Whether the passwords and the keys that it may take can be read.
    var hasItsSecrets: Bool {
        if case .failure? = NetworkOptions(configuration).credentials { return false }
        do throws(ReversePathFailure) {
            _ = try ReversePath(configuration).rewritten(sender: "somebody@sender.invalid", now: .now())
            return true
        } catch {
            return false
        }
    }

    /// - Parameter asOwner: whether the process becomes the owner first.
    func run(_ owner: UInt32, asOwner: Bool) throws -> SweepSummary {
        // What takes root's rights comes first: the log, and the secrets.
        let sweep = Sweep(configuration: configuration, owner: owner)
        let carrier = NetworkCarrier(NetworkOptions(configuration), suspended: options.suspended)
        let courier = Courier(configuration, carrier: carrier)
        defer { carrier.close() }
        if asOwner { try SpoolOwner.become(owner, configuration: configuration) }
        let total =
            telling.showsProgress
            ? try Sweep.count(selection, owner: owner, configuration: configuration) : 0
        var summary = try sweep.run(selection, courier: courier, isStopped: { StopRequest.isMade }) { visit in
            telling.show(
                EntryReport(
                    id: visit.reference.id, owner: owner, word: visit.result.word,
                    reason: visit.result.reason))
            telling.progress(visit.position, of: total)
        }
        for suspension in carrier.suspensions { summary.suspend(suspension) }
        return summary
    }
}
