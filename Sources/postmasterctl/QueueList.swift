import ArgumentParser
import Delivery
import MailLog
import MailMessage
import Platform
import Settings
import Spool

/// What a person wants to know of an entry.
struct QueueRow {
    let summary: EntrySummary
    let owner: UInt32

    var place: String {
        switch summary.reference.place {
        case .queue: "queue"
        case .hold: "hold"
        case .corrupt: "corrupt"
        }
    }

    var attempts: Int { summary.journal.count { $0.kind == "failed" } }

    /// Why it is still here: the last failure, else what put it here.
    var reason: String {
        summary.journal.last { $0.kind == "failed" }?.fields.first("reason")
            ?? summary.envelope.fields.first("reason") ?? ""
    }

    func field(_ name: String) -> String { summary.envelope.fields.first(name) ?? "" }

    var text: String {
        let due = summary.reference.due.map { " due \(Self.time($0))" } ?? ""
        return """
            \(summary.reference.id)  \(place)\(due)  \(summary.messageBytes) bytes  \(attempts) attempts  uid \(owner)
                from <\(field("sender"))> to <\(field("recipient"))>
                \(reason.isEmpty ? "to be sent" : reason)

            """
    }

    func add(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", summary.reference.id)
            json.member("owner", Int(owner))
            json.member("place", place)
            json.member("created", summary.envelope.created.seconds)
            json.member("due", summary.reference.due?.seconds)
            json.member("size", summary.messageBytes)
            json.member("attempts", attempts)
            json.member("sender", field("sender"))
            json.member("recipient", field("recipient"))
            json.member("user", field("user"))
            json.member("reason", reason)
        }
    }

    /// `2026-11-22 21:05:00 +0000`
    static func time(_ time: WallTime) -> String {
        MailDate.format(seconds: Int64(time.seconds), zoneOffset: 0)
    }
}

/// The parts of the spool that this process may look at.
struct SpoolParts {
    let configuration: Configuration

    func owners() throws -> [UInt32] {
        let current = Identity.current()
        guard current.isSuperuser else { return [current.user] }
        do {
            let (owners, problems) = try SpoolDirectory.owners(in: configuration.spool.directory)
            for problem in problems { Terminal.complain("\(problem)") }
            return owners
        } catch {
            if error.kind == .absent { return [] }
            throw error
        }
    }

    /// All entries; of those that cannot be read a complaint.
    func rows() throws -> [QueueRow] {
        var rows: [QueueRow] = []
        for owner in try owners() {
            guard let spool = try open(owner) else { continue }
            let (entries, strays) = try spool.entries()
            for stray in strays { Terminal.complain("\(stray): no spool entry") }
            for entry in entries {
                do {
                    if let summary = try spool.inspect(entry) {
                        rows.append(QueueRow(summary: summary, owner: owner))
                    }
                } catch {
                    Terminal.complain("\(entry.id): \(error)")
                }
            }
        }
        return rows
    }

    func open(_ owner: UInt32) throws -> SpoolDirectory? {
        do {
            return try SpoolDirectory(opening: configuration.spool.directory, owner: owner, creating: false)
        } catch {
            if error.kind == .absent { return nil }
            throw error
        }
    }

    /// Whose entry it is; nil if nobody has it.
    func owner(of id: String) throws -> UInt32? {
        for owner in try owners() {
            if let spool = try open(owner), try spool.find(id) != nil { return owner }
        }
        return nil
    }
}

struct QueueList: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "list", abstract: "List the entries.")
    }

    @OptionGroup var options: ConfigurationOptions

    @Flag(help: "A JSON array.")
    var json = false

    func run() throws {
        let rows = try SpoolParts(configuration: try options.configuration()).rows()
        guard json else {
            for row in rows { Terminal.show(row.text) }
            Terminal.show(
                rows.isEmpty
                    ? "the spool is empty\n" : rows.count == 1 ? "1 entry\n" : "\(rows.count) entries\n")
            return
        }
        var listing = JSONWriter()
        listing.array { listing in
            for row in rows { row.add(to: &listing) }
        }
        Terminal.show(String(decoding: listing.bytes, as: UTF8.self) + "\n")
    }
}
