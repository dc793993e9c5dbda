import ArgumentParser
import Delivery
import Diagnosis
import MailLog
import Platform
import Settings

struct ExplainCommand: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "explain", abstract: "Show why a message goes, or went, where it does.",
            discussion: """
                Runs the scripts of the user and the site, or those that are given, on a message, and shows what each \
                test looked at. Nothing is delivered, sent or remembered.
                """)
    }

    @OptionGroup var options: ConfigurationOptions

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp(
            "A script in place of the configured ones. May be given more than once.", valueName: "file"))
    var script: [String] = []

    @Option(help: ArgumentHelp("Sender of the envelope.", valueName: "address"))
    var sender: String?

    @Option(help: ArgumentHelp("Recipient of the envelope.", valueName: "address"))
    var recipient: String?

    @Option(help: ArgumentHelp("Whose mail it is.", valueName: "name"))
    var user: String?

    @Option(help: ArgumentHelp("The Maildir of a delivery with this option.", valueName: "directory"))
    var mailDir: String?

    @Option(help: ArgumentHelp("A delivery in the log, by its message.", valueName: "id"))
    var messageID: String?

    @Option(help: ArgumentHelp("A delivery in the log, or an entry of the spool.", valueName: "id"))
    var id: String?

    @Flag(help: "Leave the scanners of the site alone.")
    var noChecks = false

    @Flag(help: "A page of HTML.")
    var html = false

    @Flag(help: "A JSON object.")
    var json = false

    @Argument(help: ArgumentHelp("The message; standard input, if there is none.", valueName: "message"))
    var message: String?

    func validate() throws {
        if html, json { throw ValidationError("--html and --json contradict each other") }
        if [message, messageID, id].count(where: { $0 != nil }) > 1 {
            throw ValidationError("a message is named by its file, by --message-id or by --id")
        }
    }

    func run() throws {
        let configuration = try options.configuration()
        let past = try pastDelivery(configuration)
        let rehearsal: Rehearsal
        do throws(RehearsalFailure) {
            rehearsal = try Rehearsal(
                request(past?.record, past?.entry), scripts: script, configuration: configuration)
        } catch {
            throw Self.failure("\(error)")
        }
        // A file that was named is read with the rights of whoever names it.
        let given = past == nil ? try Self.read(message ?? "-") : nil
        do throws(RehearsalFailure) {
            try rehearsal.becomeUser()
        } catch {
            throw Self.failure("\(error)")
        }
        let octets: SharedBytes
        if let given {
            octets = given
        } else if let found = past?.entry?.message {
            octets = found
        } else if let record = past?.record,
            let stored = StoredCopy.find(record, rehearsal, configuration.mail)
        {
            octets = stored
        } else {
            show(recorded: past?.record)
            throw Self.failure("the message is no longer where it was stored")
        }
        var explanation = Explanation(
            rehearsal.run(octets, asksChecks: !noChecks), user: rehearsal.userName,
            separator: configuration.mail.separator)
        if let record = past?.record { explanation.add(record, others: past?.others ?? []) }
        show(explanation)
    }

    static func failure(_ text: String) -> ExitCode {
        Terminal.complain(text)
        return ExitCode(1)
    }

    private func request(_ record: LoggedDelivery?, _ entry: SpooledCopy?) -> DeliveryRequest {
        var request = DeliveryRequest()
        request.mailDirectory = mailDir
        request.user = user ?? (mailDir == nil ? record?["user"] ?? entry?.user : nil)
        request.sender = sender ?? record?["from"] ?? entry?.sender
        request.recipient = recipient ?? record?["to"] ?? entry?.recipient
        request.originalRecipient = record?["original-to"]
        if mailDir != nil, script.isEmpty { request.script = nil }
        return request
    }

    private static func read(_ path: String) throws -> SharedBytes {
        var found: SharedBytes?
        do throws(SystemError) {
            let source = try MessageSource(path)
            guard source.mailRoot == nil else {
                throw SystemError(call: "read", path: path, code: ErrorCode.isDirectory)
            }
            try source.forEach { _, octets in
                found = octets
            } unreadable: { _ in
            }
        } catch {
            throw failure("\(error)")
        }
        return found ?? SharedBytes([])
    }

    // MARK: Past deliveries

    private struct Past {
        var record: LoggedDelivery?
        /// Older ones with the same key.
        var others: [LoggedDelivery] = []
        var entry: SpooledCopy?
    }

    private func pastDelivery(_ configuration: Configuration) throws -> Past? {
        let key: LogSearch.Key
        switch (messageID, id) {
        case (let text?, _): key = .messageID(text)
        case (nil, let text?): key = .id(text)
        case (nil, nil): return nil
        }
        var past = Past()
        if let id { past.entry = try SpooledCopy.find(id, SpoolParts(configuration: configuration)) }
        guard case .file(let path) = configuration.log.target else {
            if past.entry != nil { return past }
            throw Self.failure(
                "only a log file can be searched: log.target is not file:PATH (the journal has its own tools)"
            )
        }
        do throws(SystemError) {
            let found = try LogSearch(path: path).find(key)
            // The delivery itself, before what a later sweep says of the same entry.
            past.record = found.last { !$0.actions.isEmpty } ?? found.first
            if messageID != nil { past.record = found.first { !$0.actions.isEmpty } ?? found.first }
            past.others = found.filter { $0 != past.record }
        } catch {
            if past.entry == nil { throw Self.failure("log: \(error)") }
        }
        guard past.record != nil || past.entry != nil else {
            throw Self.failure("no delivery of \(messageID ?? id ?? "") is in \(path) or \(path).1")
        }
        return past
    }

    // MARK: Output

    private func show(recorded record: LoggedDelivery?) {
        guard let record, !html, !json else { return }
        for field in record.shown { Terminal.show("\(field.name): \(field.value)\n") }
    }

    private func show(_ explanation: Explanation) {
        if json {
            StandardStream.write(JSONRendering.json(explanation) + [0x0A], to: 1)
        } else if html {
            Terminal.show(HTMLRendering.html(explanation))
        } else {
            Terminal.show(TextRendering(isColoured: Terminal.isColoured).text(explanation))
        }
    }
}

extension Terminal {
    /// Whether standard output is a terminal whose reader wants colours (no-color.org).
    static var isColoured: Bool {
        let refuses = Environment.value("NO_COLOR").map { !$0.isEmpty } ?? false
        return Host.isTerminal(1) && !refuses && Environment.value("TERM") != "dumb"
    }
}
