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

    package init(exitStatus: CInt, errorLine: [UInt8], due: [EntryReference], destination: Destination?) {
        self.exitStatus = exitStatus
        self.errorLine = errorLine
        self.due = due
        self.destination = destination
    }
}

extension Completion {
    /// Tries the entries that were due at once; what fails stays in the spool.
    package func attemptDue(_ configuration: Configuration) {
        guard let destination else { return }
        let access = SpoolAccess(configuration: configuration, owner: destination.identity.user)
        guard let spool = try? access.open(creating: false) else { return }
        for reference in due {
            _ = EntryVisit(configuration: configuration, courier: Courier(local: configuration)).visit(
                reference, in: spool)
        }
    }
}
