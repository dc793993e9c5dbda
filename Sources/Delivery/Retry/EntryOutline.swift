package import Platform
package import Spool

/// What of an entry is done and what is left, for people. It tells what it can, also of an entry that asks for what
/// this version does not understand; what is done next is decided by ``Progress``.
package struct EntryOutline: Equatable, Sendable {
    /// Something that the entry asks for, by its number.
    package struct Step: Equatable, Sendable {
        package enum State: String, Equatable, Sendable {
            case open, done
            /// It will never be done; the sender is to be told.
            case refused
            /// It was given up, and somebody was told.
            case reported
        }

        package let number: Int
        /// `deliver`, `store`, `forward`; for what is sent of our own accord, what it is: `reply`.
        package let word: String
        /// A mailbox, an address or a program; may be empty.
        package let target: String
        /// Who asked for it: `main.sieve:12`; empty for nobody.
        package let origin: String
        package var state = State.open
        /// Why it failed last, or was refused.
        package var failure: Failure?
    }

    /// A failed attempt.
    package struct Failure: Equatable, Sendable {
        package let time: WallTime
        package let reason: String
        /// ``DelayCause``; nil in records of former versions.
        package let cause: String?
        package let status: String?
        package let domain: String?
        package let peer: String?
        /// What the peer said.
        package let reply: String?

        init(_ record: JournalRecord) {
            time = record.time
            reason = record.fields.first("reason") ?? ""
            cause = record.fields.first("cause")
            status = record.fields.first("status")
            domain = record.fields.first("domain")
            peer = record.fields.first("peer")
            reply = record.fields.first("reply")
        }
    }

    package private(set) var steps: [Step] = []
    /// How many attempts have failed.
    package private(set) var attempts = 0
    package private(set) var lastFailure: Failure?
    /// The route that a person has chosen for what leaves.
    package private(set) var route: String?
    /// Of what put it into the spool.
    private var initialCause: String?

    package init(_ envelope: SpoolEnvelope, _ journal: [JournalRecord]) {
        for action in envelope.actions { add(action) }
        // Planned steps count only once `expanded` says that all of them are there.
        var planned: [SpoolFields] = []
        for record in journal {
            switch record.kind {
            case "planning": planned = []
            case "planned": planned.append(record.fields)
            case "expanded":
                planned.forEach { add($0) }
                planned = []
                set(.done, record.action)
            case "done": set(.done, record.action)
            case "refused":
                set(.refused, record.action)
                change(record.action) { $0.failure = Failure(record) }
            case "reopened":
                for index in steps.indices where steps[index].state == .refused { steps[index].state = .open }
            case "reported":
                for action in record.fields.all("action") { set(.reported, Int(action)) }
            case "bounced":
                for index in steps.indices where steps[index].state != .done {
                    steps[index].state = .reported
                }
            case "failed": note(record)
            case "routed": route = record.fields.first("route")
            default: break
            }
        }
        initialCause = envelope.fields.first("cause")
    }

    /// The word of why it is still there: of the last failure, else of what put it into the spool; `unknown` where an
    /// entry of a former version does not say, `none` where nothing was tried yet.
    package var cause: String {
        guard let last = lastFailure ?? steps.lazy.compactMap(\.failure).last else {
            return initialCause ?? "none"
        }
        return last.cause ?? "unknown"
    }

    package var open: [Step] { steps.filter { $0.state == .open } }

    /// Whether something of it is to leave this machine, or may turn out to be.
    package var leaves: Bool {
        steps.contains {
            ($0.state == .open || $0.state == .refused) && $0.word != "store" && $0.word != "pipe"
                && $0.word != "discard"
        }
    }

    private mutating func add(_ fields: SpoolFields) {
        let script = fields.first("rule") ?? ""
        let line = fields.first("line") ?? ""
        let word = fields.first("do") ?? ""
        steps.append(
            Step(
                number: steps.count, word: word == "send" ? fields.first("purpose") ?? word : word,
                target: fields.first("to") ?? fields.first("program")
                    ?? fields.all("level").joined(separator: "/"),
                origin: line.isEmpty ? script : "\(script):\(line)"))
    }

    /// A failure that names no step is that of all that were open.
    private mutating func note(_ record: JournalRecord) {
        let failure = Failure(record)
        attempts += 1
        lastFailure = failure
        for index in steps.indices where record.action == nil || record.action == index {
            if steps[index].state == .open { steps[index].failure = failure }
        }
    }

    private mutating func set(_ state: Step.State, _ index: Int?) {
        change(index) { $0.state = state }
    }

    private mutating func change(_ index: Int?, _ change: (inout Step) -> Void) {
        if let index, steps.indices.contains(index) { change(&steps[index]) }
    }
}
