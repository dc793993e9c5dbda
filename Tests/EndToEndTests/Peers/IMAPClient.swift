import Foundation

/// Reads a user's mail as any mail program does (RFC 3501), from a server on loopback.
final class IMAPClient {
    /// A line of an answer; literals stand in it, and are kept apart too.
    struct Line {
        let text: String
        let literals: [Data]
    }

    private let connection: Connection
    private var tag = 0

    init(port: UInt16, user: String, password: String) throws {
        connection = try Connection(port: port)
        guard try connection.line().hasPrefix("* OK") else { throw Obstacle("IMAP: no greeting") }
        try command("LOGIN \(user) \(password)")
    }

    /// Sends a command, which has to succeed; gives the untagged answers.
    @discardableResult
    func command(_ text: String) throws -> [Line] {
        tag += 1
        try connection.write(Data("t\(tag) \(text)\r\n".utf8))
        var lines: [Line] = []
        while true {
            let line = try self.line()
            if line.text.hasPrefix("t\(tag) OK") { return lines }
            if line.text.hasPrefix("t\(tag) ") { throw Obstacle("IMAP: \(text): \(line.text)") }
            lines.append(line)
        }
    }

    private func line() throws -> Line {
        var text = try connection.line()
        var literals: [Data] = []
        while text.hasSuffix("}"), let open = text.lastIndex(of: "{"),
            let count = Int(text[text.index(after: open)...].dropLast())
        {
            let literal = try connection.bytes(count)
            literals.append(literal)
            text = text[..<open] + String(decoding: literal, as: UTF8.self) + (try connection.line())
        }
        return Line(text: text, literals: literals)
    }

    /// The names of all mailboxes, as they are on the wire: in modified UTF-7.
    func mailboxes(_ verb: String = "LIST") throws -> [String] {
        try command("\(verb) \"\" \"*\"").compactMap { line in
            guard line.text.hasPrefix("* \(verb) "), let mark = line.text.range(of: "\"/\" ") else {
                return nil
            }
            return line.text[mark.upperBound...].trimmingCharacters(in: ["\""])
        }.sorted()
    }

    /// What Dovecot calls a mailbox whatever its name is.
    func identifier(of mailbox: String) throws -> String? {
        let text = try command("STATUS \"\(mailbox)\" (X-GUID)").first?.text ?? ""
        guard let mark = text.range(of: "X-GUID ") else { return nil }
        return String(text[mark.upperBound...].prefix { $0.isLetter || $0.isNumber })
    }

    /// What is told of one message of the mailbox that is selected.
    func flags(_ number: Int) throws -> Set<String> {
        let text = try command("FETCH \(number) (FLAGS)").first { $0.text.contains("FLAGS (") }?.text ?? ""
        guard let start = text.range(of: "FLAGS ("),
            let end = text.range(of: ")", range: start.upperBound..<text.endIndex)
        else { return [] }
        return Set(text[start.upperBound..<end.lowerBound].split(separator: " ").map(String.init))
            .subtracting(["\\Recent"])
    }

    func size(_ number: Int) throws -> Int? {
        let text = try command("FETCH \(number) (RFC822.SIZE)").first?.text ?? ""
        guard let mark = text.range(of: "RFC822.SIZE ") else { return nil }
        return Int(text[mark.upperBound...].prefix { $0.isNumber })
    }

    func body(_ number: Int) throws -> Data {
        try command("FETCH \(number) (BODY.PEEK[])").compactMap(\.literals.first).first ?? Data()
    }
}
