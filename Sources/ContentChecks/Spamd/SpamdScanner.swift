package import Platform

/// A client of spamd(8p).
///
/// The message is sent as it came; spamd never changes it. Neither TLS nor compression is spoken.
package struct SpamdScanner: Sendable {
    private let servers: [ScannerAddress]

    private static let port: UInt16 = 783
    /// Bytes of an answer with its head.
    private static let answerLimit = SpamdReply.bodyLimit + 1 << 16

    /// - Parameter servers: in order of preference.
    package init(servers: [ScannerAddress]) {
        self.servers = servers
    }

    /// - Parameter user: whose preferences count; nil for nobody's.
    /// - Throws: why no server said anything of the message.
    package func check(
        _ message: borrowing ScannedMessage, user: String?, until deadline: Deadline
    ) throws(ScannerFailure) -> SpamAnswer {
        try Attempts.firstAnswer(of: "spamd", servers, until: deadline) {
            server, deadline throws(ScannerFailure) in
            try Self.ask(server, message, user: user, until: deadline)
        }
    }

    /// Asks one server whether it is there.
    ///
    /// - Throws: why it is not.
    package static func ping(_ server: ScannerAddress, until deadline: Deadline) throws(ScannerFailure) {
        var connection = try connect(to: server, until: deadline)
        _ = try connection.offer(SpamdRequest.ping)
        try connection.finishSending()
        var reply = SpamdReply(of: connection.scanner)
        try reply.receive(from: &connection, statusOnly: true)
        try reply.checkPong()
    }

    private static func ask(
        _ server: ScannerAddress, _ message: borrowing ScannedMessage, user: String?, until deadline: Deadline
    ) throws(ScannerFailure) -> SpamAnswer {
        var connection = try connect(to: server, until: deadline)
        let head = SpamdRequest.symbols(length: message.bytes.count, user: user)
        var isSent = try connection.offer(head, more: message.bytes.count > 0)
        if isSent { isSent = try connection.offer(message.bytes.span) }
        if isSent { try connection.finishSending() }
        var reply = SpamdReply(of: connection.scanner)
        try reply.receive(from: &connection)
        let answer = try reply.answer()
        guard isSent else {
            throw ScannerFailure(
                .unintelligible, scanner: connection.scanner, "it answers before it is asked")
        }
        return answer
    }

    private static func connect(
        to server: ScannerAddress, until deadline: Deadline
    ) throws(ScannerFailure) -> ScannerConnection {
        try ScannerConnection(
            server, port: port, scanner: "spamd \(server.text)", until: deadline, limit: answerLimit)
    }
}
