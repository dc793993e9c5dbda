import ArgumentParser
import Delivery

/// postmasterctl(8): the administrator's and the filter writer's tool.
@main
struct ControlCommand: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "postmasterctl", abstract: "Look after Postmaster.", version: Version.text,
            subcommands: [
                AuthCommand.self, ConfigCommand.self, ExplainCommand.self, MetricsCommand.self,
                QueueCommand.self,
                ReplayCommand.self, SieveCommand.self,
            ])
    }
}
