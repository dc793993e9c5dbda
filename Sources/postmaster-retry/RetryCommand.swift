import ArgumentParser
import Delivery
import MailTransport
import Platform
import Settings
import Spool

/// postmaster-retry(8): drains the spool. Started from cron, by a delivery that leaves something to be sent, or by
/// hand.
@main
struct RetryCommand: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "postmaster-retry",
            abstract: "Try again what could not be delivered.",
            discussion: """
                Visits the spool entries that are due: delivers, sends, reschedules, and after the last try \
                returns the message to its sender. Started by root it does so for every user, as that user.
                """,
            version: Version.text)
    }

    @Option(name: .customShort("c"), help: ArgumentHelp("Configuration file.", valueName: "file"))
    var configurationFile: String?

    @Option(
        name: .customShort("o"), parsing: .singleValue,
        help: ArgumentHelp("Set one key of the configuration for this run.", valueName: "section.key=value"))
    var overrides: [String] = []

    @Flag(help: "Visit everything in the queue, due or not.")
    var now = false

    @Flag(help: "One JSON object a line: each entry, then a summary.")
    var json = false

    @Flag(help: "One line for each entry, also if all went well.")
    var verbose = false

    @Flag(help: .hidden)
    var wake = false

    @Option(help: .hidden)
    var asOwner: UInt32?

    @Option(parsing: .singleValue, help: .hidden)
    var suspended: [String] = []

    @Argument(
        help: ArgumentHelp(
            "Entries to visit, due or not; all that are due without any.", valueName: "entry-id"))
    var entries: [String] = []

    func run() throws {
        let loading = ConfigurationLoading(path: configurationFile, overrides: overrides)
        if !wake {
            for problem in loading.problems { StandardStream.write(Array("\(problem)\n".utf8), to: 2) }
        }
        if let obstacle = loading.obstacle {
            if !wake { StandardStream.write(Array("postmaster-retry: \(obstacle)\n".utf8), to: 2) }
            throw ExitCode(wake ? 0 : 75)
        }
        setFileCreationMask(0o077)
        StopRequest.listen()
        let drain = Drain(options: options, configuration: loading.configuration)
        throw ExitCode(wake ? drain.wake() : drain.run())
    }

    private var options: RetryOptions {
        RetryOptions(
            configurationFile: configurationFile, overrides: overrides, entries: entries, everything: now,
            json: json, verbose: verbose, isQuiet: wake, owner: asOwner,
            suspended: suspended.compactMap { Suspension(argument: $0) })
    }
}
