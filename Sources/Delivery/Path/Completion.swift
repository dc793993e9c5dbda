import MailTransport
import Platform
package import Settings
package import Spool

/// What a run leaves for the program to do: what to say, how to exit, and what may be tried after that.
package struct Completion: Sendable {
    package let exitStatus: CInt
    /// One line for standard error, or nothing.
    package let errorLine: [UInt8]
    /// For standard output; empty but for a dry run.
    package var output: [UInt8] = []
    /// Spool entries that leave the machine and are to be tried at once. The answer to the starter is settled
    /// before: nothing that comes of them changes it.
    package let due: [EntryReference]
    package let destination: Destination?
    /// The configuration that a program started later must have: the file, nil for the usual one, and options `-o`.
    package var configurationFile: String?
    package var overrides: [String] = []

    package init(exitStatus: CInt, errorLine: [UInt8], due: [EntryReference], destination: Destination?) {
        self.exitStatus = exitStatus
        self.errorLine = errorLine
        self.due = due
        self.destination = destination
    }
}

extension Completion {
    /// Tries the entries that were due at once, or has them tried, where that needs a network; what fails stays in the
    /// spool, and a sweep of cron's finds what could not be begun.
    package func attemptDue(_ configuration: Configuration) {
        guard let destination, !due.isEmpty else { return }
        let access = SpoolAccess(configuration: configuration, owner: destination.identity.user)
        guard let spool = try? access.open(creating: false) else { return }
        guard Self.needsNoNetwork(configuration.transport) else {
            _ = RetryProgram(
                configuration, configurationFile: configurationFile, overrides: overrides
            ).wake(spool)
            return
        }
        let visit = EntryVisit(configuration: configuration, courier: Courier(local: configuration))
        for reference in due { _ = visit.visit(reference, in: spool) }
    }

    private static func needsNoNetwork(_ transport: Configuration.Transport) -> Bool {
        RoutingTable(relays: transport.relay + transport.local, domains: transport.routes).isLocal
    }
}
