import Delivery
import DeliveryStatus
import Platform
import Settings

/// postmaster(8): delivers the message on standard input.

SignalPolicy.exit(
    status: ExitStatus(.tryAgain).code,
    onCrash: "4.3.0 internal error, message not delivered\n",
    onDeadline: "4.3.0 out of time, message not delivered\n",
    onStop: "4.3.0 stopped, message not delivered\n")

// Until the configuration says otherwise.
SignalPolicy.setDeadline(seconds: Configuration().delivery.deadline)

let frontEnd = FrontEnd(programName: CommandLine.arguments.first ?? "")
switch frontEnd.read(CommandLine.arguments) {
case .deliver(let request): Program(request).run()
case .showHelp: Program.show(frontEnd.help)
case .showVersion: Program.show("postmaster \(Version.text)\n")
case .unusable(let problems): Program.refuse(problems.joined(separator: "; "))
}
