import TestSupport

extension SeededGenerator {
    /// What a hostile host may answer: line ends, header fields, boundaries, controls.
    mutating func hostileText(upTo count: Int) -> String {
        let pieces = [
            "550 5.1.1", " ", "user", "\r\n", "\n", "\r", "\0", "Bcc: x@y", "\n\n", "--report-u1-0",
            "--report-u1-0--",
            "Content-Type: text/html", "\t", "é", "\u{202E}", "\u{85}", "\u{2028}", "😀", "<", ">", "\"", "\\",
            "=?utf-8?q?x?=",
            "\r\n.\r\n", String(repeating: "x", count: 1200),
            "a b c d e f g h i j k l m n o p q r s t u v w x y z", ";", ":",
        ]
        let length = Int.random(in: 0...count, using: &self)
        return (0..<length).compactMap { _ in pieces.randomElement(using: &self) }.joined()
    }
}
