/// A file of tests that runs: one interpretation from its first command to its last.
package struct TestsuiteRun {
    private var run: Interpretation

    /// - Parameter input: the message that there is before a test sets another.
    package init(on input: SieveInput, host: some TestsuiteHost, settings: TestsuiteSettings) {
        run = Interpretation(input, host: host, limits: settings.limits, tracing: false)
        host.use(input)
    }

    /// Runs the file.
    ///
    /// - Returns: why it did not come to its end; nil if it did.
    package mutating func run(_ program: Program) -> String? {
        run.actions.beginScript(named: program.name)
        do throws(RuntimeFailure) {
            try run.run(program)
            return run[TestsuiteState.self].failure
        } catch {
            return "line \(error.line): \(error.message)"
        }
    }
}
