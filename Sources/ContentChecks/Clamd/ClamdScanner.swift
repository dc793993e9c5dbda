package import Platform

/// A client of clamd(8).
package struct ClamdScanner: Sendable {
    package enum Method: Sendable {
        /// A descriptor where the message has a file and the socket is local, else a stream.
        case auto
        case stream
        /// A descriptor where the socket is local, of a file made for it if there is none; else a stream.
        case descriptor
    }

    /// In order of preference.
    package let servers: [ClamdServer]

    /// - Parameter servers: in order of preference.
    package init(servers: [ScannerAddress], method: Method = .auto) {
        self.servers = servers.map { ClamdServer($0, method: method) }
    }

    /// Asks one server after the other until one says whether there is a virus.
    ///
    /// - Throws: why no server said anything of the message.
    package func scan(
        _ message: borrowing ScannedMessage, until deadline: Deadline
    ) throws(ScannerFailure) -> VirusAnswer {
        try Attempts.firstAnswer(of: "clamd", servers, until: deadline) {
            server, deadline throws(ScannerFailure) in
            try server.scan(message, until: deadline)
        }
    }
}
