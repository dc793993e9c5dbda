/// What a virus scanner says of a message.
package enum VirusAnswer: Equatable, Sendable {
    case clean
    /// - Parameter name: of what was found, made fit for a log: see ``ScannerText``.
    case found(name: String)
}

/// What a spam scanner says of a message.
package struct SpamAnswer: Equatable, Sendable {
    /// Whether the scanner itself calls it spam.
    package var isSpam: Bool
    package var score: Double
    /// The score from which on the scanner calls a message spam.
    package var threshold: Double
    /// What rspamd would do (`reject`, `add header`); empty where a scanner does not say.
    package var action: String
    /// The rules that counted, at most ``mostSymbols``, each fit for a log.
    package var symbols: [String]

    package static var mostSymbols: Int { 200 }

    package init(
        isSpam: Bool, score: Double, threshold: Double, action: String = "", symbols: [String] = []
    ) {
        self.isSpam = isSpam
        self.score = score
        self.threshold = threshold
        self.action = action
        self.symbols = symbols
    }

    /// From 0, no sign of spam, to 1: the scanner calls it spam (RFC 5235 §2.1 asks for a scale of this kind).
    package var fraction: Double {
        guard !isSpam else { return 1 }
        guard score.isFinite, threshold.isFinite, threshold > 0 else { return 0 }
        return min(max(score / threshold, 0), 0.999)
    }
}

/// Words of a scanner, which a stranger may have had a hand in.
package enum ScannerText {
    /// Octets that are kept.
    package static var longest: Int { 128 }

    /// Printable ASCII; whatever else is there becomes a `?`.
    package static func fit(_ octets: some Sequence<UInt8>, longest: Int = longest) -> String {
        var kept: [UInt8] = []
        for octet in octets {
            guard kept.count < longest else { break }
            kept.append(octet >= 0x20 && octet < 0x7F ? octet : UInt8(ascii: "?"))
        }
        return String(decoding: kept, as: UTF8.self)
    }
}
