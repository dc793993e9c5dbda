import ArgumentParser
import MailLog
import MailMessage
import Platform
import Settings
import Sieve

struct SieveRun: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "run", abstract: "Show what a Sieve script would do. Nothing is done.",
            discussion: """
                The messages are one file, all of a Maildir, or standard input (-). The envelope is \
                taken from Return-Path and Delivered-To where the options do not say it.
                """)
    }

    @OptionGroup var options: ConfigurationOptions

    @Option(help: ArgumentHelp("Sender of the envelope.", valueName: "address"))
    var sender: String?

    @Option(help: ArgumentHelp("Recipient of the envelope.", valueName: "address"))
    var recipient: String?

    @Flag(help: "A JSON object.")
    var json = false

    @Argument(help: ArgumentHelp("The script.", valueName: "script"))
    var script: String

    @Argument(help: ArgumentHelp("A message, a Maildir, or - for standard input.", valueName: "messages"))
    var messages: String

    func run() throws {
        let configuration = try options.configuration()
        guard let program = try SieveCommand.program(script, configuration.sieve) else { throw ExitCode(1) }
        let source = try MessageSource(messages)
        var limits = SieveLimits()
        limits.actions = configuration.sieve.maxActions
        limits.redirects = configuration.sieve.maxRedirects
        limits.steps = configuration.sieve.maxSteps
        let sequence = ScriptSequence([program], limits: limits)
        let host = TrialHost(mailRoot: source.mailRoot, configuration.mail)
        var report: any TrialReport = json ? JSONTrialReport() : TextTrialReport()
        try source.forEach { name, bytes in
            let message = Message(bytes)
            let input = SieveInput(
                message: message, size: message.transferSize, envelope: envelope(of: message),
                subaddressDelimiters: configuration.users.subaddressDelimiters)
            report.add(name, sequence.run(on: input, host: host))
        } unreadable: { problem in
            report.addUnreadable(problem)
        }
        report.finish()
        if report.hasFailures { throw ExitCode(1) }
    }

    private func envelope(of message: Message) -> SieveEnvelope {
        SieveEnvelope(
            sender: sender ?? message.firstPath(in: "return-path") ?? "",
            recipient: recipient ?? message.firstPath(in: "delivered-to")
                ?? message.firstPath(in: "x-original-to") ?? "")
    }
}

extension Message {
    /// Octets with CRLF line ends.
    var transferSize: Int {
        var lines = LineEndCounter()
        lines.count(bytes.span)
        return bytes.count + lines.bare
    }

    /// The first address of the first field of this name; nil where there is none.
    func firstPath(in name: String) -> String? {
        firstField(named: name).flatMap { addresses($0).addresses.first?.text }
    }
}
