import MailMessage
import Platform
import Sieve

/// Where scanners have left what they think of a message: settings of `spamtest` and `virustest` as Dovecot
/// has them.
struct ScannerSettings {
    private enum Kind {
        /// A number in a field.
        case score
        /// As many characters as the field has.
        case length
        /// A text that stands for a value.
        case text
    }

    private let kind: Kind
    private let status: FieldPattern?
    private let maximum: Maximum?
    /// The texts, and the value from 1 that each stands for.
    private let texts: [(text: String, value: Int)]
    /// The highest value.
    private let values: Int

    private enum Maximum {
        case constant(Double)
        case field(FieldPattern)
    }

    init(_ scan: ScanKind, _ settings: TestSettings) {
        let prefix = scan == .spam ? "sieve_spamtest_" : "sieve_virustest_"
        let values = scan == .spam ? 10 : 5
        self.values = values
        kind =
            switch settings.value(prefix + "status_type")?.lowercased() {
            case "strlen": .length
            case "text": .text
            default: .score
            }
        status = settings.value(prefix + "status_header").flatMap { FieldPattern($0) }
        if let text = settings.value(prefix + "score_max_value", prefix + "max_value") {
            maximum = Double(text).map { .constant($0) }
        } else if let text = settings.value(prefix + "score_max_header", prefix + "max_header") {
            maximum = FieldPattern(text).map { .field($0) }
        } else {
            maximum = nil
        }
        texts = (0...values).compactMap { value in
            settings.value(prefix + "text_value/\(value)", prefix + "text_value\(value)")
                .map { (text: $0, value: value) }
        }
    }

    func score(of message: Message) -> ScanScore {
        guard let found = status?.value(in: message) else { return .unknown }
        switch kind {
        case .text:
            guard let value = texts.first(where: { $0.text == found })?.value, value > 0 else {
                return .unknown
            }
            return .fraction(Double(value - 1) / Double(values - 1))
        case .length:
            return fraction(Double(found.unicodeScalars.count), message)
        case .score:
            guard let number = Self.number(found) else { return .unknown }
            return fraction(number, message)
        }
    }

    private func fraction(_ number: Double, _ message: Message) -> ScanScore {
        let most: Double? =
            switch maximum {
            case .constant(let value): value
            case .field(let pattern): pattern.value(in: message).flatMap { Self.number($0) }
            case nil: nil
            }
        guard let most, most > 0 else { return .unknown }
        return .fraction(min(max(number, 0) / most, 1))
    }

    private static func number(_ text: String) -> Double? {
        Double(text.split(separator: " ").first.map(String.init) ?? text)
    }
}

/// `Field` or `Field:pattern`: the first field of that name, or what the pattern's first group finds in it.
private struct FieldPattern {
    let name: String
    let pattern: RegularExpression?

    /// Nil for a pattern that is none.
    init?(_ setting: String) {
        guard let colon = setting.firstIndex(of: ":") else {
            name = setting
            pattern = nil
            return
        }
        name = String(setting[..<colon])
        let text = setting[setting.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
        let octets = [UInt8](text.utf8)
        do throws(RegularExpressionError) {
            pattern = try RegularExpression(octets.span, options: [.octets, .longest])
        } catch {
            return nil
        }
    }

    func value(in message: Message) -> String? {
        guard let field = message.firstField(named: name) else { return nil }
        let body = message.unfoldedBody(field)
        guard let pattern else { return String(decoding: body, as: UTF8.self) }
        guard let ranges = try? pattern.firstMatch(in: body.span, captures: 2) else { return nil }
        guard let range = (ranges.count > 1 ? ranges[1] : nil) ?? ranges.first ?? nil else { return nil }
        return String(decoding: body[range], as: UTF8.self)
    }
}
