import MailMessage
import Platform
import Sieve

/// What must hold for any octets; a trap says that it does not.
package enum FuzzChecks {
    /// Any octets as a script: a program exists exactly where there is no error, and a layout is its own layout.
    package static func compiler(_ input: [UInt8]) {
        for script in [input, Alphabet.divide(input).script] {
            let compilation = SieveCompiler().compile(script, name: "fuzz")
            precondition((compilation.program == nil) == !compilation.errors.isEmpty)
            if let text = SieveFormatter().format(script).text {
                precondition(SieveFormatter().format(text).text == text)
            }
            for diagnostic in compilation.diagnostics {
                _ = diagnostic.rendered(name: "fuzz", source: script)
            }
        }
    }

    /// A random script on a random message: there is at least one action, and a run with a trace, which evaluates every
    /// test, does what the run without one does.
    package static func interpreter(_ input: [UInt8]) {
        let (script, bytes) = Alphabet.divide(input)
        var limits = SieveLimits()
        limits.steps = 2_000_000
        guard let program = SieveCompiler(limits: limits).compile(script, name: "fuzz").program else {
            return
        }
        let input = SieveInput(
            message: Message(SharedBytes(bytes)), size: bytes.count,
            envelope: SieveEnvelope(sender: "a@b.example", recipient: "c+d@e.example"))
        let sequence = ScriptSequence([program, program], limits: limits)
        let result = sequence.run(on: input, host: Host())
        precondition(!result.actions.isEmpty)
        let traced = sequence.run(on: input, host: Host(), tracing: true)
        // What an index leaves out costs no steps, so that only one of the two may run out of them.
        guard result.failure == nil, traced.failure == nil else { return }
        precondition(result.actions.map(\.kind) == traced.actions.map(\.kind))
    }

    private struct Host: SieveHost {
        func mailboxExists(_ name: String) -> Bool { name == "INBOX" }
        func currentTime() -> Int64 { 1_700_000_000 }
        func environment(_ item: String) -> [UInt8]? { item == "name" ? Array("x".utf8) : nil }
    }
}
