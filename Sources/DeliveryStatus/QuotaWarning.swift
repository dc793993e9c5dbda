package import MailMessage

/// A message to a user whose mailbox is getting full.
///
/// In the subject and in the text of its wording, `{percent}`, `{used}`, `{limit}`, `{messages}`, `{message-limit}`,
/// `{user}`, `{host}` and `{postmaster}` are filled in, once.
package struct QuotaWarning: Sendable {
    package var identity: MessageIdentity
    /// Who speaks, and can help.
    package var from: MailAddress
    package var to: MailAddress
    package var user: String
    /// How full the mailbox is, in hundredths.
    package var percent: Int
    /// Bytes, and messages; 0 is no limit.
    package var used: Int
    package var limit: Int
    package var messages: Int
    package var messageLimit: Int
    package var wording: ReportWording

    package init(
        _ identity: MessageIdentity, from: MailAddress, to: MailAddress, user: String, percent: Int,
        used: Int,
        limit: Int, messages: Int, messageLimit: Int, wording: ReportWording = builtIn
    ) {
        self.identity = identity
        self.from = from
        self.to = to
        self.user = user
        self.percent = percent
        self.used = used
        self.limit = limit
        self.messages = messages
        self.messageLimit = messageLimit
        self.wording = wording
    }

    package static var builtIn: ReportWording {
        ReportWording(
            subject: "Your mailbox is {percent}% full",
            text: """
                Your mailbox is {percent}% full: it holds {used} in {messages} messages. You may keep {limit} and {message-limit} messages.

                When it is full, no more mail is delivered to you. Please delete what you do not need any more, and empty the trash.

                This is the mail system at host {host}. If you need help, write to {postmaster}.
                """)
    }

    package func composed(lineEnd: LineEnd = .lf) -> [UInt8] {
        let values = [
            "percent": "\(percent)", "used": Self.size(used),
            "limit": limit > 0 ? Self.size(limit) : "any size",
            "messages": "\(messages)",
            "message-limit": messageLimit > 0 ? "\(messageLimit)" : "any number of",
            "user": user, "host": identity.host, "postmaster": from.text,
        ].mapValues { PrintableText.unicode($0, limit: 500) }
        var message = GeneratedMessage(lineEnd: lineEnd)
        message.header(
            identity, from: from, to: to,
            subject: ReportWording(subject: "", text: wording.subject).filled(values),
            autoSubmitted: "auto-generated")
        message.field("Content-Type", "text/plain; charset=utf-8")
        message.field("Content-Transfer-Encoding", "8bit")
        message.emptyLine()
        message.paragraphs(wording.filled(values))
        return message.bytes
    }

    /// `512 bytes`, `12.5 MB`: of 1,024, as limits are set.
    private static func size(_ bytes: Int) -> String {
        var tenths = max(bytes, 0)
        guard tenths >= 1024 else { return "\(tenths) bytes" }
        var unit = "KB"
        for larger in ["MB", "GB", "TB"] where tenths >= 1024 * 1024 {
            tenths /= 1024
            unit = larger
        }
        let (whole, rest) = tenths.quotientAndRemainder(dividingBy: 1024)
        return rest * 10 / 1024 == 0 ? "\(whole) \(unit)" : "\(whole).\(rest * 10 / 1024) \(unit)"
    }
}
