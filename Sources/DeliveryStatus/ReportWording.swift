/// What a report says to a person; a site may have it in its own language.
///
/// In the text, `{host}`, `{sender}`, `{recipient}` (the first one, or how many), `{arrival}`, `{until}`, `{reason}`
/// and `{postmaster}` are filled in, once: what is filled in is not looked at again. The recipients with their
/// reasons follow the text.
package struct ReportWording: Sendable, Equatable {
    package var subject: String
    package var text: String

    package init(subject: String, text: String) {
        self.subject = subject
        self.text = text
    }

    package static var failed: ReportWording {
        ReportWording(
            subject: "Undelivered Mail Returned to Sender",
            text: """
                Your message could not be delivered to {recipient}.

                This is the mail system at host {host}. It has given up; the message, or its header, is attached. If you need help, write to {postmaster} and include this report.
                """)
    }

    /// The recipient's mail filter has refused the message; `{reason}` is what it said (RFC 5429 §2.1.2).
    package static var refused: ReportWording {
        ReportWording(
            subject: "Message Refused",
            text: """
                Your message was refused by the mail filter of {recipient}. The reason given was as follows:

                {reason}

                """)
    }

    package static var delayed: ReportWording {
        ReportWording(
            subject: "Delayed Mail (still being retried)",
            text: """
                Your message has not been delivered to {recipient} yet.

                This is the mail system at host {host}. It is still trying, until {until}, and you need do nothing. You will be told if it gives up.
                """)
    }

    package static var done: ReportWording {
        ReportWording(
            subject: "Successful Mail Delivery Report",
            text: """
                Your message was delivered to {recipient}.

                This is the mail system at host {host}.
                """)
    }

    /// The text with `values` in their places; a name that is not among them stays as it is.
    func filled(_ values: [String: String]) -> String {
        var filled = ""
        var rest = text[...]
        while let open = rest.firstIndex(of: "{") {
            filled += rest[..<open]
            let name = rest[rest.index(after: open)...]
            guard let close = name.firstIndex(of: "}"), let value = values[String(name[..<close])] else {
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
