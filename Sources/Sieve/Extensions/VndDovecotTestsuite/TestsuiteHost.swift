/// What a file of tests reaches beyond its message: whoever runs the file.
///
/// One host serves one file; what it is told stays until the file ends.
package protocol TestsuiteHost: AnyObject, SieveHost {
    /// The absolute directory of the file, without a slash at its end.
    var directory: String { get }

    /// The message and the envelope that tests look at from now on.
    func use(_ input: SieveInput)

    // MARK: Blocks

    /// A `test` block begins.
    func beginTest(_ name: String, line: Int)

    /// The block that began last ends.
    ///
    /// - Parameter failure: why it failed; nil if it did not.
    func endTest(failure: String?)

    /// Something to be shown to whoever wrote the file.
    func show(_ text: String)

    // MARK: Settings

    /// Remembers the value of a setting, or forgets it; it holds after the next ``reloadSettings(of:)``.
    func setSetting(_ key: String, _ value: String?)

    /// Puts settings into force: those of one capability, or those of the engine.
    ///
    /// - Returns: what holds from now on; nil if there is no such capability, or a value makes no sense.
    func reloadSettings(of capability: String?) -> TestsuiteSettings?

    // MARK: Scripts

    /// Compiles a script; what is wrong with it becomes errors of the log.
    ///
    /// - Parameter path: seen from ``directory``.
    func compile(_ path: String) -> Program?

    /// A script under test begins to run: its time counts from now, up to ``endScript()``.
    func beginScript()
    func endScript()

    /// The errors that were logged since they were last forgotten.
    var errors: [String] { get }
    func forgetErrors()
    func logError(_ message: String)

    // MARK: Mail

    /// Carries actions out.
    ///
    /// - Returns: whether all went well; what did not has become an error of the log.
    func carryOut(_ actions: [SieveAction], on input: SieveInput) -> Bool

    /// A message that went out, with one of its recipients; nil if there are not so many.
    func outgoing(_ index: Int) -> OutgoingMail?
    func forgetOutgoing()

    /// A message of a mailbox, counted from 0 in the order of delivery; nil if there is none. A mailbox that
    /// is missing is an error of the log.
    func stored(in mailbox: String, _ index: Int) -> StoredMail?

    func createMailbox(_ name: String)

    /// - Returns: false if that could not be done; why is an error of the log.
    func setMetadata(mailbox: String?, entry: String, value: [UInt8]) -> Bool
}

/// What settings come down to where scripts are compiled and run.
package struct TestsuiteSettings: Sendable {
    package var limits: SieveLimits
    /// As in ``SieveInput/subaddressDelimiters``.
    package var subaddressDelimiters: String

    package init(limits: SieveLimits, subaddressDelimiters: String) {
        self.limits = limits
        self.subaddressDelimiters = subaddressDelimiters
    }
}

/// A message that was sent to one recipient.
package struct OutgoingMail: Sendable {
    package let bytes: [UInt8]
    /// `local@domain`; empty for the null path.
    package let sender: String
    package let recipient: String

    package init(bytes: [UInt8], sender: String, recipient: String) {
        self.bytes = bytes
        self.sender = sender
        self.recipient = recipient
    }
}

/// A message in a mailbox.
package struct StoredMail: Sendable {
    package let bytes: [UInt8]
    /// By their names in IMAP.
    package let flags: [String]

    package init(bytes: [UInt8], flags: [String]) {
        self.bytes = bytes
        self.flags = flags
    }
}
