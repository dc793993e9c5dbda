/// What spamd says of a message (SPAMC protocol 1.5, in SpamAssassin's spamd/PROTOCOL):
///
///     SPAMD/1.1 0 EX_OK
///     Content-length: 18
///     Spam: True ; 1002.5 / 5.0
///
///     GTUBE,TEST_SUBJECT
///
/// A status other than 0 is one of sysexits(3), or 79 for out of time: spamd could not look at the message.
/// It stands alone, without an empty line behind it, and so does the answer to `PING`.
package struct SpamdReply: Sendable {
    private let scanner: String
    private(set) var reply: HeadedReply

    static var bodyLimit: Int { 1 << 16 }

    package init(of scanner: String) {
        self.scanner = scanner
        reply = HeadedReply(of: scanner, bodyLimit: Self.bodyLimit)
    }

    /// Takes more of it, however it is divided.
    package mutating func take(_ octets: [UInt8]) { reply.take(octets) }

    /// Takes the end of the connection.
    package mutating func end() { reply.end() }

    mutating func receive(
        from connection: inout ScannerConnection, statusOnly: Bool = false
    ) throws(ScannerFailure) {
        try connection.receive(&reply) { statusOnly ? $0.statusLine != nil : Self.isFinal($0.statusLine) }
    }

    /// Whether nothing follows a line that it begins with.
    private static func isFinal(_ line: [UInt8]?) -> Bool {
        guard let line else { return false }
        return status(line)?.code != 0
    }

    /// What it says of the message.
    ///
    /// - Throws: why it says nothing of it.
    package func answer() throws(ScannerFailure) -> SpamAnswer {
        try checkStatus()
        if let fault = reply.fault { throw fault }
        guard let verdict = reply.field("spam"),
            let (isSpam, score, threshold) = Self.verdict(verdict)
        else { throw ScannerFailure(.unintelligible, scanner: scanner, "it says nothing of spam") }
        return SpamAnswer(
            isSpam: isSpam, score: score, threshold: threshold, symbols: Self.symbols(reply.body))
    }

    /// - Throws: why the server is of no use.
    func checkPong() throws(ScannerFailure) {
        try checkStatus()
        guard let line = reply.statusLine, Self.status(line)?.text.elementsEqual("PONG".utf8) == true else {
            throw ScannerFailure(.unintelligible, scanner: scanner, "it does not answer a PING")
        }
    }

    private func checkStatus() throws(ScannerFailure) {
        guard let line = reply.statusLine else {
            throw reply.fault ?? ScannerFailure(.cutOff, scanner: scanner)
        }
        guard let (code, _) = Self.status(line) else {
            throw ScannerFailure(.unintelligible, scanner: scanner, ScannerText.fit(line))
        }
        guard code == 0 else {
            throw ScannerFailure(
                .declined, scanner: scanner, ScannerText.fit(line.drop { $0 != 0x20 }.dropFirst()))
        }
    }

    /// `SPAMD/1.1 0 EX_OK`.
    private static func status(_ line: [UInt8]) -> (code: Int, text: ArraySlice<UInt8>)? {
        let words = line.split(separator: 0x20, maxSplits: 2)
        guard words.count == 3, words[0].starts(with: "SPAMD/".utf8), words[1].count <= 3,
            let code = HeadedReply.decimal(Array(words[1]))
        else { return nil }
        return (code, words[2])
    }

    /// `True ; 1002.5 / 5.0`; older servers say `Yes` and `No`.
    private static func verdict(_ value: [UInt8]) -> (isSpam: Bool, score: Double, threshold: Double)? {
        let halves = value.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false)
        guard halves.count == 2 else { return nil }
        let numbers = halves[1].split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard numbers.count == 2, let score = SpamScore.value(trimmed(numbers[0])),
            let threshold = SpamScore.value(trimmed(numbers[1]))
        else { return nil }
        switch String(decoding: trimmed(halves[0]).map { $0 | 0x20 }, as: UTF8.self) {
        case "true", "yes": return (true, score, threshold)
        case "false", "no": return (false, score, threshold)
        default: return nil
        }
    }

    private static func symbols(_ body: [UInt8]) -> [String] {
        body.split { ",\r\n\t ".utf8.contains($0) }.prefix(SpamAnswer.mostSymbols)
            .map { ScannerText.fit($0) }
    }

    private static func trimmed(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let text = text.drop { $0 == 0x20 || $0 == 0x09 }
        let end = text.lastIndex { $0 != 0x20 && $0 != 0x09 }
        return text[..<(end.map { $0 + 1 } ?? text.startIndex)]
    }
}
