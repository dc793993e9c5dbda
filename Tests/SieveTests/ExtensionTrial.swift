import MailMessage
import Platform

@testable import Sieve

/// A host that knows what a test tells it, and remembers what it was asked to do.
final class KnowingHost: SieveHost {
    var mailboxes: Set<String> = []
    var items: [String: String] = [:]
    /// By `mailbox entry`, and by ` entry` for the server.
    var annotations: [String: String] = [:]
    /// By use and by identifier.
    var uses: [String: String] = [:]
    var identifiers: [String: String] = [:]
    var lists: [String: Set<String>] = [:]
    var seen: Set<DuplicateMark> = []
    var programs: [String: ProgramAnswer] = [:]
    var time: Int64 = 1_287_600_000
    private(set) var calls: [String] = []
    private(set) var lines: [String] = []

    func mailboxExists(_ name: String) -> Bool { mailboxes.contains(name) }
    func currentTime() -> Int64 { time }
    func zoneOffset(at seconds: Int64) -> Int { 120 }
    func environment(_ item: String) -> [UInt8]? { items[item].map { [UInt8]($0.utf8) } }
    func metadata(mailbox: String?, entry: String) -> [UInt8]? {
        annotations["\(mailbox ?? "") \(entry)"].map { [UInt8]($0.utf8) }
    }
    func mailbox(withSpecialUse use: String) -> String? { uses[use] }
    func mailbox(_ name: String, hasSpecialUse use: String) -> Bool { uses[use] == name }
    func mailbox(withIdentifier identifier: String) -> String? { identifiers[identifier] }
    func isDuplicate(_ mark: DuplicateMark) -> Bool {
        seen.contains { $0.handle == mark.handle && $0.identifier == mark.identifier }
    }
    func listExists(_ name: String) -> Bool { lists[name] != nil }
    func list(_ name: String, contains value: [UInt8]) -> Bool { lists[name]?.contains(value.text) ?? false }
    func run(_ program: ProgramCall, input: ProgramInput) -> ProgramAnswer {
        let given: String
        switch input {
        case .none: given = "-"
        case .bytes(let bytes): given = bytes.text
        case .message(let content): given = "message of \(content.count)"
        }
        calls.append(([program.name] + program.arguments).joined(separator: " ") + " < " + given)
        return programs[program.name] ?? .notFound
    }
    func log(_ message: String, script: String, line: Int) { lines.append("\(script):\(line): \(message)") }
}

/// Scripts that others include, by name; those of the site with `global/` in front.
struct TestLibrary: ScriptLibrary {
    var scripts: [String: String] = [:]

    func script(_ name: String, at location: ScriptLocation) -> [UInt8]? {
        scripts[location == .global ? "global/" + name : name].map { [UInt8]($0.utf8) }
    }
}

/// One script with capabilities, and all that surrounds it.
struct ExtensionTrial {
    var capabilities: [String]
    var script: String
    var message = plainMessage
    var envelope = SieveEnvelope(sender: "ann@example.org", recipient: "bob+lists@example.net")
    var host = KnowingHost()
    var library = TestLibrary()
    var limits = SieveLimits()
    var tracing = false

    /// - Parameter capabilities: with blanks between them.
    init(_ capabilities: String, _ script: String) {
        self.capabilities = capabilities.split(separator: " ").map(String.init)
        self.script = script
    }

    var compilation: Compilation {
        let names = capabilities.map { "\"\($0)\"" }.joined(separator: ", ")
        let require = capabilities.isEmpty ? "" : "require [\(names)]; "
        let compiler = SieveCompiler(
            limits: limits, enabledExtensions: Set(SieveExtension.all.map(\.capability)), library: library)
        return compiler.compile([UInt8]((require + script).utf8), name: "main")
    }

    /// `code`, with `warning` or the name of the script in front.
    var diagnostics: [String] {
        compilation.diagnostics.map { diagnostic in
            (diagnostic.script.map { $0 + ": " } ?? "")
                + (diagnostic.severity == .warning ? "warning " : "") + diagnostic.code.rawValue
        }
    }

    /// Nil for a script in error.
    var result: SieveResult? {
        guard let program = compilation.program else { return nil }
        let input = SieveInput(
            message: Message(SharedBytes([UInt8](message.utf8))), size: message.utf8.count,
            envelope: envelope)
        return ScriptSequence([program], limits: limits).run(on: input, host: host, tracing: tracing)
    }

    /// The actions as text, and the failure behind them.
    var outcome: [String] {
        guard let result else { return ["does not compile"] + diagnostics }
        return result.actions.map(\.summary) + (result.failure.map { ["failure \($0)"] } ?? [])
    }

    /// Whether a test is true; nil for a script in error.
    static func holds(
        _ capabilities: String, _ test: String, _ change: (inout ExtensionTrial) -> Void = { _ in }
    ) -> Bool? {
        var trial = ExtensionTrial(capabilities + " fileinto", "if \(test) { fileinto \"TRUE\"; }")
        change(&trial)
        guard let result = trial.result, result.failure == nil else { return nil }
        return result.actions.map(\.summary) == ["fileinto TRUE"]
    }
}
