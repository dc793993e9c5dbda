package import MailMessage

/// Whom the engine asks for what it cannot know: it reads no file, opens no connection and has no clock.
///
/// Answers must stay the same during one run. What has a default answer is asked only by the extension that
/// the comment names, so that a host need not know more than its scripts may require.
package protocol SieveHost {
    /// Whether a message could be stored in the mailbox now, without creating it (RFC 5490 §3.1).
    ///
    /// - Parameter name: UTF-8 as in the script; whatever is not a name of a mailbox does not exist.
    func mailboxExists(_ name: String) -> Bool

    /// Whether the time for the delivery has run out; asked now and then, and the script fails if so.
    func isOutOfTime() -> Bool

    /// The time of the delivery in seconds since 1970 (RFC 5260 §5).
    func currentTime() -> Int64

    /// How far the local zone is ahead of UTC at that time, in minutes (RFC 5260 §4.1).
    func zoneOffset(at seconds: Int64) -> Int

    /// An item of the environment by its name in lower case; nil if there is none (RFC 5183 §4).
    func environment(_ item: String) -> [UInt8]?

    /// The annotation of a mailbox, or of the server if it is nil (RFC 5490 §4, §5); nil if there is none.
    func metadata(mailbox: String?, entry: String) -> [UInt8]?

    /// The mailbox with the special use, such as `\\Junk`, if there is one (RFC 8579 §4).
    func mailbox(withSpecialUse use: String) -> String?

    /// Whether the mailbox has the special use (RFC 8579 §3).
    func mailbox(_ name: String, hasSpecialUse use: String) -> Bool

    /// The mailbox with the object identifier, if there is one (RFC 9042 §3).
    func mailbox(withIdentifier identifier: String) -> String?

    /// Whether the message was seen before, and the time has not run out (RFC 7352 §3).
    func isDuplicate(_ mark: DuplicateMark) -> Bool

    /// Whether there is a list of this name (RFC 6134 §2.7).
    func listExists(_ name: String) -> Bool

    /// Whether the value is in the list; false for a list that there is not (RFC 6134 §2.4).
    func list(_ name: String, contains value: [UInt8]) -> Bool

    /// What the scanners of the site have said (RFC 5235).
    func scanScore(_ kind: ScanKind) -> ScanScore

    /// As ``scanScore(_:)``, of a message that a script has changed, for hosts that look at its fields.
    func scanScore(_ kind: ScanKind, in message: Message) -> ScanScore

    /// Runs a program of the site with input, and gives its answer (vnd.dovecot.execute, .filter).
    func run(_ program: ProgramCall, input: ProgramInput) -> ProgramAnswer

    /// Converts content from one media type to another; nil if it cannot (RFC 6558).
    func convert(_ content: [UInt8], from source: String, to target: String, parameters: [String]) -> [UInt8]?

    /// The methods of notification that this host can reach (RFC 5435 §6).
    func canNotify(_ uri: String) -> Bool

    /// Something in a script is wrong that does not stop it.
    func warn(_ message: String, script: String, line: Int)

    /// A line that a script wants in its log (vnd.dovecot.debug).
    func log(_ message: String, script: String, line: Int)
}

extension SieveHost {
    package func isOutOfTime() -> Bool { false }
    package func currentTime() -> Int64 { 0 }
    package func zoneOffset(at seconds: Int64) -> Int { 0 }
    package func environment(_ item: String) -> [UInt8]? { nil }
    package func metadata(mailbox: String?, entry: String) -> [UInt8]? { nil }
    package func mailbox(withSpecialUse use: String) -> String? { nil }
    package func mailbox(_ name: String, hasSpecialUse use: String) -> Bool { false }
    package func mailbox(withIdentifier identifier: String) -> String? { nil }
    package func isDuplicate(_ mark: DuplicateMark) -> Bool { false }
    package func listExists(_ name: String) -> Bool { false }
    package func list(_ name: String, contains value: [UInt8]) -> Bool { false }
    package func scanScore(_ kind: ScanKind) -> ScanScore { .unknown }
    package func scanScore(_ kind: ScanKind, in message: Message) -> ScanScore { scanScore(kind) }
    package func run(_ program: ProgramCall, input: ProgramInput) -> ProgramAnswer { .notFound }
    package func convert(
        _ content: [UInt8], from source: String, to target: String, parameters: [String]
    ) -> [UInt8]? { nil }
    package func canNotify(_ uri: String) -> Bool { true }
    package func warn(_ message: String, script: String, line: Int) {}
    package func log(_ message: String, script: String, line: Int) {}
}
