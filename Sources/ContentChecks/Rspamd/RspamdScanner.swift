package import Platform

/// A client of rspamd(8).
///
/// TLS is not spoken: the password, and the message, are for the loopback interface, a local socket, or a
/// network that nobody else listens to.
package struct RspamdScanner: Sendable {
    private let servers: [ScannerAddress]
    private let password: String?

    private static let port: UInt16 = 11333
    /// Bytes of an answer with its head.
    private static let answerLimit = RspamdReply.bodyLimit + 1 << 16

    /// - Parameter servers: in order of preference.
    package init(servers: [ScannerAddress], password: String? = nil) {
        self.servers = servers
        self.password = password
    }

    /// - Throws: why no server said anything of the message.
    package func check(
        _ message: borrowing ScannedMessage, _ envelope: ScannedEnvelope, until deadline: Deadline
    ) throws(ScannerFailure) -> SpamAnswer {
        try Attempts.firstAnswer(of: "rspamd", servers, until: deadline) {
            server, deadline throws(ScannerFailure) in
            try ask(server, message, envelope, until: deadline)
        }
    }

    /// Asks one server whether it is there.
    ///
    /// - Throws: why it is not.
    package static func ping(_ server: ScannerAddress, until deadline: Deadline) throws(ScannerFailure) {
        var connection = try connect(to: server, until: deadline)
        _ = try connection.offer(RspamdRequest.ping(host: host(server)))
        var reply = RspamdReply(of: connection.scanner)
        try reply.receive(from: &connection)
        try reply.checkPong()
    }

    private func ask(
        _ server: ScannerAddress, _ message: borrowing ScannedMessage, _ envelope: ScannedEnvelope,
        until deadline: Deadline
    ) throws(ScannerFailure) -> SpamAnswer {
        var connection = try Self.connect(to: server, until: deadline)
        let head = RspamdRequest.check(
            length: message.bytes.count, envelope, password: password, host: Self.host(server))
        var isSent = try connection.offer(head, more: message.bytes.count > 0)
        if isSent { isSent = try connection.offer(message.bytes.span) }
        var reply = RspamdReply(of: connection.scanner)
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
            server, port: port, scanner: "rspamd \(server.text)", until: deadline, limit: answerLimit)
    }

    /// RFC 9110 §7.2.
    private static func host(_ server: ScannerAddress) -> String {
        switch server {
        case .local: "localhost"
        case .network: server.text
        }
    }
}
