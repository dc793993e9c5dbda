/// What a server said that is no reply. The text is one line without controls, fit for a log.
struct ReplyError: Error, Equatable, Sendable {
    let text: String
}

/// Makes replies of bytes that come in pieces (RFC 5321 §4.2, §4.2.1).
///
/// Invariants: what is kept is never more than what was fed last and one reply's limits; the same bytes give the same
/// replies and the same error, whatever their pieces. After an error nothing more is read.
struct ReplyParser: Sendable {
    /// RFC 5321 §4.5.3.1.5 has 512; some servers send more.
    static let maximumLine = 2048
    static let maximumLines = 100
    static let maximumBytes = 1 << 16

    /// What came and is not in a line yet, from ``start`` on.
    private var buffer: [UInt8] = []
    private var start = 0
    /// Up to here there is no LF.
    private var searched = 0
    /// Of the reply that has begun.
    private var code = 0
    private var lines: [[UInt8]] = []
    private var bytes = 0
    private var error: ReplyError?

    /// Whether nothing has come that has not been handed out.
    var isEmpty: Bool { start == buffer.count && lines.isEmpty }

    mutating func feed(_ bytes: [UInt8]) {
        guard error == nil else { return }
        if start == buffer.count {
            buffer = bytes
        } else {
            buffer.removeFirst(start)
            buffer += bytes
        }
        searched -= start
        start = 0
        searched = max(searched, 0)
    }

    /// The next reply; nil until more has come.
    mutating func next() throws(ReplyError) -> Reply? {
        if let error { throw error }
        do throws(ReplyError) {
            while let line = try nextLine() {
                if let reply = try add(line) { return reply }
            }
            return nil
        } catch {
            self.error = error
            buffer = []
            start = 0
            throw error
        }
    }

    /// The next line without its line end.
    private mutating func nextLine() throws(ReplyError) -> ArraySlice<UInt8>? {
        let limit = min(buffer.count, start + Self.maximumLine)
        while searched < limit {
            let byte = buffer[searched]
            searched += 1
            guard byte == UInt8(ascii: "\n") else { continue }
            // A bare LF is a line end too: it can divide nothing that is not a reply.
            var line = buffer[start..<searched - 1]
            if line.last == UInt8(ascii: "\r") { line = line.dropLast() }
            start = searched
            return line
        }
        guard buffer.count - start < Self.maximumLine else { throw ReplyError(text: "an endless line") }
        return nil
    }

    /// Adds a line to the reply, which is returned if that was its last.
    private mutating func add(_ line: ArraySlice<UInt8>) throws(ReplyError) -> Reply? {
        guard !line.contains(where: { $0 == UInt8(ascii: "\r") || $0 == 0 }) else {
            throw ReplyError(text: "a stray CR or NUL in a reply")
        }
        let digits = line.prefix(3)
        guard digits.count == 3, digits.allSatisfy({ 0x30...0x39 ~= $0 }),
            case let number = digits.reduce(0, { $0 * 10 + Int($1 - 0x30) }), 200...599 ~= number
        else { throw Self.notReply(line) }
        let separator = line.dropFirst(3).first
        guard separator == nil || separator == UInt8(ascii: " ") || separator == UInt8(ascii: "-") else {
            throw Self.notReply(line)
        }
        guard lines.isEmpty || number == code else { throw ReplyError(text: "a reply of several codes") }
        code = number
        lines.append(Array(line.dropFirst(4)))
        bytes += line.count
        guard lines.count <= Self.maximumLines, bytes <= Self.maximumBytes else {
            throw ReplyError(text: "an endless reply")
        }
        guard separator != UInt8(ascii: "-") else { return nil }
        defer {
            lines = []
            bytes = 0
        }
        return Reply(code: code, lines: lines)
    }

    private static func notReply(_ line: ArraySlice<UInt8>) -> ReplyError {
        ReplyError(text: "what is no reply: \(TransportText.clean(line.prefix(200)))")
    }
}
