import Delivery
import MailLog
import Platform
import Spool

/// All that is known of an entry, at length.
struct EntryDescription {
    let row: QueueRow
    let envelope: SpoolEnvelope
    let journal: [JournalRecord]
    let header: [UInt8]
    /// What is wrong with it; nil if nothing is known to be.
    let damage: SpoolError?

    private var steps: [EntryOutline.Step] { row.outline?.steps ?? [] }

    // MARK: For a person

    var text: String {
        var text = row.text(at: .now())
        if let damage { text += "    \("\(damage)".shown)\n" }
        text += "\nEnvelope\n"
        text += Self.line("created", QueueRow.time(envelope.created))
        for field in envelope.fields.fields { text += Self.line(field.name, Self.value(field)) }
        if let route = row.outline?.route { text += Self.line("route", route) }
        text += "\nTo do\n"
        for step in steps { text += Self.lines(of: step) }
        if !journal.isEmpty { text += "\nJournal\n" }
        for record in journal { text += Self.lines(of: record) }
        return text + "\nHeader\n" + Self.printable(header)
    }

    private static func line(_ name: String, _ value: String) -> String {
        "    \(name.shown): \(value.shown)\n"
    }

    /// `1 open  forward carol@example.com (main.sieve:12)`, and why not.
    private static func lines(of step: EntryOutline.Step) -> String {
        let origin = step.origin.isEmpty ? "" : " (\(step.origin.shown))"
        var text = "    \(step.number) \(step.state.rawValue)  \(step.shownWork)\(origin)\n"
        guard step.state != .done, let failure = step.failure else { return text }
        let facts = [failure.cause, failure.status, failure.peer].compactMap { $0?.shown }
        text += "        \((facts + [failure.reason.shown]).joined(separator: ", "))\n"
        if let reply = failure.reply { text += "        said: \(reply.shown)\n" }
        return text
    }

    /// The time, what happened to what, and the fields; those in whole sentences on lines of their own.
    private static func lines(of record: JournalRecord) -> String {
        var short = ""
        var long = ""
        for field in record.fields.fields {
            if field.name == "reason" || field.name == "reply" {
                long += "        \(field.name): \(value(field).shown)\n"
            } else {
                short += " \(field.name.shown)=\(value(field).shown)"
            }
        }
        let action = record.action.map { " \($0)" } ?? ""
        return "    \(QueueRow.time(record.time))  \(record.kind.shown)\(action)\(short)\n\(long)"
    }

    private static func value(_ field: SpoolFields.Field) -> String {
        String(decoding: field.value, as: UTF8.self)
    }

    private static func printable(_ bytes: [UInt8]) -> String {
        String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
            .map { line in
                line.split(separator: "\t", omittingEmptySubsequences: false).map { String($0).shown }
                    .joined(separator: "\t")
            }
            .joined(separator: "\n")
    }

    // MARK: For a program

    var json: [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("entry") { row.add(to: &$0) }
            json.member("envelope") { Self.add(envelope.fields, to: &$0) }
            json.member("actions") { json in
                json.array { json in
                    for action in envelope.actions { Self.add(action, to: &json) }
                }
            }
            json.member("steps") { json in
                json.array { json in
                    for step in steps { step.add(to: &json) }
                }
            }
            json.member("journal") { json in
                json.array { json in
                    for record in journal { Self.add(record, to: &json) }
                }
            }
            json.member("header") { $0.string(header.span) }
            json.member("damage", damage.map { "\($0)" })
        }
        return json.bytes + [UInt8(ascii: "\n")]
    }

    private static func add(_ record: JournalRecord, to json: inout JSONWriter) {
        json.object { json in
            json.member("time", record.time.seconds)
            json.member("action", record.action)
            json.member("kind", record.kind)
            json.member("fields") { add(record.fields, to: &$0) }
        }
    }

    private static func add(_ fields: SpoolFields, to json: inout JSONWriter) {
        json.array { json in
            for field in fields.fields {
                json.object { json in
                    json.member("name", field.name)
                    json.member("value") { $0.string(field.value.span) }
                }
            }
        }
    }
}
