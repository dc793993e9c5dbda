package import Platform

/// A client of virus scanners that speak ICAP (RFC 3507).
package struct ICAPScanner: Sendable {
    private let services: [ICAPService]

    /// - Parameter services: in order of preference.
    package init(services: [ICAPService]) {
        self.services = services
    }

    /// - Throws: why no server said anything of the message.
    package func scan(
        _ message: borrowing ScannedMessage, until deadline: Deadline
    ) throws(ScannerFailure) -> VirusAnswer {
        throw ScannerFailure(.unreachable, scanner: "icap")
    }
}
