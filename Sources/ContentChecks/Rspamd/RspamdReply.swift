import Platform

/// What rspamd says of a message: JSON over HTTP/1.1 (rspamd.com, "Protocol").
///
///     {"is_skipped":false,"score":6.5,"required_score":15.0,"action":"add header",
///      "symbols":{"BAYES_SPAM":{"name":"BAYES_SPAM","score":5.1}},"messages":{}}
///
/// - `required_score` is the score of its action `reject`; a site may have none.
/// - `is_skipped` says that rules were passed over, as they are for a message that one rule decides on at
///   once: the action counts all the same.
/// - An action of the site's own is spam if the score is that of `reject`.
package struct RspamdReply: Sendable {
    private let scanner: String
    private(set) var reply: HeadedReply

    /// The links of a message are among what it says.
    static var bodyLimit: Int { 1 << 20 }
    /// Of values within one another; the fields that it asks a milter for take most of them.
    private static let mostDepth = 16

    package init(of scanner: String) {
        self.scanner = scanner
        reply = HeadedReply(of: scanner, bodyLimit: Self.bodyLimit)
    }

    /// Takes more of it, however it is divided.
    package mutating func take(_ octets: [UInt8]) { reply.take(octets) }

    /// Takes the end of the connection.
    package mutating func end() { reply.end() }

    mutating func receive(from connection: inout ScannerConnection) throws(ScannerFailure) {
        try connection.receive(&reply) { reply in
            // Why it could not do it stands in the first line.
            reply.statusLine.map { Self.status($0) != 200 } ?? false
        }
    }

    /// What it says of the message.
    ///
    /// - Throws: why it says nothing of it.
    package func answer() throws(ScannerFailure) -> SpamAnswer {
        try checkStatus()
        guard let value = Self.json(reply.body), case .object = value else {
            throw unintelligible("its answer is no JSON object")
        }
        if let error = value["error"] {
            throw ScannerFailure(.declined, scanner: scanner, ScannerText.fit((error.text ?? "error").utf8))
        }
        guard case .text(let action)? = value["action"], let score = Self.number(value["score"]) else {
            throw unintelligible("it says nothing of spam")
        }
        let threshold = Self.number(value["required_score"]) ?? 0
        return SpamAnswer(
            isSpam: Self.isSpam(action, score: score, threshold: threshold), score: score,
            threshold: threshold,
            action: ScannerText.fit(action.utf8), symbols: Self.symbols(value["symbols"]))
    }

    /// - Throws: why the server is of no use.
    func checkPong() throws(ScannerFailure) {
        try checkStatus()
        guard reply.body.starts(with: "pong".utf8) else { throw unintelligible("it does not answer a ping") }
    }

    private func checkStatus() throws(ScannerFailure) {
        guard let line = reply.statusLine else {
            throw reply.fault ?? ScannerFailure(.cutOff, scanner: scanner)
        }
        guard let code = Self.status(line) else { throw unintelligible(ScannerText.fit(line)) }
        guard code == 200 else {
            throw ScannerFailure(
                .declined, scanner: scanner, ScannerText.fit(line.drop { $0 != 0x20 }.dropFirst()))
        }
        if let fault = reply.fault { throw fault }
        guard reply.isComplete else { throw ScannerFailure(.cutOff, scanner: scanner) }
    }

    /// The code of `HTTP/1.1 200 OK`; nil for any other line.
    private static func status(_ line: [UInt8]) -> Int? {
        let words = line.split(separator: 0x20, maxSplits: 2, omittingEmptySubsequences: false)
        guard words.count >= 2, words[0].starts(with: "HTTP/1.".utf8), words[1].count == 3 else { return nil }
        return HeadedReply.decimal(Array(words[1]))
    }

    private func unintelligible(_ detail: String) -> ScannerFailure {
        ScannerFailure(.unintelligible, scanner: scanner, detail)
    }

    private static func isSpam(_ action: String, score: Double, threshold: Double) -> Bool {
        switch action {
        case "reject", "add header", "rewrite subject", "quarantine", "discard": true
        case "no action", "greylist", "soft reject": false
        default: threshold > 0 && score >= threshold
        }
    }

    private static func json(_ body: [UInt8]) -> JSONReader.Value? {
        var reader = JSONReader(body[...], mostDepth: mostDepth)
        guard let value = reader.value(), reader.isAtEnd else { return nil }
        return value
    }

    private static func number(_ value: JSONReader.Value?) -> Double? {
        guard case .literal(let text)? = value else { return nil }
        return SpamScore.value(text.utf8)
    }

    /// The names of those that weigh most, of equal ones in the order in which they are told.
    private static func symbols(_ value: JSONReader.Value?) -> [String] {
        guard case .object(let members)? = value else { return [] }
        let weights = members.enumerated().map { place, member in
            (weight: abs(number(member.1["score"]) ?? 0), place: place, name: member.0)
        }
        let heaviest = weights.sorted { ($1.weight, $0.place) < ($0.weight, $1.place) }
        return heaviest.prefix(SpamAnswer.mostSymbols).map { ScannerText.fit($0.name.utf8) }
    }
}
