import Maildir

/// Moves messages to the folders that a script says; each move stands for itself.
///
/// Nothing is ever removed: a message that the script would throw away or send elsewhere has no folder, and is not
/// moved.
struct Refiling {
    /// Whether folders are made also where the script does not ask for it.
    let creates: Bool

    func carryOut(_ move: ReplayReport.Move, in root: borrowing MailRoot, _ report: inout ReplayReport) {
        guard let name = move.target.name else {
            return report.addFailed(move, "no name of a mailbox")
        }
        do throws(MaildirError) {
            let source = try root.folder(move.place.mailbox)
            let target = try root.folder(name, creating: creates || move.target.creates)
            let warnings = try source.move(move.place.file, in: move.place.subdirectory, to: target)
            report.addMoved(move, warnings + target.warnings)
        } catch {
            report.addFailed(move, "\(error)")
        }
    }
}
