import MailMessage
import Platform

@testable import Sieve

/// A message as most tests want it.
let plainMessage = """
    From: Ann <ann@example.org>
    To: Bob <bob+lists@example.net>, "C. D." <cd@example.com>
    Cc: undisclosed: eve@example.org, fay@example.org;
    Subject: Hello  World
    X-Empty:
    X-Number: 12
    Received: from a
    Received: from b

    body
    """

/// A host that knows some mailboxes, and may run out of time.
struct TestHost: SieveHost {
    var mailboxes: Set<String> = []
    var outOfTime = false
    var time: Int64 = 1_258_713_000
    /// Minutes ahead of UTC.
    var zone = 60
    var scores: [ScanKind: ScanScore] = [:]

    func mailboxExists(_ name: String) -> Bool { mailboxes.contains(name) }
    func isOutOfTime() -> Bool { outOfTime }
    func currentTime() -> Int64 { time }
    func zoneOffset(at seconds: Int64) -> Int { zone }
    func scanScore(_ kind: ScanKind) -> ScanScore { scores[kind] ?? .unknown }
}

/// Scripts, and what they are run on.
struct SieveCase {
    var scripts: [String]
    var message = plainMessage
    var sender = "ann@example.org"
    var recipient = "bob+lists@example.net"
    var delimiters = "+"
    var size: Int?
    var limits = SieveLimits()
    var host = TestHost()
    var tracing = false

    init(_ scripts: String...) { self.scripts = scripts }

    /// What compiling the script reports: `3:7 code`, warnings with `warning` in front.
    static func diagnostics(
        _ script: String, limits: SieveLimits = SieveLimits(), enabled: Set<String>? = nil
    ) -> [String] {
        SieveCompiler(limits: limits, enabledExtensions: enabled).compile([UInt8](script.utf8), name: "test")
            .diagnostics.map(\.summary)
    }

    /// Nil if a script does not compile.
    func result() -> SieveResult? {
        let compiler = SieveCompiler(limits: limits)
        var programs: [Program] = []
        for (index, script) in scripts.enumerated() {
            let compilation = compiler.compile([UInt8](script.utf8), name: "s\(index + 1)")
            guard let program = compilation.program else { return nil }
            programs.append(program)
        }
        let bytes = [UInt8](message.utf8)
        let envelope = SieveEnvelope(sender: sender, recipient: recipient)
        let input = SieveInput(
            message: Message(SharedBytes(bytes)), size: size ?? bytes.count, envelope: envelope,
            subaddressDelimiters: delimiters)
        return ScriptSequence(programs, limits: limits).run(on: input, host: host, tracing: tracing)
    }

    /// The actions as text, such as `keep*` for the implicit keep or `fileinto A [\Seen] create copy`, and the
    /// failure behind them, if there was one.
    func outcome() -> [String] {
        guard let result = result() else { return ["does not compile"] + SieveCase.diagnostics(scripts[0]) }
        return result.actions.map(\.summary) + (result.failure.map { ["failure \($0)"] } ?? [])
    }
}

/// What a script does to ``plainMessage``.
func outcome(_ scripts: String...) -> [String] {
    var test = SieveCase()
    test.scripts = scripts
    return test.outcome()
}

/// Whether a test is true for a message, after these capabilities have been required. Nil for a script in error.
func holds(_ test: String, require: String = "", _ change: (inout SieveCase) -> Void = { _ in }) -> Bool? {
    var names = require.split(separator: " ").map(String.init)
    names.append("fileinto")
    let list = names.map { "\"\($0)\"" }.joined(separator: ", ")
    var sieve = SieveCase("require [\(list)]; if \(test) { fileinto \"TRUE\"; }")
    change(&sieve)
    guard let result = sieve.result(), result.failure == nil else { return nil }
    return result.actions.map(\.summary) == ["fileinto TRUE"]
}

extension Diagnostic {
    var summary: String {
        "\(severity == .warning ? "warning " : "")\(line):\(column) \(code.rawValue)"
    }
}

extension SieveAction {
    var summary: String {
        var text: String
        switch kind {
        case .keep(let flags): text = "keep" + flags.list
        case .fileInto(let target):
            text = "fileinto \(target.mailbox)" + target.flags.list + (target.creates ? " create" : "")
        case .redirect(let redirect): text = "redirect \(redirect.address)"
        case .discard, .reject, .vacation, .notify, .report, .pipe: text = name
        }
        if isCopy { text += " copy" }
        return isImplicit ? text + "*" : text
    }
}

extension [String] {
    fileprivate var list: String { isEmpty ? "" : " [" + joined(separator: " ") + "]" }
}

/// A small generator of numbers that are the same in every run.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed &* 2 &+ 1 }

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state &* 0x2545_F491_4F6C_DD1D
    }
}

/// The input of scripts that do not look at it.
let emptyInput = SieveInput(
    message: Message(SharedBytes([])), size: 0, envelope: SieveEnvelope(sender: "", recipient: "a@b.org"))

/// ``plainMessage`` with an envelope.
let plainInput = SieveInput(
    message: Message(SharedBytes([UInt8](plainMessage.utf8))), size: plainMessage.utf8.count,
    envelope: SieveEnvelope(sender: "ann@example.org", recipient: "bob+lists@example.net"))
