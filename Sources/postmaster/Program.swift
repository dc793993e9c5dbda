import Delivery
import DeliveryStatus
import Platform
import Settings

/// What the main program does with a request: the configuration, the run, the answer, and then what may be
/// tried at once.
struct Program {
    private let request: DeliveryRequest
    private let loading: ConfigurationLoading

    init(_ request: DeliveryRequest) {
        self.request = request
        loading = ConfigurationLoading(
            path: request.configurationFile, overrides: request.overrides,
            readsFile: request.mailDirectory == nil)
    }

    func run() -> Never {
        let configuration = loading.configuration
        let agent = mailTransferAgent(request, configuration)
        let temporary = ExitStatus(.tryAgain, for: agent).code
        SignalPolicy.exit(
            status: temporary,
            onCrash: "4.3.0 internal error, message not delivered\n",
            onDeadline: "4.3.0 out of time (delivery.deadline), message not delivered\n",
            onStop: "4.3.0 stopped, message not delivered\n")
        SignalPolicy.setDeadline(seconds: configuration.delivery.deadline)
        if let name = request.mailTransferAgent, agent == nil {
            Self.refuse(
                "--mta \(name): not one of postfix, exim, sendmail, opensmtpd, qmail", status: temporary)
        }
        if let obstacle = loading.obstacle { Self.refuse(obstacle, status: temporary) }
        let completion = receive(configuration, temporary)
        Self.write(completion.output, to: 1)
        Self.write(completion.errorLine, to: 2)
        if !completion.due.isEmpty { attempt(completion, configuration) }
        leave(completion.exitStatus)
    }

    private func receive(_ configuration: Configuration, _ temporary: CInt) -> Completion {
        guard let path = request.messageFile else {
            return DeliveryRun(request, configuration: configuration, warnings: loading.warnings, input: 0)
                .run()
        }
        do throws(SystemError) {
            let file = try OwnedFileDescriptor(reading: path)
            // A FIFO that nobody writes to would be an empty message.
            guard try file.status(path: path).kind == .regular else {
                Self.refuse("message \(path): not a regular file", status: temporary)
            }
            return DeliveryRun(
                request, configuration: configuration, warnings: loading.warnings, input: file.raw
            ).run()
        } catch {
            Self.refuse("message \(error)", status: temporary)
        }
    }

    /// Tries what leaves the machine. It is in the spool: from here on the exit status is settled, and a
    /// deadline or a signal only leaves the rest to postmaster-retry.
    private func attempt(_ completion: Completion, _ configuration: Configuration) {
        SignalPolicy.exit(status: completion.exitStatus, onCrash: "", onDeadline: "", onStop: "")
        completion.attemptDue(configuration)
    }

    /// Says what is wrong in one line, reads the message to its end, and leaves it to the starter.
    static func refuse(_ reason: String, status: CInt = ExitStatus(.tryAgain).code) -> Never {
        drainInput()
        write(StatusLine.bytes(.misconfigured, reason), to: 2)
        leave(status)
    }

    /// Shows a text. Exit 0 would mean that a message is on disk: to whoever sends one, this is "try again".
    static func show(_ text: String) -> Never {
        write(Array(text.utf8), to: 1)
        guard !StandardStream.hasInput(within: 200) else {
            refuse("asked for help or version, message not delivered")
        }
        leave(0)
    }

    /// Once, without waiting for a reader: Postfix reads only after all of the message is written.
    private static func write(_ bytes: [UInt8], to descriptor: CInt) {
        guard !bytes.isEmpty else { return }
        StandardStream.write(bytes, to: descriptor)
    }
}
