import MailMessage
import Maildir

/// Numbers that are the same in every run (SplitMix64).
struct Random: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }

    mutating func below(_ limit: Int) -> Int { Int.random(in: 0..<max(limit, 1), using: &self) }

    mutating func chance(_ percent: Int) -> Bool { below(100) < percent }

    /// Bytes, half of them from `marks`.
    mutating func bytes(upTo limit: Int, marks: String) -> [UInt8] {
        let marks = Array(marks.utf8)
        return (0..<below(limit + 1)).map { _ in
            chance(50) ? UInt8.random(in: .min ... .max, using: &self) : marks[below(marks.count)]
        }
    }

    /// Text of what makes trouble between quotes, in fields and on lines.
    mutating func text(upTo limit: Int) -> String {
        let pieces = [
            "a", "B", "7", " ", "\"", "\\", "%", "=", ":", "[", "@", ".", "+", "-", "é", "ü", "漢", "😀", "'",
            "<", ">", "(", ",", ";",
            "%0A", "..", "~", "action", "/",
        ]
        return (0..<below(limit + 1)).map { _ in pieces[below(pieces.count)] }.joined()
    }

    /// An address; never one without a domain.
    mutating func address() -> MailAddress {
        let domains = [
            "example.org", "EXAMPLE.net", "a.b", "[192.0.2.1]", "[IPv6:2001:db8::1]", "bücher.example", "x",
        ]
        while true {
            let local = chance(50) ? text(upTo: 12) : "user+detail"
            if let address = MailAddress(localPart: local, domain: domains[below(domains.count)]) {
                return address
            }
        }
    }

    mutating func mailbox() -> MailboxName {
        while true {
            let name = chance(20) ? "INBOX" : text(upTo: 8)
            if let mailbox = try? MailboxName(name, separator: UInt8(ascii: "/")) { return mailbox }
        }
    }
}
