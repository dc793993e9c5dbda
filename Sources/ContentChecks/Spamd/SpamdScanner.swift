package import Platform

/// A client of spamd(8p).
package struct SpamdScanner: Sendable {
    private let servers: [ScannerAddress]

    /// - Parameter servers: in order of preference.
    package init(servers: [ScannerAddress]) {
        self.servers = servers
    }

    /// - Parameter user: whose preferences count; nil for nobody's.
    /// - Throws: why no server said anything of the message.
    package func check(
        _ message: borrowing ScannedMessage, user: String?, until deadline: Deadline
    ) throws(ScannerFailure) -> SpamAnswer {
        throw ScannerFailure(.unreachable, scanner: "spamd")
    }
}
