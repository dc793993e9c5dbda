package import Platform

/// A client of rspamd(8).
package struct RspamdScanner: Sendable {
    private let servers: [ScannerAddress]
    private let password: String?

    /// - Parameter servers: in order of preference.
    package init(servers: [ScannerAddress], password: String? = nil) {
        self.servers = servers
        self.password = password
    }

    /// - Throws: why no server said anything of the message.
    package func check(
        _ message: borrowing ScannedMessage, _ envelope: ScannedEnvelope, until deadline: Deadline
    ) throws(ScannerFailure) -> SpamAnswer {
        throw ScannerFailure(.unreachable, scanner: "rspamd")
    }
}
