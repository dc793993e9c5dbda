import ArgumentParser
import Delivery
import MailMessage
import Maildir
import Platform
import Settings
import Sieve

struct ReplayCommand: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "replay", abstract: "Show what another script would do with the mail of a Maildir.",
            discussion: """
                Both scripts are run on every message, and those are listed for which they differ. Nothing is sent or \
                removed; with --apply, messages are moved to the folder that the new script says.
                """)
    }

    @OptionGroup var options: ConfigurationOptions

    @Flag(help: "A JSON object on each line.")
    var json = false

    @Flag(help: "Move messages for which the scripts differ only in the folder.")
    var apply = false

    @Option(help: ArgumentHelp("Stop after so many messages.", valueName: "number"))
    var limit: Int?

    @Argument(help: ArgumentHelp("The script as it was.", valueName: "old"))
    var old: String

    @Argument(help: ArgumentHelp("The script as it is to be.", valueName: "new"))
    var new: String

    @Argument(help: ArgumentHelp("The Maildir, with all its folders.", valueName: "maildir"))
    var maildir: String

    func run() throws {
        let configuration = try options.configuration()
        guard let oldProgram = try SieveCommand.program(old, configuration.sieve),
            let newProgram = try SieveCommand.program(new, configuration.sieve)
        else { throw ExitCode(1) }
        let root: MailRoot
        do throws(MaildirError) {
            root = try MailRoot(opening: maildir, layout: MailboxLayout(configuration.mail), creating: false)
        } catch {
            throw ExplainCommand.failure("\(error)")
        }
        let trial = ReplayTrial(
            old: oldProgram, new: newProgram, mailRoot: maildir, configuration: configuration)
        var report = ReplayReport(isJSON: json)
        var walk = ReplayWalk(limit: limit ?? .max)
        do throws(MaildirError) {
            try walk.forEachMessage(in: root) { place, octets in
                report.add(place, trial.compare(octets, at: place), remembering: apply)
            } unreadable: { path, problem in
                report.addUnreadable(path, problem)
            }
        } catch {
            report.finish()
            throw ExplainCommand.failure("\(error)")
        }
        if apply {
            let refiling = Refiling(creates: configuration.mail.autocreate)
            for row in report.moves { refiling.carryOut(row, in: root, &report) }
        }
        report.finish()
        if report.hasFailures { throw ExitCode(1) }
    }
}

/// Where a message is.
struct MessagePlace {
    let mailbox: MailboxName
    let subdirectory: Folder.Subdirectory
    let file: String
}

/// All messages of a mail root, each read once; the names of one folder at a time are held in memory.
struct ReplayWalk {
    private var left: Int
    private static let mostOctets = 256 << 20

    init(limit: Int) { left = max(limit, 0) }

    mutating func forEachMessage(
        in root: borrowing MailRoot, _ body: (MessagePlace, SharedBytes) -> Void,
        unreadable: (String, String) -> Void
    ) throws(MaildirError) {
        for mailbox in try root.mailboxes() {
            let folder = try root.folder(mailbox)
            for subdirectory in [Folder.Subdirectory.new, .cur] {
                for file in try folder.messages(in: subdirectory) {
                    guard left > 0 else { return }
                    left -= 1
                    do {
                        let descriptor = try folder.open(file, in: subdirectory)
                        let octets = try descriptor.readAll(
                            limit: Self.mostOctets, expecting: try descriptor.status(path: file).size,
                            path: file)
                        body(
                            MessagePlace(mailbox: mailbox, subdirectory: subdirectory, file: file),
                            SharedBytes(octets))
                    } catch {
                        // Somebody may have moved it meanwhile.
                        unreadable("\(mailbox.text)/\(file)", "\(error)")
                    }
                }
            }
        }
    }
}

/// Both scripts, and how a message fares with each.
struct ReplayTrial {
    private let old: ScriptSequence
    private let new: ScriptSequence
    private let host: TrialHost
    private let configuration: Configuration

    init(old: Program, new: Program, mailRoot: String, configuration: Configuration) {
        var limits = SieveLimits()
        limits.actions = configuration.sieve.maxActions
        limits.redirects = configuration.sieve.maxRedirects
        limits.steps = configuration.sieve.maxSteps
        self.old = ScriptSequence([old], limits: limits)
        self.new = ScriptSequence([new], limits: limits)
        self.configuration = configuration
        host = TrialHost(mailRoot: mailRoot, configuration.mail)
    }

    func compare(_ octets: SharedBytes, at place: MessagePlace) -> ReplayComparison {
        let message = Message(octets)
        let envelope = SieveEnvelope(
            sender: message.firstPath(in: "return-path") ?? "",
            recipient: message.firstPath(in: "delivered-to") ?? message.firstPath(in: "x-original-to") ?? "")
        let input = SieveInput(
            message: message, size: message.transferSize, envelope: envelope,
            subaddressDelimiters: configuration.users.subaddressDelimiters)
        let separator = configuration.mail.separator
        return ReplayComparison(
            message, old: ReplayOutcome(old.run(on: input, host: host), separator),
            new: ReplayOutcome(new.run(on: input, host: host), separator))
    }
}
