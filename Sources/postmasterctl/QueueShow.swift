import ArgumentParser
import Delivery
import MailLog
import Platform
import Spool

struct QueueShow: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "show",
            abstract: "Show an entry: envelope, what is to be done, what happened, header.")
    }

    @OptionGroup var options: ConfigurationOptions

    @Flag(help: "A JSON object.")
    var json = false

    @Argument(help: ArgumentHelp("The entry.", valueName: "entry-id"))
    var entry: String

    private static var mostHeader: Int { 1 << 16 }

    func run() throws {
        let parts = SpoolParts(configuration: try options.configuration())
        guard let owner = try parts.owner(of: entry), let spool = try parts.open(owner),
            let reference = try spool.find(entry), let summary = try spool.inspect(reference)
        else {
            Terminal.complain("there is no entry \(entry)")
            throw ExitCode(1)
        }
        let row = QueueRow(summary: summary, owner: owner)
        let header = try header(reference, in: spool)
        Terminal.show(json ? Self.json(row, header) : Self.text(row, header))
    }

    /// The message's header; empty while another process is at work on the entry.
    private func header(_ reference: EntryReference, in spool: borrowing SpoolDirectory) throws -> [UInt8] {
        guard let opened = try spool.open(reference) else { return [] }
        let message = try opened.message()
        let start = message.array(0..<Self.mostHeader)
        for index in start.indices where start[index] == UInt8(ascii: "\n") {
            let rest = start[(index + 1)...]
            if rest.starts(with: [UInt8(ascii: "\n")]) || rest.starts(with: Array("\r\n".utf8)) {
                return Array(start[...index])
            }
        }
        return start
    }

    private static func text(_ row: QueueRow, _ header: [UInt8]) -> String {
        var text = row.text
        text += "    created \(QueueRow.time(row.summary.envelope.created))\n"
        for field in row.summary.envelope.fields.fields { text += "    \(line(field))\n" }
        for (index, action) in row.summary.envelope.actions.enumerated() {
            text += "    action \(index): \(action.fields.map(line).joined(separator: ", "))\n"
        }
        for record in row.summary.journal {
            let what = record.action.map { " action \($0)" } ?? ""
            let fields = record.fields.fields.map { " " + line($0) }.joined()
            text += "    \(QueueRow.time(record.time)) \(record.kind)\(what)\(fields)\n"
        }
        return text + "\n" + printable(header)
    }

    private static func line(_ field: SpoolFields.Field) -> String {
        "\(field.name)=\(String(decoding: field.value, as: UTF8.self))"
    }

    /// Nothing in a message may command a terminal.
    private static func printable(_ bytes: [UInt8]) -> String {
        String(
            decoding: bytes.map {
                $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\t") || ($0 >= 0x20 && $0 != 0x7F)
                    ? $0 : UInt8(ascii: "?")
            },
            as: UTF8.self)
    }

    private static func json(_ row: QueueRow, _ header: [UInt8]) -> String {
        var json = JSONWriter()
        json.object { json in
            json.member("entry") { row.add(to: &$0) }
            json.member("envelope") { add(row.summary.envelope.fields, to: &$0) }
            json.member("actions") { json in
                json.array { json in
                    for action in row.summary.envelope.actions { add(action, to: &json) }
                }
            }
            json.member("journal") { json in
                json.array { json in
                    for record in row.summary.journal {
                        json.object { json in
                            json.member("time", record.time.seconds)
                            json.member("action", record.action)
                            json.member("kind", record.kind)
                            json.member("fields") { add(record.fields, to: &$0) }
                        }
                    }
                }
            }
            json.member("header") { $0.string(header.span) }
        }
        return String(decoding: json.bytes, as: UTF8.self) + "\n"
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
