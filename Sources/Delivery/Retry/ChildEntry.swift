import Platform
import Spool

/// An entry that another one has given rise to: a report, an answer, a message that rules have changed.
///
/// It is durable, and out of sight of a sweep, before the parent's journal names it; and it is put into the queue only
/// then. So a process that is killed in between leaves a child that the next visit of the parent publishes, or one
/// that the next attempt, which gives it the same name, writes anew: none is lost, and none is made twice.
struct ChildEntry: Equatable {
    let id: String
    let due: WallTime
}

extension ChildEntry {
    /// As the value of a `child` field.
    var text: String { "\(id) \(due.seconds)" }

    init?(text: String) {
        let words = text.split(separator: " ")
        guard words.count == 2, EntryIdentifier.isValid(String(words[0])), let seconds = Int(words[1]) else {
            return nil
        }
        self.init(id: String(words[0]), due: WallTime(seconds: seconds))
    }
}
extension ChildEntry {
    /// What is said of the parent alone.
    private static var notInherited: [String] {
        ["reason", "cause", "quarantined", "parent", SpooledWork.part]
    }

    /// Makes an entry's child durable, out of sight.
    ///
    /// - Parameters:
    ///   - label: tells the children of one parent apart, and is the same when an attempt is repeated.
    ///   - isPart: whether the tasks are a part of what the parent was to do.
    static func prepare(
        _ label: String, of parent: SpoolEnvelope, doing tasks: [SpooledWork.Task], head: [UInt8],
        body: SharedBytes, isPart: Bool = false, in spool: borrowing SpoolDirectory
    ) throws(SpoolError) -> ChildEntry {
        let now = WallTime.now()
        let child = ChildEntry(id: EntryIdentifier.derived(from: parent.id, label: label), due: now)
        var fields = SpoolFields(parent.fields.fields.filter { !notInherited.contains($0.name) })
        fields.append("parent", parent.id)
        if isPart { fields.append(SpooledWork.part, "yes") }
        let envelope = SpoolEnvelope(
            id: child.id, created: now, fields: fields, actions: tasks.map(SpooledWork.fields))
        try spool.prepare(envelope, head: head, body: body.span)
        return child
    }

    /// Puts children that a journal names into the queue, where they are not there already.
    ///
    /// - Returns: those that were not.
    static func publish(
        _ children: [ChildEntry], in spool: borrowing SpoolDirectory
    ) throws(SpoolError) -> [EntryReference] {
        var published: [EntryReference] = []
        for child in children {
            if let reference = try spool.publish(child.id, due: child.due) { published.append(reference) }
        }
        return published
    }
}
