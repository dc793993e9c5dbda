/// A program that takes the message from its standard input (vnd.dovecot.pipe).
package struct PipeRequest: Sendable, Equatable {
    package let program: ProgramCall
    /// `:try`: a failure is no error.
    package let mayFail: Bool

    package init(program: ProgramCall, mayFail: Bool) {
        self.program = program
        self.mayFail = mayFail
    }
}
