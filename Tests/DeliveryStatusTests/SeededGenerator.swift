/// A generator whose numbers are the same in every run (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func bytes(upTo count: Int) -> [UInt8] {
        (0..<Int.random(in: 0...count, using: &self)).map { _ in UInt8.random(in: 0...255, using: &self) }
    }
}

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
