/// One mail: MAIL, RCPT, DATA or BDAT, and what the peer says to them.
extension ClientSession {
    mutating func startMail() {
        guard var mail = transaction else { return }
        mail.survey = MessageSurvey(mail.mail)
        inspect(&mail)
        let recipients = mail.undecided
        transaction = mail
        guard let survey = mail.survey, !recipients.isEmpty else { return concludeMail(isReset: true) }
        let isInternational =
            mail.sender?.isInternational == true
            || recipients.contains { mail.paths[$0]?.isInternational == true }
        mail.commands = EnvelopeCommands(mail.mail, survey, capabilities, isInternational: isInternational)
        mail.unsaid = [.mail] + recipients.map { .recipient($0) }
        if !capabilities.chunking { mail.unsaid.append(.data) }
        transaction = mail
        state = .mail
        sayNext()
    }

    /// Decides what this peer need not be asked.
    private func inspect(_ mail: inout MailTransaction) {
        if !mail.mail.sender.isEmpty {
            mail.sender = EnvelopePath(mail.mail.sender)
            if mail.sender == nil {
                mail.decideAll(refusal("5.1.7", "this sender's address cannot be said in SMTP"))
            } else if mail.sender?.isInternational == true, !capabilities.internationalized {
                mail.decideAll(refusal("5.6.7", "the peer takes no address that is not ASCII (SMTPUTF8)"))
            }
        }
        if let limit = capabilities.sizeLimit, let survey = mail.survey, survey.count > limit {
            mail.decideAll(refusal("5.3.4", "a message of \(survey.count) octets; the peer takes \(limit)"))
        }
        for recipient in mail.undecided {
            mail.paths[recipient] = EnvelopePath(mail.mail.recipients[recipient].address)
            if mail.paths[recipient] == nil {
                mail.decide(recipient, refusal("5.1.3", "this recipient's address cannot be said in SMTP"))
            } else if mail.paths[recipient]?.isInternational == true, !capabilities.internationalized {
                mail.decide(
                    recipient, refusal("5.6.7", "the peer takes no address that is not ASCII (SMTPUTF8)"))
            }
        }
    }

    /// Says the next command, or all there are where the peer takes them in advance (RFC 2920).
    private mutating func sayNext() {
        guard var mail = transaction, let first = mail.unsaid.first, let commands = mail.commands else {
            return
        }
        let next = capabilities.pipelining ? mail.unsaid : [first]
        mail.unsaid.removeFirst(next.count)
        mail.awaited += next
        var bytes: [UInt8] = []
        for command in next {
            switch command {
            case .mail: bytes += commands.mailFrom(mail.sender)
            case .recipient(let index):
                guard let path = mail.paths[index] else { continue }
                bytes += commands.recipientTo(path, mail.mail.recipients[index])
            case .data: bytes += Array("DATA\r\n".utf8)
            case .chunk, .end, .nothing: break
            }
        }
        transaction = mail
        write(bytes)
        awaitReply()
    }

    private mutating func awaitReply() {
        switch transaction?.awaited.first {
        case .mail, .recipient: setDeadline(.command)
        case .data: setDeadline(.data)
        case .chunk: setDeadline(.block)
        case .end, .nothing: setDeadline(.final)
        case nil: break
        }
    }

    // MARK: - Replies

    mutating func takeMail(_ reply: Reply) {
        guard var mail = transaction else { return }
        guard let command = mail.awaited.first else { return takeInterruption(reply) }
        mail.awaited.removeFirst()
        transaction = mail
        switch command {
        case .mail: takeMailFrom(reply)
        case .recipient(let index): takeRecipient(index, reply)
        case .data: takeData(reply)
        case .chunk: takeChunk(reply)
        case .end(let recipient): takeEnd(recipient, reply)
        case .nothing: break
        }
        if case .mail = state { goOn() }
    }

    private mutating func takeMailFrom(_ reply: Reply) {
        switch reply.class {
        case .success: break
        case .intermediate: end(misunderstanding("an answer to MAIL that makes no sense: \(reply.text)"))
        case .temporary, .permanent:
            transaction?.isRefused = true
            transaction?.unsaid = []
            decideAll(result(of: reply))
        }
    }

    private mutating func takeRecipient(_ index: Int, _ reply: Reply) {
        // Without MAIL, whatever is said to a recipient is about that.
        guard let mail = transaction, !mail.isRefused else { return }
        switch reply.class {
        case .success: transaction?.accept(index)
        case .intermediate: end(misunderstanding("an answer to RCPT that makes no sense: \(reply.text)"))
        case .temporary, .permanent:
            // RFC 5321 §4.5.3.1.10: a 552 may mean that there are too many recipients.
            let detail = reply.status.map { $0.subject == 5 && $0.detail == 3 }
            let isOneTooMany = reply.code == 552 && !mail.accepted.isEmpty && detail ?? true
            let fate =
                isOneTooMany
                ? .temporaryFailure(failure(of: reply, .temporary, cause: .reply)) : result(of: reply)
            transaction?.decide(index, fate)
        }
    }

    private mutating func takeData(_ reply: Reply) {
        guard let mail = transaction else { return }
        switch reply.class {
        case .intermediate where mail.isRefused:
            // Whom a server without a sender took RCPT for, it alone knows: an end of the message might be a message.
            end(misunderstanding("DATA was taken though MAIL was refused"))
        case .intermediate where mail.accepted.isEmpty:
            // RFC 2920 §3.1: the server waits for a message all the same.
            transaction?.awaited = [.nothing]
            write(Array(".\r\n".utf8))
        case .intermediate: startTransfer(isChunked: false)
        case .success: end(misunderstanding("an answer to DATA that makes no sense: \(reply.text)"))
        case .temporary, .permanent: decideAll(result(of: reply))
        }
    }

    private mutating func takeChunk(_ reply: Reply) {
        switch reply.class {
        case .success: break
        case .intermediate: end(misunderstanding("an answer to BDAT that makes no sense: \(reply.text)"))
        case .temporary, .permanent:
            decideAll(result(of: reply))
            transaction?.transfer?.stop()
            // How many replies an LMTP server still owes for a message that has failed is not written anywhere.
            if options.dialogue == .lmtp,
                transaction?.isTransferring == true
                    || transaction?.awaited.contains(where: { $0 != .chunk }) == true
            {
                end(failure(of: reply, .temporary, cause: .reply))
            }
        }
    }

    private mutating func takeEnd(_ recipient: Int?, _ reply: Reply) {
        // RFC 5321 §4.2.5: what was on its way before the message had left is no word about it.
        guard writing == 0 else {
            return end(misunderstanding("an answer to a message that had not left: \(reply.text)"))
        }
        let fate: TransportResult
        switch reply.class {
        case .success:
            fate = .accepted(
                TransportReceipt(
                    peer: options.peer, reply: reply.text, takesNotifications: capabilities.notifications))
        case .intermediate:
            return end(misunderstanding("an answer to the message that makes no sense: \(reply.text)"))
        case .temporary, .permanent: fate = result(of: reply)
        }
        if let recipient {
            transaction?.decide(recipient, fate)
        } else {
            transaction?.decideAll(fate)
        }
    }

    /// A reply while we are still sending the message. A refusal counts (a server may have seen enough); but then the
    /// message cannot be brought to an end without being one.
    private mutating func takeInterruption(_ reply: Reply) {
        guard options.dialogue == .smtp, reply.class == .temporary || reply.class == .permanent else {
            return end(misunderstanding("an answer in the middle of the message: \(reply.text)"))
        }
        decideAll(result(of: reply))
        end(failure(of: reply, .temporary, cause: .reply))
    }

    /// After a reply: the next command, the message, or the end of it.
    private mutating func goOn() {
        guard let mail = transaction else { return }
        if let transfer = mail.transfer, !transfer.isOver {
            if !mail.awaited.isEmpty { awaitReply() }
            return continueTransfer()
        }
        guard mail.awaited.isEmpty else { return awaitReply() }
        if mail.unsaid.first == .data, mail.accepted.isEmpty { transaction?.unsaid = [] }
        if transaction?.unsaid.isEmpty == false { return sayNext() }
        if mail.transfer == nil, !mail.accepted.isEmpty, !mail.undecided.isEmpty {
            return startTransfer(isChunked: true)
        }
        concludeMail(isReset: mail.transfer?.isStopped == false)
    }

    // MARK: - The message

    private mutating func startTransfer(isChunked: Bool) {
        guard let mail = transaction, let survey = mail.survey else { return }
        let transfer = MessageTransfer(mail.mail, count: survey.count, isChunked: isChunked, sizes: sizes)
        transaction?.transfer = transfer
        continueTransfer()
    }

    /// Hands out the next piece of the message, if there is one and it is its time.
    mutating func continueTransfer() {
        guard case .mail = state, writing == 0, var mail = transaction, var transfer = mail.transfer,
            !transfer.isOver
        else { return }
        let ahead = capabilities.pipelining ? sizes.chunksAhead : 1
        guard !transfer.isBetweenChunks || mail.awaited.count < ahead else { return }
        let (bytes, ending) = transfer.next()
        switch ending {
        case .none: break
        case .chunk: mail.awaited.append(.chunk)
        case .message:
            mail.handOver()
            let isForEach = options.dialogue == .lmtp
            mail.awaited += isForEach ? mail.accepted.map { .end(recipient: $0) } : [.end(recipient: nil)]
        }
        mail.transfer = transfer
        transaction = mail
        write(bytes)
        setDeadline(ending == .message ? .final : .block)
    }

    // MARK: - The end of a mail

    /// Everything is known of the mail in hand.
    ///
    /// - Parameter isReset: whether the server is back where no mail is in hand.
    private mutating func concludeMail(isReset: Bool) {
        finishMail(undecided: .temporaryFailure(misunderstanding("nothing was said")))
        guard !isReset else { return becomeReady() }
        state = .reset
        say("RSET")
    }

    private mutating func decideAll(_ result: TransportResult) { transaction?.decideAll(result) }

    mutating func finishMail(undecided result: TransportResult) {
        guard let mail = transaction else { return }
        transaction = nil
        effects.append(.results(mail.outcome(undecided: result)))
    }
}
