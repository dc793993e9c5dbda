/// The one line that a delivery writes to standard error: `4.2.2 Mailbox is full`, with a line end.
///
/// Postfix reads status and text from its beginning, OpenSMTPD only the last line, Exim puts it into its log.
package enum StatusLine {
    /// Bytes, with the line end.
    package static let maximumLength = 500

    /// - Parameter text: from anywhere; what is not printable ASCII is replaced.
    package static func bytes(_ status: EnhancedStatus, _ text: String) -> [UInt8] {
        let line = "\(status) \(PrintableText.ascii(text, limit: maximumLength))"
        return Array(line.utf8.prefix(maximumLength - 1)) + [0x0A]
    }
}
