/// An enhanced status code (RFC 3463 §2): `class.subject.detail`.
///
/// Invariant: the class is 2, 4 or 5; subject and detail are at most 999.
struct EnhancedStatus: Equatable, Sendable {
    enum Class: UInt8, Sendable {
        case success = 2
        case temporary = 4
        case permanent = 5
    }

    let `class`: Class
    let subject: Int
    let detail: Int

    init(_ class: Class, _ subject: Int, _ detail: Int) {
        self.class = `class`
        self.subject = min(max(subject, 0), 999)
        self.detail = min(max(detail, 0), 999)
    }

    /// The code at the beginning of a reply's text (RFC 2034 §4), and how many bytes of the text it takes, the
    /// space behind it included. Nil where there is none.
    static func parse(_ text: ArraySlice<UInt8>) -> (status: EnhancedStatus, length: Int)? {
        guard let first = text.first, let `class` = Class(rawValue: first &- 0x30) else { return nil }
        var rest = text.dropFirst()
        guard let subject = number(&rest), let detail = number(&rest) else { return nil }
        guard let next = rest.first else { return (EnhancedStatus(`class`, subject, detail), text.count) }
        guard next == UInt8(ascii: " ") else { return nil }
        return (EnhancedStatus(`class`, subject, detail), text.count - rest.count + 1)
    }

    /// A dot and one to three digits, taken from `text`.
    private static func number(_ text: inout ArraySlice<UInt8>) -> Int? {
        guard text.first == UInt8(ascii: ".") else { return nil }
        let digits = text.dropFirst().prefix(4).prefix { 0x30...0x39 ~= $0 }
        guard 1...3 ~= digits.count else { return nil }
        text = text[digits.endIndex...]
        return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }

    /// The same subject and detail, of another class.
    func with(_ class: Class) -> EnhancedStatus { EnhancedStatus(`class`, subject, detail) }

    var text: String { "\(`class`.rawValue).\(subject).\(detail)" }
}
