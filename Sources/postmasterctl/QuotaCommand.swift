import ArgumentParser
import Delivery
import MailLog
import MailMessage
import Platform
import Settings

struct QuotaCommand: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "quota", abstract: "How full mailboxes are.",
            subcommands: [QuotaShow.self, QuotaRecalculate.self, QuotaServe.self])
    }
}

/// The users whom a command is about.
struct QuotaUsers: ParsableArguments {
    @Argument(help: ArgumentHelp("Users; oneself without any.", valueName: "user"))
    var names: [String] = []

    var all: [String?] { names.isEmpty ? [nil] : names }
}

struct QuotaShow: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "show", abstract: "What users may keep, and have.",
            discussion: "Messages are added up; nothing is changed. Root sees everybody's, others their own.")
    }

    @OptionGroup var options: ConfigurationOptions
    @OptionGroup var users: QuotaUsers

    @Flag(help: "A JSON array, with a user on each line.")
    var json = false

    func run() throws {
        let configuration = try options.configuration()
        var listing = QuotaListing(isJSON: json)
        for user in users.all {
            do throws(QuotaInquiryFailure) {
                listing.show(try QuotaInquiry(configuration, user: user).report())
            } catch {
                listing.complain(error, of: user)
            }
        }
        try listing.finish()
    }
}

struct QuotaRecalculate: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "recalculate", abstract: "Add up what users have, and write it to their maildirsize."
        )
    }

    @OptionGroup var options: ConfigurationOptions
    @OptionGroup var users: QuotaUsers

    @Flag(help: "A JSON array, with a user on each line.")
    var json = false

    func run() throws {
        let configuration = try options.configuration()
        var listing = QuotaListing(isJSON: json)
        let showsProgress = Host.isTerminal(2) && users.all.count > 1
        for (number, user) in users.all.enumerated() {
            if showsProgress {
                StandardStream.write(Array("\r\(number + 1) of \(users.all.count)".utf8), to: 2)
            }
            do throws(QuotaInquiryFailure) {
                let change = try QuotaInquiry(configuration, user: user).recalculate()
                listing.show(change.after, before: change.before)
            } catch {
                listing.complain(error, of: user)
            }
        }
        if showsProgress { StandardStream.write(Array("\r\u{1B}[K".utf8), to: 2) }
        try listing.finish()
    }
}

/// What is known of users, on its way out.
struct QuotaListing {
    private let isJSON: Bool
    private var shown = 0
    private var failures = 0
    private var unknown = 0

    init(isJSON: Bool) { self.isJSON = isJSON }

    mutating func show(_ report: QuotaReport) {
        show(isJSON ? report.json { _ in } : Array(report.text.utf8))
    }

    mutating func show(_ report: QuotaReport, before: QuotaReport.Amount?) {
        show(
            isJSON
                ? report.json { $0.member("before", before) } : Array(report.text(changedFrom: before).utf8))
    }

    private mutating func show(_ bytes: [UInt8]) {
        let start = isJSON ? (shown == 0 ? "[" : ",\n") : ""
        StandardStream.write(Array(start.utf8) + bytes, to: 1)
        shown += 1
    }

    mutating func complain(_ failure: QuotaInquiryFailure, of user: String?) {
        Terminal.complain((user.map { "\($0): " } ?? "").shown + failure.description.shown)
        if failure.isUnknownUser { unknown += 1 } else { failures += 1 }
    }

    func finish() throws {
        if isJSON { Terminal.show(shown == 0 ? "[]\n" : "]\n") }
        if failures > 0 { throw ExitCode(75) }
        if unknown > 0 { throw ExitCode(67) }
    }
}

// MARK: For a person

extension QuotaReport {
    /// A line of the whole, then one of each mailbox.
    var text: String {
        var text = "\(user.shown): \(usage.text(of: limit))"
        if limit != nil { text += ", \(percent)% full" }
        if let source { text += " (limit of \(source == "user" ? "the user database" : source))" }
        text += "\n"
        if let recorded, recorded != usage {
            text += "    maildirsize is wrong: it says \(recorded.text(of: nil))\n"
        }
        if let fullSince {
            text +=
                "    mail has not fitted since \(MailDate.format(seconds: Int64(fullSince), zoneOffset: 0))\n"
        }
        if warned > 0 { text += "    told at \(warned)%\n" }
        for folder in folders { text += folder.text }
        return text
    }

    func text(changedFrom before: Amount?) -> String {
        let then = before.map { $0.text(of: nil) } ?? "not known"
        let change = before == usage ? "as before" : "before: \(then)"
        return "\(user.shown): \(usage.text(of: limit)), \(change)\n"
    }
}

extension QuotaReport.Amount {
    /// `1.2G of 2.0G, 12 of 1000 messages`
    func text(of limit: QuotaReport.Amount?) -> String {
        var text = bytes.shownSize
        if let limit, limit.bytes > 0 { text += " of \(limit.bytes.shownSize)" }
        text += ", \(messages)"
        if let limit, limit.messages > 0 { text += " of \(limit.messages)" }
        return text + " messages"
    }
}

extension QuotaReport.Folder {
    fileprivate var text: String {
        var text = "    \(name.shown): \(usage.text(of: limit))"
        if !counts { text += ", not counted" }
        if let allowance {
            if allowance.bytes > 0 { text += ", \(allowance.bytes.shownSize) more than the limit" }
            if allowance.messages > 0 { text += ", \(allowance.messages) messages more than the limit" }
        }
        return text + "\n"
    }
}

// MARK: For a program

extension QuotaReport {
    /// One object, on one line.
    func json(_ more: (inout JSONWriter) -> Void) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("user", user)
            json.member("mail_root", mailRoot)
            json.member("source", source)
            json.member("limit", limit)
            json.member("usage", usage)
            json.member("percent", limit == nil ? nil : percent)
            json.member("recorded", recorded)
            json.member("exact", isExact)
            json.member("full_since", fullSince)
            json.member("warned_at_percent", warned == 0 ? nil : warned)
            json.member("folders") { json in
                json.array { json in
                    for folder in folders {
                        json.object { json in
                            json.member("name", folder.name)
                            json.member("usage", folder.usage)
                            json.member("counted", folder.counts)
                            json.member("limit", folder.limit)
                            json.member("allowance", folder.allowance)
                        }
                    }
                }
            }
            more(&json)
        }
        return json.bytes
    }
}

extension JSONWriter {
    /// `{"bytes":…,"messages":…}`, or null.
    fileprivate mutating func member(_ name: String, _ amount: QuotaReport.Amount?) {
        member(name) { json in
            guard let amount else { return json.null() }
            json.object { json in
                json.member("bytes", amount.bytes)
                json.member("messages", amount.messages)
            }
        }
    }
}
