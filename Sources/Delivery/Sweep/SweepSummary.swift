package import MailLog
package import MailTransport
package import Platform

/// What sweeps came to: how many entries ended how, in what time, and which destinations were down.
package struct SweepSummary: Equatable, Sendable {
    package var delivered = 0
    package var rescheduled = 0
    package var bounced = 0
    package var held = 0
    package var dropped = 0
    package var damaged = 0
    package var failed = 0
    /// How long it took.
    package var milliseconds = 0
    /// What was found down.
    package var suspended: [Suspension] = []
    /// Whether another process was at it, and so there was nothing to do.
    package var isElsewhere = false
    /// Whether it ended before all was visited: there was no more time, or it was to visit no more than that, or
    /// somebody asked it to.
    package var isCutShort = false

    package init() {}

    /// The results with their words, in the order in which they are shown.
    package var counts: [(word: String, number: Int)] {
        [
            ("delivered", delivered), ("rescheduled", rescheduled), ("bounced", bounced), ("held", held),
            ("dropped", dropped), ("damaged", damaged), ("failed", failed),
        ]
    }

    /// How many attempts were made.
    package var attempts: Int { counts.reduce(0) { $0 + $1.number } }

    /// Whether a person should look.
    package var hasProblems: Bool { damaged > 0 || failed > 0 || held > 0 }

    /// Counts a result by its word.
    package mutating func count(_ word: String, times: Int = 1) {
        switch word {
        case "delivered": delivered += times
        case "rescheduled": rescheduled += times
        case "bounced": bounced += times
        case "held": held += times
        case "dropped": dropped += times
        case "damaged": damaged += times
        case "failed": failed += times
        default: break
        }
    }

    /// Adds what another sweep counted. The time is not added: they may have run together.
    package mutating func add(_ other: SweepSummary) {
        for (word, number) in other.counts { count(word, times: number) }
        for suspension in other.suspended { suspend(suspension) }
        isCutShort = isCutShort || other.isCutShort
    }

    /// Takes note of a destination that is down, once.
    package mutating func suspend(_ suspension: Suspension) {
        if !suspended.contains(where: { $0.route == suspension.route }) { suspended.append(suspension) }
    }

    /// One line.
    package var json: [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("summary") { json in
                json.object { json in
                    for (word, number) in counts { json.member(word, number) }
                    json.member("duration-ms", milliseconds)
                    json.member("suspended") { json in
                        json.array { json in
                            for suspension in suspended {
                                json.object { json in
                                    json.member("route", suspension.route)
                                    json.member("reason", suspension.reason)
                                }
                            }
                        }
                    }
                }
            }
        }
        return json.bytes + [UInt8(ascii: "\n")]
    }

    /// What is written into the log.
    ///
    /// - Parameter scope: whose part of the spool it was.
    package func record(_ scope: String, now: WallTime = .now()) -> SweepRecord {
        var record = SweepRecord(time: now, scope: scope)
        record.counts = counts
        record.milliseconds = milliseconds
        record.suspended = suspended.map { "\($0.route): \($0.reason)" }
        record.hasProblems = hasProblems
        return record
    }
}

extension SweepSummary: CustomStringConvertible {
    /// `3 delivered, 1 rescheduled`
    package var description: String {
        let words = counts.filter { $0.number > 0 }.map { "\($0.number) \($0.word)" }
        guard words.isEmpty else { return words.joined(separator: ", ") }
        return isElsewhere ? "another sweep is at work" : "nothing is due"
    }
}
