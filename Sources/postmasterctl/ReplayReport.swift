import MailLog
import Maildir
import Platform

/// The table of what would be done otherwise, a row as soon as it is known, with the counts at its end.
struct ReplayReport {
    /// A message that is to be moved.
    struct Move {
        let place: MessagePlace
        let target: ReplayOutcome.Store
    }

    private let isJSON: Bool
    private let showsProgress = Host.isTerminal(2)
    private var messages = 0
    private var differing = 0
    private var failures = 0
    private var moved = 0
    private var changes: [String: Int] = [:]
    private(set) var moves: [Move] = []

    /// Changes that are counted each for itself.
    private static let mostChanges = 10_000

    init(isJSON: Bool) { self.isJSON = isJSON }

    var hasFailures: Bool { failures > 0 }

    mutating func add(_ place: MessagePlace, _ comparison: ReplayComparison, remembering: Bool) {
        messages += 1
        if showsProgress, messages % 256 == 0 { progress() }
        guard comparison.differs else { return }
        differing += 1
        let change = "\(comparison.old.text) -> \(comparison.new.text)"
        if changes[change] != nil || changes.count < Self.mostChanges { changes[change, default: 0] += 1 }
        if remembering, let target = comparison.newFolder, target.name != place.mailbox {
            moves.append(Move(place: place, target: target))
        }
        clearProgress()
        if isJSON { writeJSON(place, comparison) } else { writeText(place, comparison) }
    }

    private func writeText(_ place: MessagePlace, _ comparison: ReplayComparison) {
        Terminal.show(
            "\(comparison.date.shown)  \(comparison.from.shown)  \(comparison.subject.shown)  "
                + "[\(place.mailbox.text.shown)]\n    \(comparison.old.text.shown) -> \(comparison.new.text.shown)\n"
        )
    }

    private func writeJSON(_ place: MessagePlace, _ comparison: ReplayComparison) {
        write { json in
            json.member("message", place.file)
            json.member("folder", place.mailbox.text)
            json.member("date", comparison.date)
            json.member("from", comparison.from)
            json.member("subject", comparison.subject)
            json.member("old", comparison.old.text)
            json.member("new", comparison.new.text)
        }
    }

    mutating func addUnreadable(_ path: String, _ problem: String) {
        failures += 1
        clearProgress()
        Terminal.complain("\(path.shown): \(problem.shown)")
    }

    // MARK: Moves

    mutating func addMoved(_ move: Move, _ warnings: [MaildirWarning]) {
        moved += 1
        for warning in warnings { Terminal.complain("\(warning)") }
        tell(move, failure: nil)
    }

    mutating func addFailed(_ move: Move, _ reason: String) {
        failures += 1
        tell(move, failure: reason)
    }

    private func tell(_ move: Move, failure: String?) {
        if isJSON {
            write { json in
                json.member("moved", move.place.file)
                json.member("from_folder", move.place.mailbox.text)
                json.member("to_folder", move.target.mailbox)
                json.member("failure", failure)
            }
        } else if let failure {
            Terminal.complain(
                "\(move.place.file.shown): not moved to \(move.target.mailbox.shown): \(failure.shown)")
        } else {
            Terminal.show(
                "moved \(move.place.file.shown): \(move.place.mailbox.text.shown) -> \(move.target.mailbox.shown)\n"
            )
        }
    }

    // MARK: The end

    func finish() {
        clearProgress()
        let sorted = changes.sorted { $0.value == $1.value ? $0.key < $1.key : $0.value > $1.value }
        guard !isJSON else {
            return write { json in
                json.member("messages", messages)
                json.member("different", differing)
                json.member("moved", moved)
                json.member("failures", failures)
                json.member("changes") { json in
                    json.object { json in
                        for (change, count) in sorted { json.member(change, count) }
                    }
                }
            }
        }
        var text = "\(messages) messages, \(differing) different"
        if moved > 0 { text += ", \(moved) moved" }
        if failures > 0 { text += ", \(failures) failed" }
        text += "\n"
        for (change, count) in sorted { text += "\(count)\t\(change.shown)\n" }
        Terminal.show(text)
    }

    private func write(_ members: (inout JSONWriter) -> Void) {
        var json = JSONWriter()
        json.object(members)
        StandardStream.write(json.bytes + [0x0A], to: 1)
    }

    private func progress() {
        StandardStream.write(Array("\r\(messages) messages, \(differing) different".utf8), to: 2)
    }

    private func clearProgress() {
        if showsProgress { StandardStream.write(Array("\r\u{1B}[K".utf8), to: 2) }
    }
}
