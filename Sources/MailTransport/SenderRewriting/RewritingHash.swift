import MailMessage
import Platform

/// The hash in a rewritten address: HMAC-SHA-1 in base64, of which only the beginning is written.
struct RewritingHash {
    /// All of it, without padding.
    let text: [UInt8]

    /// The fewest characters that count; other implementations write four, and may write more.
    static let shortest = 4

    init(secret: [UInt8], _ parts: ArraySlice<ArraySlice<UInt8>>) {
        let signed = parts.joined().map { $0 &- 0x41 < 26 ? $0 | 0x20 : $0 }
        let whole = Base64.encodeUnbroken(Digest.hmacSHA1(key: secret, signed))
        text = Array(whole.prefix { $0 != UInt8(ascii: "=") })
    }

    /// Whether `given` is a beginning of it, in whatever case and in either alphabet of base64 (RFC 4648 §4, §5): an
    /// MTA may have folded the one, and cannot have the other's characters. Takes as long for a wrong one as for a
    /// right one of the same length.
    func matches(_ given: ArraySlice<UInt8>) -> Bool {
        guard given.count >= Self.shortest, given.count <= text.count else { return false }
        var difference: UInt8 = 0
        for (own, other) in zip(text, given) { difference |= Self.folded(own) ^ Self.folded(other) }
        return difference == 0
    }

    private static func folded(_ byte: UInt8) -> UInt8 {
        switch byte {
        case UInt8(ascii: "-"): UInt8(ascii: "+")
        case UInt8(ascii: "_"): UInt8(ascii: "/")
        case 0x41...0x5A: byte | 0x20
        default: byte
        }
    }
}
