import FuzzSupport
import MailMessage
import Platform
import Sieve

/// A random script on a random message. Whatever comes of it, there is at least one action, and the run with a trace
/// does the same as the run without.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzInterpreter(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let (script, bytes) = Alphabet.divide(unsafe Array(UnsafeBufferPointer(start: start, count: count)))
    var limits = SieveLimits()
    limits.steps = 2_000_000
    guard let program = SieveCompiler(limits: limits).compile(script, name: "fuzz").program else { return 0 }
    let input = SieveInput(
        message: Message(SharedBytes(bytes)), size: bytes.count,
        envelope: SieveEnvelope(sender: "a@b.example", recipient: "c+d@e.example"))
    let sequence = ScriptSequence([program, program], limits: limits)
    let result = sequence.run(on: input, host: Host())
    precondition(!result.actions.isEmpty)
    let traced = sequence.run(on: input, host: Host(), tracing: true)
    precondition(result.actions.map(\.kind) == traced.actions.map(\.kind) || result.failure != nil || traced.failure != nil)
    return 0
}

private struct Host: SieveHost {
    func mailboxExists(_ name: String) -> Bool { name == "INBOX" }
    func currentTime() -> Int64 { 1_700_000_000 }
    func environment(_ item: String) -> [UInt8]? { item == "name" ? Array("x".utf8) : nil }
}
