import Foundation

/// A place for deliveries by `nobody` whose mail leaves: home, spool and log of its own, and the settings that both
/// programs are given.
///
/// What is to leave waits for ``sweep(_:)``, unless ``wakes`` is set.
struct ForwardingSite {
    let workplace: Workplace
    /// `section.key=value`, for all programs.
    var settings: [String] = []
    /// Whether `postmaster` starts `postmaster-retry` itself.
    var wakes = false

    var maildir: String { workplace["home/Maildir"] }

    init(in workplace: Workplace? = nil) throws {
        self.workplace = try workplace ?? Workplace()
        try self.workplace.makeDirectory("home", mode: 0o700, owner: .nobody)
        try self.workplace.makeDirectory("spool", mode: 0o1777)
        try self.workplace.write("", to: "log", mode: 0o666)
    }

    /// With a route for all that leaves.
    init(in workplace: Workplace? = nil, relay: String...) throws {
        try self.init(in: workplace)
        settings = ["transport.relay=\(relay.joined(separator: ","))"]
    }

    /// The options of both programs.
    func options() throws -> [String] {
        // Detached, it finds its program beside the one that starts it.
        _ = try workplace.program(.retry)
        let usual = [
            "spool.directory=\(workplace["spool"])", "log.target=file:\(workplace["log"])", "log.format=json",
            "transport.helo=client.test", "bounce.hostname=client.test", "transport.connect-timeout=10s",
            "transport.reply-timeout=30s", "retry.jitter=0",
        ]
        let waking = wakes ? [] : ["retry.program=/bin/true"]
        return (usual + waking + settings).flatMap { ["-o", $0] }
    }

    /// Has a message delivered by a script.
    func deliver(
        _ message: Data, script: String, sender: String = "alice@example.org",
        recipient: String = "reader@example.net", more: [String] = []
    ) throws -> Completed {
        let script = try workplace.write(script, to: "script.sieve")
        let words = ["--mail-dir", maildir, "--script", script, "-f", sender, "-r", recipient]
        return try run(
            try workplace.program(.postmaster), words + options() + more, input: message, user: .nobody)
    }

    /// Has a message redirected, and nothing else.
    func redirect(
        _ message: Data, to addresses: String..., sender: String = "alice@example.org",
        recipient: String = "reader@example.net", more: [String] = []
    ) throws {
        let script = addresses.map { "redirect \"\($0)\";\n" }.joined()
        let completed = try deliver(
            message, script: script, sender: sender, recipient: recipient, more: more)
        guard completed.code == 0 else { throw Obstacle("nothing was redirected: \(completed)") }
    }

    /// Tries all that waits, due or not. Gives what became of each entry.
    @discardableResult
    func sweep(_ words: [String] = ["--now"]) throws -> [String] {
        let completed = try run(
            try workplace.program(.retry), words + ["--json"] + options(), user: .nobody, seconds: 120)
        guard completed.code == 0 || completed.code == 1 else { throw Obstacle("no sweep: \(completed)") }
        return try Self.objects(completed.output).compactMap { $0["result"] as? String }
    }

    /// What waits.
    func queue() throws -> [[String: Any]] {
        let completed = try run(
            try workplace.program(.control), ["queue", "list", "--json"] + options(), user: .nobody)
        let object = try JSONSerialization.jsonObject(with: Data(completed.output.utf8))
        guard completed.code == 0, let entries = object as? [[String: Any]] else {
            throw Obstacle("the queue cannot be listed: \(completed)")
        }
        return entries
    }

    /// Why what waits does so, in words of the listing.
    func causes() throws -> [String] { try queue().compactMap { $0["cause"] as? String } }

    /// What the log says was done: the result of each action.
    func results() throws -> [String] {
        try Self.objects(workplace.read("log")).flatMap { record in
            (record["action"] as? [[String: Any]] ?? []).compactMap { $0["result"] as? String }
        }
    }

    var log: String { workplace.read("log") }

    /// For messages of tests: what waits, and the log.
    var story: String { "\((try? queue()) ?? [])\n\(log)" }

    private static func objects(_ lines: String) throws -> [[String: Any]] {
        try lines.split(separator: "\n").compactMap {
            try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
        }
    }
}
