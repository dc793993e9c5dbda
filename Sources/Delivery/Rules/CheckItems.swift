import ContentChecks
import Sieve

/// What scripts are told of the checks of their message.
struct CheckItems {
    let verdicts: Verdicts

    /// RFC 5235 §3: 1 is no virus, 5 a virus for certain, and 0 a message that nobody has tested. Nil where no check of
    /// this kind was asked.
    func score(_ kind: ScanKind) -> ScanScore? {
        switch kind {
        case .spam:
            if let spam = verdicts.spam { return .fraction(spam.fraction) }
            let wasAsked = verdicts.results.contains {
                ($0.check == .spamd || $0.check == .rspamd) && $0.outcome != .skipped
            }
            return wasAsked ? .unknown : nil
        case .virus:
            switch verdicts.virus {
            case .untested: return nil
            case .unknown: return .unknown
            case .clean: return .fraction(0)
            case .found: return .fraction(1)
            }
        }
    }

    private static let prefix = "vnd.postmaster."

    /// An item of the environment (RFC 5183) by its name in lower case; nil if there is none.
    func value(of item: String) -> String? {
        guard item.hasPrefix(Self.prefix) else { return nil }
        let name = String(item.dropFirst(Self.prefix.utf8.count))
        let check = "check."
        if name.hasPrefix(check) { return result(of: String(name.dropFirst(check.utf8.count))) }
        switch name {
        case "virus":
            switch verdicts.virus {
            case .untested: return nil
            case .clean: return "clean"
            case .unknown: return "unknown"
            case .found(let name): return name
            }
        case "attachments": return verdicts.attachments?.joined(separator: " ")
        case "spam-score": return verdicts.spam.map { ScoreText.text($0.score) }
        case "spam-threshold": return verdicts.spam.map { ScoreText.text($0.threshold) }
        case "spam-action": return verdicts.spam.map(\.action)
        case "spam-symbols": return verdicts.spam.map { $0.symbols.joined(separator: " ") }
        default: return nil
        }
    }

    private func result(of check: String) -> String? {
        verdicts.results.first { $0.check.rawValue == check }?.outcome.rawValue
    }
}
