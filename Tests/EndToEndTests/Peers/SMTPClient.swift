import Foundation

/// Sends messages to a server on loopback (RFC 5321), or hands them to one that stores them (RFC 2033).
struct SMTPClient {
    private let open: () throws -> Connection
    private let isLMTP: Bool

    init(port: UInt16, lmtp: Bool = false) {
        open = { try Connection(port: port) }
        isLMTP = lmtp
    }

    /// LMTP on a local socket.
    init(socket: String) {
        open = { try Connection(socket: socket) }
        isLMTP = true
    }

    /// Sends one message; its line ends become CRLF. An answer that is not the expected one is an error.
    func send(_ message: Data, from sender: String, to recipients: String...) throws {
        let replies = try replies(to: message, from: sender, to: recipients)
        for reply in replies where !reply.hasPrefix("250") { throw Obstacle("SMTP: \(reply)") }
    }

    /// Sends one message; gives the answer to it for each recipient: that to RCPT, or to the message.
    ///
    /// - Parameter declaringSize: whether MAIL tells the size (RFC 1870).
    func replies(
        to message: Data, from sender: String, to recipients: [String], declaringSize: Bool = false
    ) throws -> [String] {
        let connection = try open()
        try expect("220", connection)
        try command("\(isLMTP ? "LHLO" : "EHLO") client.example.org", "250", connection)
        let size = declaringSize ? " SIZE=\(Self.transparent(message).count)" : ""
        try command("MAIL FROM:<\(sender)>\(size)", "250", connection)
        var replies: [String] = []
        for recipient in recipients {
            try connection.write(Data("RCPT TO:<\(recipient)>\r\n".utf8))
            replies.append(try Self.reply(connection))
        }
        guard replies.contains(where: { $0.hasPrefix("250") }) else { return replies }
        try command("DATA", "354", connection)
        try connection.write(Self.transparent(message) + Data(".\r\n".utf8))
        let common = isLMTP ? nil : try Self.reply(connection)
        for index in replies.indices where replies[index].hasPrefix("250") {
            replies[index] = try common ?? Self.reply(connection)
        }
        try command("QUIT", "221", connection)
        return replies
    }

    /// What the server says it can do, without code and its own name.
    func capabilities() throws -> [String] {
        let connection = try open()
        try expect("220", connection)
        try connection.write(Data("\(isLMTP ? "LHLO" : "EHLO") client.example.org\r\n".utf8))
        var lines: [String] = []
        repeat { lines.append(try connection.line()) } while lines.last?.dropFirst(3).first == "-"
        return lines.dropFirst().map { String($0.dropFirst(4)) }
    }

    private func command(_ text: String, _ code: String, _ connection: Connection) throws {
        try connection.write(Data("\(text)\r\n".utf8))
        try expect(code, connection)
    }

    private func expect(_ code: String, _ connection: Connection) throws {
        let line = try Self.reply(connection)
        guard line.hasPrefix(code) else { throw Obstacle("SMTP: \(line)") }
    }

    /// The last line of an answer.
    private static func reply(_ connection: Connection) throws -> String {
        var line = try connection.line()
        while line.dropFirst(3).first == "-" { line = try connection.line() }
        return line
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
