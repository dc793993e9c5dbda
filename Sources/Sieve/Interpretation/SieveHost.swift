/// Whom the engine asks for what it cannot know: it reads no file, opens no connection and has no clock.
///
/// Answers must stay the same during one run.
package protocol SieveHost {
    /// Whether a message could be stored in the mailbox now, without creating it (RFC 5490 §3.1).
    ///
    /// - Parameter name: UTF-8 as in the script; whatever is not a name of a mailbox does not exist.
    func mailboxExists(_ name: String) -> Bool

    /// Whether the time for the delivery has run out; asked now and then, and the script fails if so.
    func isOutOfTime() -> Bool
}

extension SieveHost {
    package func isOutOfTime() -> Bool { false }
}
