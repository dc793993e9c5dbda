import Foundation
import Testing

/// A run that faults are put into, with what has to hold afterwards.
struct Scenario: Sendable, CustomTestStringConvertible {
    enum Kind: Sendable { case delivery, sweep }

    let name: String
    let kind: Kind
    var script = World.keep
    var messages: [SampleMessage]
    /// Of the deliveries; `$ROOT` is the world's.
    var options: [String] = []
    /// Whole copies that there have to be in the end, as `message@mailbox`.
    var copies: [String: Int] = [:]
    /// Messages that sendmail has to have taken in the end.
    var sent: [String: Int] = [:]
    /// Mailboxes that are there already.
    var folders: [String] = []
    /// For a delivery whether the mailbox is full; for a sweep it was when the messages came.
    var isFull = false
    /// Entries are this many seconds old when the sweep begins.
    var age = 0.0
    var sweepOptions: [String] = []

    var testDescription: String { name }

    static let full = ["-o", "quota.limit=10K"]

    /// The site before the run that faults are put into.
    func prepare(_ root: String, _ inputs: [String]) throws -> World {
        let world = try World(root, script: script)
        if isFull { try world.fill() }
        for folder in folders { try world.makeFolder(folder) }
        guard kind == .sweep else { return world }
        for input in inputs {
            let here = options.map { $0.replacingOccurrences(of: "$ROOT", with: root) }
            let ended = try world.delivery(of: input, here + Self.full).run()
            guard ended.status == .exited(0) else {
                throw Unprepared(what: "\(ended.status) \(ended.errorText)")
            }
        }
        return world
    }

    /// The run that faults are put into.
    func run(_ world: World, _ inputs: [String]) throws -> Launch {
        switch kind {
        case .delivery:
            try world.delivery(of: inputs.first ?? "/dev/null", options + (isFull ? Self.full : []))
        case .sweep: try world.sweep(sweepOptions)
        }
    }

    struct Unprepared: Error, CustomStringConvertible {
        let what: String
        var description: String { "the messages were not deferred: \(what)" }
    }
}

extension Scenario {
    private static let small = SampleMessage(number: 1, size: 2000)
    private static let second = SampleMessage(number: 2, size: 3000)

    /// Faults are put into each call of these.
    static let all = [
        Scenario(
            name: "a plain delivery", kind: .delivery,
            script: """
                require ["fileinto"];
                if header :contains "list-id" "nowhere" { fileinto "Lists"; stop; }
                if address :is "from" "nobody@example.org" { discard; stop; }
                if header :contains "subject" "number" { fileinto "Work"; }

                """, messages: [small], copies: ["message 1@.Work": 1]),
        Scenario(
            name: "three copies", kind: .delivery,
            script: """
                require ["fileinto", "copy"];
                fileinto :copy "A"; fileinto :copy "B"; keep;

                """, messages: [small], copies: ["message 1@.A": 1, "message 1@.B": 1, "message 1@INBOX": 1]),
        Scenario(
            name: "a large message", kind: .delivery, messages: [SampleMessage(number: 3, size: 1 << 20)],
            options: ["-o", "delivery.memory=64K"], copies: ["message 3@INBOX": 1]),
        Scenario(
            name: "a deferral", kind: .delivery, messages: [small], copies: ["message 1@INBOX": 1],
            isFull: true),
        Scenario(
            name: "a deferral of a large message", kind: .delivery,
            messages: [SampleMessage(number: 3, size: 300_000)],
            options: ["-o", "delivery.memory=64K"], copies: ["message 3@INBOX": 1], isFull: true),
        Scenario(
            name: "a delivery with a flag, a quota and an existing folder", kind: .delivery,
            script: """
                require ["fileinto", "imap4flags"];
                addflag "\\\\Seen";
                fileinto "Work";

                """, messages: [small], options: ["-o", "quota.limit=1M"], copies: ["message 1@.Work": 1],
            folders: [".Work"]),
        Scenario(
            name: "two copies and a redirect", kind: .delivery,
            script: """
                require ["fileinto", "copy"];
                redirect :copy "other@example.com"; fileinto :copy "A"; keep;

                """, messages: [small], copies: ["message 1@.A": 1, "message 1@INBOX": 1],
            sent: ["message 1": 1]),
        Scenario(
            name: "a sweep", kind: .sweep, messages: [small, second],
            copies: ["message 1@INBOX": 1, "message 2@INBOX": 1],
            isFull: true),
        Scenario(
            name: "a sweep that makes three copies", kind: .sweep,
            script: """
                require ["fileinto", "copy"];
                fileinto :copy "A"; fileinto :copy "B"; keep;

                """, messages: [small], copies: ["message 1@.A": 1, "message 1@.B": 1, "message 1@INBOX": 1],
            isFull: true),
        Scenario(
            name: "a sweep that sends", kind: .sweep, script: "redirect \"other@example.com\";\n",
            messages: [small],
            options: ["-o", "transport.sendmail=$ROOT/busy"], sent: ["message 1": 1]),
        Scenario(
            name: "a sweep that bounces", kind: .sweep, messages: [small], sent: ["message 1": 1],
            isFull: true, age: 1.1,
            sweepOptions: full + ["-o", "retry.expire=1s"]),
        Scenario(
            name: "a redirect", kind: .delivery, script: "redirect \"other@example.com\";\n",
            messages: [small],
            sent: ["message 1": 1]),
        Scenario(
            name: "a redirect of a large message", kind: .delivery,
            script: "redirect \"other@example.com\";\n",
            messages: [SampleMessage(number: 4, size: 200_000)], sent: ["message 4": 1]),
    ]
}
