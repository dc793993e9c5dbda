package import MailMessage

/// A message to a user whose Sieve script has an error: his mail comes, but is not sorted.
package struct ScriptErrorNotice: Sendable {
    package var identity: MessageIdentity
    package var from: MailAddress
    package var to: MailAddress
    /// The script's path or name.
    package var script: String
    /// One line each: `12:5: error: …`.
    package var diagnostics: [String]

    /// Diagnostics beyond these are only counted.
    private static let maximumDiagnostics = 50

    package init(
        _ identity: MessageIdentity, from: MailAddress, to: MailAddress, script: String, diagnostics: [String]
    ) {
        self.identity = identity
        self.from = from
        self.to = to
        self.script = script
        self.diagnostics = diagnostics
    }

    package func composed(lineEnd: LineEnd = .lf) -> [UInt8] {
        let name = PrintableText.unicode(script, limit: 500)
        var message = GeneratedMessage(lineEnd: lineEnd)
        message.header(
            identity, from: from, to: to, subject: "Error in your mail filter \(name)",
            autoSubmitted: "auto-generated")
        message.field("Content-Type", "text/plain; charset=utf-8")
        message.field("Content-Transfer-Encoding", "8bit")
        message.emptyLine()
        message.paragraphs(
            """
            Your mail filter \(name) has an error and is not used. Your mail is delivered into your inbox until you correct it; no mail is lost. You are told this once for each version of the filter.

            """)
        for diagnostic in diagnostics.prefix(Self.maximumDiagnostics) { message.paragraphs(diagnostic) }
        let excess = diagnostics.count - Self.maximumDiagnostics
        if excess > 0 { message.paragraphs("and \(excess) more") }
        message.emptyLine()
        message.paragraphs("This is the mail system at host \(identity.host).")
        return message.bytes
    }
}
