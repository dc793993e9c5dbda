/// Scripts that are run one after the other on one message: those of the site before, the user's, those after.
///
/// As draft-degener-sieve-multiscript-00 and Dovecot have it:
/// - The next script runs only if the one before it ended with a keep in effect, implicit or explicit. A keep in a
///   script that is not the last to run stores nothing: it hands the message on. `fileinto "INBOX"` stores.
/// - `stop` ends its own script, not the sequence.
/// - Each script has its own `require` and its own variables. The flags of RFC 5232's internal variable, and
///   those of a keep that handed the message on, go with the message to the keep that is carried out in the end.
/// - Actions are merged over all scripts, and limits count all scripts.
/// - When a script fails, the actions of the scripts before it stand, its own are dropped, the scripts after it do
///   not run, and the message is kept as if the script had not been there.
package struct ScriptSequence: Sendable {
    package let programs: [Program]
    package let limits: SieveLimits

    package init(_ programs: [Program], limits: SieveLimits = SieveLimits()) {
        self.programs = programs
        self.limits = limits
    }

    /// Runs the scripts. No script at all keeps the message.
    ///
    /// - Parameter tracing: Whether the result is to have a trace, which takes time and memory.
    package func run(on input: SieveInput, host: some SieveHost, tracing: Bool = false) -> SieveResult {
        var run = Interpretation(input, host: host, limits: limits, tracing: tracing)
        var failure: RuntimeFailure?
        for program in programs {
            let flags = run.flags
            let marks = run.marks
            run.actions.beginScript(named: program.name)
            do {
                try run.run(program)
            } catch {
                run.record(.failure(error.message))
                run.actions.dropScript()
                run.flags = flags
                run.marks = marks
                run.forgetChanges()
                failure = error
                break
            }
            guard run.actions.keepsMessage else { break }
        }
        run.actions.finish(flags: run.flags.map(\.text), content: run.content)
        return SieveResult(
            actions: run.actions.actions, failure: failure, marks: run.marks, trace: run.trace?.events ?? [],
            hasDamagedImage: run.hasDamagedImage)
    }
}
