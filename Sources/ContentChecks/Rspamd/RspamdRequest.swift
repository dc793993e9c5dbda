import Platform

/// What rspamd is told before the message: a request of HTTP/1.1 (rspamd.com, "Protocol"), which stays open
/// behind the message, since rspamd drops one whose client stops sending.
///
/// Invariant: whatever an envelope says, it says it in its field: a value with a control character is left
/// out.
enum RspamdRequest {
    private static let longestValue = 1000

    static func check(
        length: Int, _ envelope: ScannedEnvelope, password: String?, host: String
    ) -> [UInt8] {
        var head = "POST /checkv2 HTTP/1.1\r\n"
        add("Host", host, to: &head)
        add("Content-Length", "\(length)", to: &head)
        add("Connection", "close", to: &head)
        add("User-Agent", "Postmaster", to: &head)
        add("Password", password, to: &head)
        add("From", envelope.sender.isEmpty ? "<>" : envelope.sender, to: &head)
        add("Rcpt", envelope.recipient, to: &head)
        add("Deliver-To", envelope.user.isEmpty ? envelope.recipient : envelope.user, to: &head)
        // Somebody who has signed in; rspamd takes such mail for outgoing.
        add("User", envelope.authenticatedUser, to: &head)
        if let address = envelope.clientAddress, HostLookup.isAddress(address) {
            add("Ip", address, to: &head)
        }
        add("Helo", envelope.clientHELO, to: &head)
        // Postfix's word for a client without a name.
        if let name = envelope.clientName, name.lowercased() != "unknown" { add("Hostname", name, to: &head) }
        add("Queue-Id", envelope.queueIdentifier, to: &head)
        return Array((head + "\r\n").utf8)
    }

    static func ping(host: String) -> [UInt8] {
        var head = "GET /ping HTTP/1.1\r\n"
        add("Host", host, to: &head)
        add("Connection", "close", to: &head)
        return Array((head + "\r\n").utf8)
    }

    private static func add(_ name: StaticString, _ value: String?, to head: inout String) {
        guard let value, 1...longestValue ~= value.utf8.count,
            value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F })
        else { return }
        head += "\(name): \(value)\r\n"
    }
}
