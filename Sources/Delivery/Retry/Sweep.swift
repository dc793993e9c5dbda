import MailLog
import Platform
package import Settings
package import Spool

/// Goes through what is due in one user's part of the spool, once.
package struct Sweep: ~Copyable {
    /// How many entries ended how.
    package struct Summary: Equatable, Sendable {
        package var delivered = 0
        package var rescheduled = 0
        package var bounced = 0
        package var held = 0
        package var damaged = 0
        package var failed = 0

        package init() {}

        /// Whether a person should look.
        package var hasProblems: Bool { damaged > 0 || failed > 0 || held > 0 }

        /// Counts a result by its word.
        package mutating func count(_ word: String) {
            switch word {
            case "delivered": delivered += 1
            case "rescheduled": rescheduled += 1
            case "bounced": bounced += 1
            case "held": held += 1
            case "damaged": damaged += 1
            case "failed": failed += 1
            default: break
            }
        }

        package mutating func add(_ other: Summary) {
            delivered += other.delivered
            rescheduled += other.rescheduled
            bounced += other.bounced
            held += other.held
            damaged += other.damaged
            failed += other.failed
        }

        /// One line.
        package var json: [UInt8] {
            var json = JSONWriter()
            json.object { json in
                json.member("summary") { json in
                    json.object { json in
                        json.member("delivered", delivered)
                        json.member("rescheduled", rescheduled)
                        json.member("bounced", bounced)
                        json.member("held", held)
                        json.member("damaged", damaged)
                        json.member("failed", failed)
                    }
                }
            }
            return json.bytes + [UInt8(ascii: "\n")]
        }
    }

    private let configuration: Configuration
    private let owner: UInt32
    private var log: DeliveryLog

    package init(configuration: Configuration, owner: UInt32) {
        self.configuration = configuration
        self.owner = owner
        log = DeliveryLog(configuration.log)
        // Before the process gives up the rights that a log file of root's may need.
        if Identity.current().isSuperuser { _ = log.open() }
    }

    /// Visits the entries named, or all that are due.
    ///
    /// - Parameters:
    ///   - identifiers: entries to be visited whether they are due or not; empty for those that are due.
    ///   - ignoringSchedule: visits everything in the queue.
    ///   - report: told of each entry, with how many there are.
    package consuming func run(
        identifiers: [String], ignoringSchedule: Bool,
        report: (EntryReference, EntryVisit.Result, _ position: Int, _ total: Int) -> Void
    ) throws(SpoolError) -> Summary {
        var summary = Summary()
        let spool: SpoolDirectory
        do throws(SpoolError) {
            spool = try SpoolAccess(configuration: configuration, owner: owner).open(creating: false)
        } catch {
            if error.kind == .absent { return summary }
            throw error
        }
        let (entries, failure) = try select(identifiers, ignoringSchedule, in: spool)
        let seconds = configuration.retry.sweepTime
        let deadline = Deadline(milliseconds: seconds > 0 ? seconds &* 1000 : .max)
        let visit = EntryVisit(configuration: configuration, courier: Courier(local: configuration))
        for (position, reference) in entries.enumerated() {
            guard !deadline.hasPassed else { break }
            let result = visit.visit(reference, in: spool, log: &log)
            summary.count(result.word)
            report(reference, result, position + 1, entries.count)
        }
        if let failure { throw failure }
        // What dead processes have left can wait.
        _ = try? spool.removeStaleDrafts(now: .now())
        return summary
    }

    /// What is to be visited, and why that may not be all.
    private func select(
        _ identifiers: [String], _ ignoringSchedule: Bool, in spool: borrowing SpoolDirectory
    ) throws(SpoolError) -> ([EntryReference], SpoolError?) {
        var selected: [EntryReference] = []
        if !identifiers.isEmpty {
            for id in identifiers {
                if let found = try spool.find(id), found.due != nil { selected.append(found) }
            }
        } else if ignoringSchedule {
            selected = try spool.entries().entries.filter { $0.due != nil }
        } else {
            let limit = configuration.retry.sweepEntries
            do throws(SpoolError) {
                try spool.forEachDue(now: .now(), limit: limit > 0 ? limit : .max) { reference in
                    selected.append(reference)
                    return true
                }
            } catch {
                return (selected, error)
            }
        }
        return (selected, nil)
    }
}

extension Sweep.Summary: CustomStringConvertible {
    /// `3 delivered, 1 rescheduled`
    package var description: String {
        let counts = [
            (delivered, "delivered"), (rescheduled, "rescheduled"), (bounced, "bounced"), (held, "held"),
            (damaged, "damaged"), (failed, "failed"),
        ]
        let words = counts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
        return words.isEmpty ? "nothing is due" : words.joined(separator: ", ")
    }
}
