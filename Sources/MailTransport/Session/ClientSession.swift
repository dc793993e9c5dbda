/// One connection to a server of SMTP (RFC 5321) or LMTP (RFC 2033), from our side, without the connection:
/// events in, effects out.
///
/// Invariants:
/// - Each mail has its results exactly once, one for each recipient.
/// - A recipient is `accepted` only by a 2yz that came after the whole message had been handed out (RFC 5321 §4.2.5);
///   what is not understood, a close and a timeout are temporary failures.
/// - How the peer's bytes are divided makes no difference.
/// - Nothing that was said before TLS counts within it (RFC 3207 §4.2, CVE-2011-0411).
/// - A password goes over the wire only within TLS, or to a local peer.
package struct ClientSession: Sendable {
    enum State: Sendable {
        case unconnected
        case greeting
        /// EHLO or LHLO was said, or HELO.
        case hello(isExtended: Bool)
        case startTLS
        case handshake
        case authentication(AuthenticationExchange)
        case ready
        /// A mail is on its way: ``ClientSession/transaction``.
        case mail
        case reset
        case over
    }

    let options: SessionOptions
    var sizes = TransferSizes()
    var state = State.unconnected
    var parser = ReplyParser()
    var capabilities = Capabilities()
    var isEncrypted: Bool
    /// Those that are still to be tried, in this order.
    var mechanisms: [AuthenticationMechanism] = []
    /// The mail in hand, begun or waiting.
    var transaction: MailTransaction?
    /// Writes that have not left.
    var writing = 0
    /// Whether the opening was completed.
    var wasReady = false
    /// Why it is over: what every later mail is told.
    var ending: TransportFailure?
    /// Of the event that is being handled.
    var effects: [SessionEffect] = []

    package init(_ options: SessionOptions) {
        self.options = options
        isEncrypted = options.encryption == .implicit
    }

    /// Whether a mail that is begun now is sent now.
    package var isReady: Bool {
        if case .ready = state { true } else { false }
    }

    /// Whether all is over: no event has an effect any more, but ``SessionEvent/begin(_:)`` its results.
    package var isOver: Bool {
        if case .over = state { true } else { false }
    }

    /// Total: any event at any time.
    package mutating func handle(_ event: SessionEvent) -> [SessionEffect] {
        effects = []
        take(event)
        defer { effects = [] }
        return effects
    }

    private mutating func take(_ event: SessionEvent) {
        if case .begin(let mail) = event { return begin(mail) }
        guard !isOver else { return }
        switch event {
        case .begin: break
        case .connected:
            guard case .unconnected = state else { return }
            state = .greeting
            setDeadline(.command)
        case .received(let bytes): receive(bytes)
        case .written:
            writing = max(writing - 1, 0)
            continueTransfer()
        case .tlsEstablished: startAgainEncrypted()
        case .tlsFailed(let reason): failTLS(reason)
        case .closed(let reason): lose(reason)
        case .deadlinePassed: runOutOfTime()
        case .quit: quit()
        }
    }

    private mutating func begin(_ mail: OutgoingMail) {
        let next = MailTransaction(mail)
        guard !isOver, transaction == nil else {
            let reason =
                ending
                ?? failure("4.3.2", isOver ? "the session is over" : "another mail is in hand", .connection)
            return effects.append(.results(next.outcome(undecided: .temporaryFailure(reason))))
        }
        transaction = next
        if isReady { startMail() }
    }

    // MARK: - Bytes and replies

    private mutating func receive(_ bytes: [UInt8]) {
        parser.feed(bytes)
        while !isOver {
            if case .handshake = state {
                if !parser.isEmpty { end(misunderstanding("what came before TLS was awaited in the clear")) }
                return
            }
            do throws(ReplyError) {
                guard let reply = try parser.next() else { return }
                take(reply)
            } catch {
                return end(misunderstanding("the peer sent \(error.text)"))
            }
        }
    }

    private mutating func take(_ reply: Reply) {
        // RFC 5321 §3.8: a server that goes away may say so at any time.
        guard reply.code != 421 else {
            return end(failure(of: reply, .temporary, cause: .connection), politely: true)
        }
        switch state {
        case .greeting: takeGreeting(reply)
        case .hello(let isExtended): takeHello(reply, isExtended: isExtended)
        case .startTLS: takeStartTLS(reply)
        case .authentication(let exchange): takeAuthentication(reply, exchange)
        case .mail: takeMail(reply)
        case .reset: takeReset(reply)
        case .unconnected, .handshake, .ready, .over:
            end(misunderstanding("a reply to nothing: \(reply.text)"))
        }
    }

    // MARK: - Writing and waiting

    mutating func write(_ bytes: [UInt8]) {
        writing += 1
        effects.append(.write(bytes))
    }

    mutating func say(_ command: [UInt8], _ time: StepTime = .command) {
        write(command + [UInt8(ascii: "\r"), UInt8(ascii: "\n")])
        setDeadline(time)
    }

    mutating func say(_ command: String) { say(Array(command.utf8)) }

    mutating func setDeadline(_ time: StepTime) {
        effects.append(.deadline(time.seconds(cappedAt: options.replyTimeout)))
    }

    // MARK: - The end

    /// Ends the session from our side; the mail in hand fails with it, as far as nothing better is known.
    ///
    /// - Parameter politely: whether the peer is in a state to understand QUIT. Its reply is not waited for.
    mutating func end(_ failure: TransportFailure, politely: Bool = false, withoutTLS: Bool = false) {
        let canSpeak = politely && transaction?.isTransferring != true
        conclude(failure, withoutTLS: withoutTLS)
        if canSpeak { write(Array("QUIT\r\n".utf8)) }
        effects.append(.close)
    }

    private mutating func conclude(_ failure: TransportFailure, withoutTLS: Bool = false) {
        if !wasReady { effects.append(.unusable(failure, withoutTLS: withoutTLS)) }
        state = .over
        ending = failure
        parser = ReplyParser()
        finishMail(undecided: .temporaryFailure(failure))
    }

    private mutating func lose(_ reason: String?) {
        if case .unconnected = state {
            conclude(failure("4.4.1", reason ?? "no connection", .connection))
        } else {
            let known = reason.map { " (\($0))" } ?? ""
            conclude(failure("4.4.2", "connection lost \(step)\(known)", .connection))
        }
    }

    private mutating func runOutOfTime() {
        // In these states there is no deadline: it is one that came too late.
        if case .ready = state { return }
        end(failure("4.4.2", "no answer in time \(step)", .timeout))
    }

    private mutating func quit() {
        let isReady = isReady
        if transaction != nil {
            finishMail(undecided: .temporaryFailure(failure("4.3.2", "given up", .connection)))
        }
        state = .over
        if isReady { write(Array("QUIT\r\n".utf8)) }
        effects.append(.close)
    }

    /// What goes on, for a reason: `after RCPT`.
    private var step: String {
        switch state {
        case .unconnected: "while connecting"
        case .greeting: "before the greeting"
        case .hello(let isExtended):
            "after \(isExtended ? options.dialogue == .lmtp ? "LHLO" : "EHLO" : "HELO")"
        case .startTLS: "after STARTTLS"
        case .handshake: "during the TLS handshake"
        case .authentication: "after AUTH"
        case .ready: "between mails"
        case .mail: transaction?.step ?? "during a mail"
        case .reset: "after RSET"
        case .over: "after the end"
        }
    }
}
