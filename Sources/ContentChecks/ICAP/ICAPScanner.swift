package import Platform

/// A client of virus scanners that speak ICAP (RFC 3507).
package struct ICAPScanner: Sendable {
    /// In order of preference.
    package let servers: [ICAPServer]

    /// - Parameter services: in order of preference.
    package init(services: [ICAPService]) {
        servers = services.map { ICAPServer($0) }
    }

    /// Asks one service after the other until one says whether there is a virus.
    ///
    /// - Throws: why no server said anything of the message.
    package func scan(
        _ message: borrowing ScannedMessage, until deadline: Deadline
    ) throws(ScannerFailure) -> VirusAnswer {
        try Attempts.firstAnswer(of: "icap", servers, until: deadline) {
            server, deadline throws(ScannerFailure) in
            try server.scan(message, until: deadline)
        }
    }
}
