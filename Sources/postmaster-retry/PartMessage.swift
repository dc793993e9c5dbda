import MailTransport

/// What a process that visits one user's part of the spool tells the one that started it: a line of words between
/// tabs.
enum PartMessage: Equatable {
    case entry(EntryReport)
    case suspended(Suspension)
    case cutShort

    var line: [UInt8] {
        switch self {
        case .entry(let report): Self.line(["entry", report.id, report.word, report.reason])
        case .suspended(let suspension): Self.line(["suspended", suspension.route, suspension.reason])
        case .cutShort: Self.line(["cut-short"])
        }
    }

    private static func line(_ words: [String]) -> [UInt8] {
        let harmless = words.map { $0.utf8.map { $0 < 0x20 || $0 == 0x7F ? UInt8(ascii: " ") : $0 } }
        return Array(harmless.joined(separator: [UInt8(ascii: "\t")])) + [0x0A]
    }

    /// Reads back ``line``, without its line end; nil for any other line.
    init?(_ line: [UInt8], owner: UInt32) {
        let words = line.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false).map {
            String(decoding: $0, as: UTF8.self)
        }
        switch (words.first, words.count) {
        case ("entry", 4):
            self = .entry(EntryReport(id: words[1], owner: owner, word: words[2], reason: words[3]))
        case ("suspended", 3): self = .suspended(Suspension(route: words[1], reason: words[2]))
        case ("cut-short", 1): self = .cutShort
        default: return nil
        }
    }
}
