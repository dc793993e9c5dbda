import MailMessage
import Platform
import Sieve

/// Carries the actions of one result out, on the mail store and the outbox of a test.
struct ActionWork {
    let bench: TestBench
    let input: SieveInput
    /// Whether all has gone well so far.
    private(set) var isDone = true
    /// Who has been told of the message already (RFC 5436 §2.7).
    var notified: [String] = []

    /// Octets of one message.
    private static let limit = 64 << 20

    init(bench: TestBench, input: SieveInput) {
        self.bench = bench
        self.input = input
    }

    mutating func carryOut(_ action: SieveAction) {
        switch action.kind {
        case .keep(let flags):
            store(action, in: MailboxTarget(mailbox: "INBOX", flags: flags, creates: true))
        case .fileInto(let target):
            store(action, in: target)
        case .redirect(let redirect):
            sendOn(action, redirect)
        case .discard:
            break
        case .reject(let rejection):
            reject(rejection)
        case .vacation(let request):
            answer(request)
        case .notify(let notification):
            notify(notification)
        case .report(let report):
            send(report.composed(context, from: bench.settings.reportSource))
        case .pipe(let request):
            pipe(action, request)
        }
    }

    /// The message as the action found it.
    func bytes(_ action: SieveAction) -> [UInt8] {
        action.content?.bytes(limit: Self.limit) ?? input.message.bytes.array(0..<Self.limit)
    }

    mutating func fail(_ reason: String) {
        isDone = false
        bench.logError(reason)
    }

    // MARK: Storing

    private mutating func store(_ action: SieveAction, in target: MailboxTarget) {
        do throws(MailStoreFailure) {
            try bench.store.store(
                bytes(action), in: target.mailbox, flags: target.flags, creating: target.creates)
        } catch {
            fail("failed to store into mailbox '\(target.mailbox)': \(error.reason)")
            keep(flags: target.flags)
        }
    }

    /// RFC 5228 §2.10.2: what could not be put where it should be is kept.
    ///
    /// Nothing that scripts have done to the message shows there (RFC 5293 §6).
    private func keep(flags: [String] = []) {
        let original = input.message.bytes.array(0..<Self.limit)
        try? bench.store.store(original, in: "INBOX", flags: flags, creating: true)
    }

    // MARK: Sending on

    /// The field by which a redirected message is known when it comes back.
    private static let trace = "X-Sieve-Redirected-From"

    private func sendOn(_ action: SieveAction, _ redirect: Redirection) {
        let envelope = input.envelope
        let user = bench.settings.userAddress?.text ?? envelope.recipient
        let isLoop = input.message.fields(named: Self.trace).contains { field in
            let address = String(decoding: input.message.unfoldedBody(field), as: UTF8.self).lowercased()
            return address == user.lowercased() || address == envelope.recipient.lowercased()
        }
        guard !isLoop else { return }
        bench.outbox.append(
            OutgoingMail(
                bytes: [UInt8]("\(Self.trace): \(user)\r\n".utf8) + bytes(action),
                sender: RedirectSender.reversePath(
                    bench.settings.redirectSource, envelope: envelope, owner: context.owner),
                recipient: redirect.address))
    }

    private mutating func pipe(_ action: SieveAction, _ request: PipeRequest) {
        let content = action.content ?? MessageContent(whole: input.message)
        let answer = bench.run(request.program, input: .message(content))
        if case .ended(status: 0, _) = answer { return }
        guard !request.mayFail else { return }
        switch answer {
        case .notFound: fail("failed to pipe message to program '\(request.program.name)': not found")
        case .ended(let status, _):
            fail(
                "failed to pipe message to program '\(request.program.name)': it ended with status \(status)")
        case .failed(let reason):
            fail("program '\(request.program.name)': \(reason)")
            fail("failed to pipe message to program '\(request.program.name)'")
        }
        keep()
    }
}
