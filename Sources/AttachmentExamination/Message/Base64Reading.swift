import Platform

/// Base64 as readers read it (RFC 2045 §6.8), who differ in what they do with padding before the end and with characters
/// outside of the alphabet.
struct Base64Reading: ~Copyable {
    /// What padding in the middle means.
    enum Padding {
        /// It ends a piece, and another begins: what most readers do, and what a sender who joins two pieces relies on.
        case ends
        /// It is like any other character outside of the alphabet.
        case isSkipped
    }

    private var output: InputBuffer
    private var bits: UInt32 = 0
    private var bitCount = 0
    /// Whether there was padding with more of the alphabet behind it.
    private(set) var hasInnerPadding = false
    /// Characters that are neither of the alphabet, nor padding, nor blanks or line ends.
    private(set) var strangers = 0
    private var sawPadding = false
    private let padding: Padding

    /// - Parameter capacity: octets that are decoded at the most.
    init(padding: Padding, capacity: Int) {
        self.padding = padding
        output = InputBuffer(capacity: capacity)
    }

    var isFull: Bool { output.isFull }

    mutating func read(_ text: Span<UInt8>) {
        var chunk: [UInt8] = []
        chunk.reserveCapacity(text.count / 4 * 3 + 3)
        var index = 0
        while index < text.count {
            let octet = text[index]
            index &+= 1
            let value = Self.value(octet)
            if value < 64 {
                if sawPadding { hasInnerPadding = true }
                bits = bits << 6 | UInt32(value)
                bitCount &+= 6
                if bitCount >= 8 {
                    bitCount &-= 8
                    chunk.append(UInt8(truncatingIfNeeded: bits >> UInt32(bitCount)))
                }
            } else if octet == UInt8(ascii: "=") {
                sawPadding = true
                if padding == .ends { bitCount = 0 }
            } else if octet > 0x20 || octet == 0 {
                strangers &+= 1
            }
        }
        output.append(chunk.span)
    }

    consuming func finish() -> SharedBytes { output.finish() }

    /// 64 for what is not of the alphabet.
    private static func value(_ octet: UInt8) -> UInt8 {
        let letter = (octet | 0x20) &- 0x61
        if letter < 26 { return octet & 0x20 != 0 ? letter &+ 26 : letter }
        if octet &- 0x30 < 10 { return octet &- 0x30 &+ 52 }
        switch octet {
        case UInt8(ascii: "+"), UInt8(ascii: "-"): return 62
        case UInt8(ascii: "/"), UInt8(ascii: "_"): return 63
        default: return 64
        }
    }
}
