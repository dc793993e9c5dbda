import Foundation

/// Sends messages to a server on loopback (RFC 5321).
struct SMTPClient {
    let port: UInt16

    /// Sends one message; its line ends become CRLF. An answer that is not the expected one is an error.
    func send(_ message: Data, from sender: String, to recipients: String...) throws {
        let connection = try Connection(port: port)
        try expect("220", connection)
        try command("EHLO client.example.org", "250", connection)
        try command("MAIL FROM:<\(sender)>", "250", connection)
        for recipient in recipients { try command("RCPT TO:<\(recipient)>", "250", connection) }
        try command("DATA", "354", connection)
        try connection.write(Self.transparent(message) + Data(".\r\n".utf8))
        try expect("250", connection)
        try command("QUIT", "221", connection)
    }

    private func command(_ text: String, _ code: String, _ connection: Connection) throws {
        try connection.write(Data("\(text)\r\n".utf8))
        try expect(code, connection)
    }

    private func expect(_ code: String, _ connection: Connection) throws {
        var line = try connection.line()
        while line.dropFirst(3).first == "-" { line = try connection.line() }
        guard line.hasPrefix(code) else { throw Obstacle("SMTP: \(line)") }
    }

    /// RFC 5321 §4.5.2.
    private static func transparent(_ message: Data) -> Data {
        var lines = message.split(separator: 10, omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        var data = Data()
        for line in lines {
            if line.first == UInt8(ascii: ".") { data.append(UInt8(ascii: ".")) }
            data += line + [13, 10]
        }
        return data
    }
}
