import ArgumentParser

struct QueueCommand: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "queue", abstract: "What waits in the spool.",
            discussion:
                "Root sees and changes the entries of all users, each as that user; others their own.",
            subcommands: [
                QueueList.self, QueueShow.self, QueueRetry.self, QueueFlush.self, QueueRequeue.self,
                QueueHold.self, QueueRelease.self, QueueBounce.self, QueueRemove.self,
            ])
    }
}
