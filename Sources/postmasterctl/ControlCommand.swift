import ArgumentParser
import Delivery

/// postmasterctl(8): the administrator's and the filter writer's tool.
@main
struct ControlCommand: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "postmasterctl", abstract: "Look after Postmaster.", version: Version.text,
            subcommands: [
                AuthCommand.self, ConfigCommand.self, DoctorCommand.self, ExplainCommand.self,
                MetricsCommand.self,
                QueueCommand.self, QuotaCommand.self,
                ReplayCommand.self, SieveCommand.self,
            ])
    }
}
