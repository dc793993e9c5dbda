import ArgumentParser
import Delivery
import Platform
import Settings
import Spool

/// postmaster-retry(8): drains the spool. Started from cron, or by hand.
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

    @Option(help: .hidden)
    var asOwner: UInt32?

    @Argument(
        help: ArgumentHelp(
            "Entries to visit, due or not; all that are due without any.", valueName: "entry-id"))
    var entries: [String] = []

    func run() throws {
        let loading = ConfigurationLoading(path: configurationFile, overrides: overrides)
        for problem in loading.problems { StandardStream.write(Array("\(problem)\n".utf8), to: 2) }
        if let obstacle = loading.obstacle {
            StandardStream.write(Array("postmaster-retry: \(obstacle)\n".utf8), to: 2)
            throw ExitCode(75)
        }
        setFileCreationMask(0o077)
        var drain = Drain(command: self, configuration: loading.configuration)
        throw ExitCode(drain.run())
    }
}
