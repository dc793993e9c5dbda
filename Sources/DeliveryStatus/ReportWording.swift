/// What a report says to a person; a site may have it in its own language.
///
/// In the text, `{host}`, `{sender}`, `{recipient}` (all of them, up to ten), `{arrival}`, `{until}`, `{reason}` and
/// `{postmaster}` are filled in, once: what is filled in is not looked at again. The recipients with their reasons
/// follow the text.
package struct ReportWording: Sendable, Equatable {
    /// The occasions on which something is said.
    package enum Kind: String, Sendable, CaseIterable {
        case failed
        case delayed
        case delivered
        /// Handed on to a system that does not report deliveries.
        case relayed
        /// The recipient's mail filter has refused the message; `{reason}` is what it said (RFC 5429 §2.1.2).
        case refused
        /// To the person in charge: something does not reach its recipient, and nobody else can be told.
        case postmaster
    }

    package var subject: String
    package var text: String

    package init(subject: String, text: String) {
        self.subject = subject
        self.text = text
    }

    package static func builtIn(_ kind: Kind) -> ReportWording {
        switch kind {
        case .failed: failed
        case .delayed: delayed
        case .delivered: delivered
        case .relayed: relayed
        case .refused: refused
        case .postmaster: postmaster
        }
    }

    private static var failed: ReportWording {
        ReportWording(
            subject: "Undelivered Mail Returned to Sender",
            text: """
                Your message could not be delivered to {recipient}.

                This is the mail system at host {host}. It has given up; the message, or its header, is attached. If you need help, write to {postmaster} and include this report.
                """)
    }

    private static var refused: ReportWording {
        ReportWording(
            subject: "Message Refused",
            text: """
                Your message was refused by the mail filter of {recipient}. The reason given was as follows:

                {reason}

                """)
    }

    private static var delayed: ReportWording {
        ReportWording(
            subject: "Delayed Mail (still being retried)",
            text: """
                Your message has not been delivered to {recipient} yet.

                This is the mail system at host {host}. It is still trying, until {until}, and you need do nothing. You will be told if it gives up.
                """)
    }

    private static var delivered: ReportWording {
        ReportWording(
            subject: "Successful Mail Delivery Report",
            text: """
                Your message was delivered to {recipient}.

                This is the mail system at host {host}.
                """)
    }

    private static var relayed: ReportWording {
        ReportWording(
            subject: "Mail Was Handed On",
            text: """
                Your message to {recipient} was handed on to a mail system that does not report deliveries. You may hear no more of it.

                This is the mail system at host {host}.
                """)
    }

    private static var postmaster: ReportWording {
        ReportWording(
            subject: "Undeliverable Message",
            text: """
                A message cannot be delivered to {recipient}, and there is nobody else to be told: it is a report itself, or has no sender. It is attached, or its header is.

                This is the mail system at host {host}, which wrote this to the person in charge, {postmaster}.
                """)
    }

    /// The text with `values` in their places; a name that is not among them stays as it is.
    func filled(_ values: [String: String]) -> String {
        var filled = ""
        var rest = text[...]
        while let open = rest.firstIndex(of: "{") {
            filled += rest[..<open]
            let name = rest[rest.index(after: open)...]
            guard let close = name.prefix(16).firstIndex(of: "}"), let value = values[String(name[..<close])]
            else {
                filled += "{"
                rest = name
                continue
            }
            filled += value
            rest = name[name.index(after: close)...]
        }
        return filled + rest
    }
}
