import MailMessage
import Maildir
import Platform

/// A message that has been read, all of it, once.
///
/// Small ones are in memory until the Plan is known. Larger ones are on disk: in `tmp/` of the mailbox, with
/// the trace fields before them, or, where that is impossible, in a file without a name in the spool.
struct Arrival: ~Copyable {
    /// The message as it came, without a leading `From ` line; once it is checked, with a header that says what was
    /// found.
    var message: Message
    let envelope: Envelope
    /// `Return-Path` and `Delivered-To`, as far as they are to be written.
    let traceFields: [UInt8]
    /// The message behind ``traceFields`` in `tmp/`; nil while it is in memory or in the spool.
    var staged: StagedMessage?
    /// Bytes by which the message is longer with CR LF line ends.
    var bareLineEnds: Int

    /// Octets with CR LF line ends (RFC 5228 §5.9).
    var size: Int { message.bytes.count + bareLineEnds }
}
