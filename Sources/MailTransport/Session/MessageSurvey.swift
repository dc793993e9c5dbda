import Platform

/// What must be known of a message before its first byte is sent, found out in one pass.
struct MessageSurvey: Equatable, Sendable {
    /// Octets as SIZE counts them (RFC 1870 §3): with CR LF line ends, without stuffed dots.
    let count: Int
    let hasEightBit: Bool

    init(_ mail: OutgoingMail) {
        self.init(head: mail.head, body: mail.body.span)
    }

    init(head: [UInt8], body: Span<UInt8>) {
        var scan = Scan()
        scan.add(head.span)
        scan.add(body)
        let size = head.count + body.count
        // A last line without an end gets one; a last CR becomes a space first.
        let missing = size > 0 && scan.last != UInt8(ascii: "\n") ? 2 : 0
        count = size + scan.bareLineFeeds + missing
        hasEightBit = scan.bits >= 0x80
    }

    private struct Scan {
        var last: UInt8 = 0
        var bits: UInt8 = 0
        var bareLineFeeds = 0

        mutating func add(_ bytes: Span<UInt8>) {
            var (last, bits, bare) = (last, bits, 0)
            for index in bytes.indices {
                let byte = bytes[index]
                bits |= byte
                if byte == UInt8(ascii: "\n"), last != UInt8(ascii: "\r") { bare &+= 1 }
                last = byte
            }
            (self.last, self.bits) = (last, bits)
            bareLineFeeds += bare
        }
    }
}
