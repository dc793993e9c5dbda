import MailMessage

extension VacationRequest {
    /// The answer (RFC 5230 §5).
    ///
    /// - Parameters:
    ///   - sender: who is answered.
    ///   - own: the address of the user to which the message came.
    func composed(
        to sender: MailAddress, from own: MailAddress, _ context: ResponseContext,
        _ settings: VacationSettings
    ) -> OutgoingMessage {
        var composition = context.composition()
        composition.addAddresses("From", [from.flatMap { MailAddress(oneOf: $0) } ?? own])
        composition.addRecipient("To", context.namedSender(sender, anySender: settings.takesSenderFromHeader))
        composition.addText("Subject", replySubject(context, settings))
        composition.addThread(ReplyThread(replyingTo: context.message))
        // RFC 3834 §5: the comment tells which program it was.
        composition.addStructured("Auto-Submitted", "auto-replied (vacation)")
        composition.addStructured("Precedence", "bulk")
        composition.addStructured("X-Auto-Response-Suppress", "All")
        let entity = isMIME ? ComposedEntity.parsing(reason) : ComposedEntity.text(reason, allows8Bit: true)
        return OutgoingMessage(
            sender: settings.sendsFromRecipient ? reversePath(own, context) : "", recipients: [sender.text],
            bytes: context.finished(composition, entity), wantsNoReports: true)
    }

    /// One of the addresses that the site knows: a script must not choose where reports of failure go.
    private func reversePath(_ own: MailAddress, _ context: ResponseContext) -> String {
        let isScriptsOwn = addresses.contains { MailAddress(oneOf: $0)?.isSameMailbox(as: own) == true }
        return isScriptsOwn ? context.recipient?.text ?? "" : own.text
    }

    /// RFC 5230 §5.3: the script's, or the original's with a mark in front of it.
    private func replySubject(_ context: ResponseContext, _ settings: VacationSettings) -> String {
        if let subject, !subject.isEmpty {
            return EncodedWords.decode(subject).text.shortened(to: settings.subjectCharacters)
        }
        guard let original = context.subject, !original.isEmpty else { return settings.defaultSubject }
        let text = settings.subjectTemplate.map { original.filled(into: $0) } ?? "Auto: " + original
        return text.shortened(to: settings.subjectCharacters)
    }
}

extension ResponseContext {
    /// The sender with the name that the header gives it (RFC 5230 §5.5).
    ///
    /// - Parameter anySender: whether the first address of the header is taken, even if it is another one.
    fileprivate func namedSender(_ sender: MailAddress, anySender: Bool) -> MailAddress {
        for name in ["Sender", "Resent-From", "From"] {
            guard let field = message.firstField(named: name) else { continue }
            let named = message.addresses(field).addresses.filter { !$0.domain.isEmpty }
            if let found = anySender ? named.first : named.first(where: { $0.isSameMailbox(as: sender) }) {
                return found
            }
        }
        return sender
    }
}

extension MessageComposition {
    /// A field of one address in angle brackets, its display name in quotes: as a reply has it most often.
    mutating func addRecipient(_ name: String, _ address: MailAddress) {
        let path = "<\(address.text)>"
        let displayName = address.displayName ?? ""
        guard [UInt8](path.utf8).isASCII, displayName.utf8.allSatisfy({ $0 &- 0x20 < 95 }),
            !displayName.contains("=?"), displayName.utf8.count < 200
        else {
            addAddresses(name, [address])
            return
        }
        guard !displayName.isEmpty else {
            addStructured(name, path)
            return
        }
        let quoted = displayName.utf8.flatMap { $0 == 0x22 || $0 == 0x5C ? [0x5C, $0] : [$0] }
        addStructured(name, "\"\(quoted.text)\" \(path)")
    }
}

extension String {
    /// At most so many characters, the last one being an ellipsis where there were more; on one line.
    fileprivate func shortened(to limit: Int) -> String {
        var short = String.UnicodeScalarView()
        var count = 0
        let isLonger = unicodeScalars.count > limit
        for scalar in unicodeScalars {
            guard count < (isLonger ? limit - 1 : limit) else { break }
            short.append(scalar.value < 0x20 || scalar.value == 0x7F ? " " : scalar)
            count += 1
        }
        return String(short) + (isLonger ? "\u{2026}" : "")
    }

    /// `template` with this text for `%{subject}` and `%$`, and `%` for `%%`.
    fileprivate func filled(into template: String) -> String {
        var filled = ""
        var rest = template[...]
        while let mark = rest.firstIndex(of: "%") {
            filled += rest[..<mark]
            let tail = rest[mark...]
            if let name = ["%{subject}", "%$"].first(where: { tail.hasPrefix($0) }) {
                filled += self
                rest = tail.dropFirst(name.count)
            } else {
                filled += "%"
                rest = tail.hasPrefix("%%") ? tail.dropFirst(2) : tail.dropFirst()
            }
        }
        return filled + rest
    }
}
