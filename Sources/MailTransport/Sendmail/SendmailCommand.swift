import Platform

/// Hands messages to a local sendmail program: `sendmail -i -f SENDER -- RECIPIENT…`
///
/// The program is started with arguments, never through a shell, with a clean environment; every address is
/// looked at again before it becomes one of them.
package struct SendmailCommand: Equatable, Sendable {
    /// Of the program; nothing is searched.
    package let path: String
    /// Seconds after which the program is killed.
    package let timeout: Int

    package init(path: String, timeout: Int) {
        self.path = path
        self.timeout = timeout
    }

    /// Sends one message.
    ///
    /// - Parameters:
    ///   - sender: the reverse path without angle brackets; empty for the null reverse path.
    ///   - recipients: addresses without angle brackets, at least one.
    ///   - head: the beginning of the message.
    ///   - body: the rest of it. CR LF anywhere is handed on as LF, which is what such a program reads.
    package func send(
        sender: String, recipients: [String], head: [UInt8], body: Span<UInt8>
    ) -> TransportResult {
        guard sender.isEmpty || CommandAddress(sender) != nil else {
            return refusal("5.1.7", "this sender's address cannot be handed to a program")
        }
        guard !recipients.isEmpty, recipients.allSatisfy({ CommandAddress($0) != nil }) else {
            return refusal("5.1.3", "this recipient's address cannot be handed to a program")
        }
        let arguments = ["-i", "-f", sender.isEmpty ? "<>" : sender, "--"] + recipients
        let program = ChildProcess(path: path, arguments: arguments)
        do throws(SystemError) {
            let input = try OwnedFileDescriptor.anonymousFile(expectedBytes: head.count + body.count)
            try LocalLineEnds.write(head, then: body, to: input)
            let (milliseconds, overflow) = max(timeout, 1).multipliedReportingOverflow(by: 1000)
            let result = try program.run(input: input, milliseconds: overflow ? .max : milliseconds)
            return TransportResult(result, program: path)
        } catch {
            return .temporaryFailure(
                TransportFailure(status: "4.3.0", text: error.description, cause: .program))
        }
    }

    /// Sends `mail` to all of its recipients; they share one fate. What is asked with DSN has no place here.
    package func send(_ mail: OutgoingMail) -> [TransportResult] {
        let result = send(
            sender: mail.sender, recipients: mail.recipients.map(\.address), head: mail.head,
            body: mail.body.span)
        return mail.recipients.map { _ in result }
    }

    private func refusal(_ status: String, _ text: String) -> TransportResult {
        .permanentFailure(TransportFailure(status: status, text: text, cause: .content))
    }
}
