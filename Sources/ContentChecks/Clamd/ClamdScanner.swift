package import Platform

/// A client of clamd(8).
package struct ClamdScanner: Sendable {
    package enum Method: Sendable {
        case auto, stream, descriptor
    }

    private let servers: [ScannerAddress]
    private let method: Method

    /// - Parameter servers: in order of preference.
    package init(servers: [ScannerAddress], method: Method = .auto) {
        self.servers = servers
        self.method = method
    }

    /// - Throws: why no server said anything of the message.
    package func scan(
        _ message: borrowing ScannedMessage, until deadline: Deadline
    ) throws(ScannerFailure) -> VirusAnswer {
        throw ScannerFailure(.unreachable, scanner: "clamd")
    }
}
