/// CRC-32C (RFC 3720 §12.1, appendix B.4), eight bytes at a time.
///
/// It finds what disks and crashes do to a file. It keeps nobody out: what may have been written by somebody
/// else is told by owner and permissions.
struct Checksum: Sendable {
    /// `table[256 * n + b]`: what byte `b` does to the remainder when `n` more bytes follow it.
    private let table: [UInt32]

    init() {
        var table = [UInt32](repeating: 0, count: 8 * 256)
        for byte in 0..<256 {
            var remainder = UInt32(byte)
            for _ in 0..<8 { remainder = remainder & 1 == 0 ? remainder >> 1 : remainder >> 1 ^ 0x82F6_3B78 }
            table[byte] = remainder
        }
        for index in 256..<table.count {
            let before = table[index - 256]
            table[index] = before >> 8 ^ table[Int(before & 255)]
        }
        self.table = table
    }

    /// The checksum of what had the checksum `sum` with `bytes` behind it; 0 is that of no bytes.
    func extend(_ sum: UInt32, with bytes: Span<UInt8>) -> UInt32 {
        let table = table.span
        var remainder = ~sum
        var index = 0
        while bytes.count - index >= 8 {
            let low = remainder ^ word(bytes, index)
            let high = word(bytes, index + 4)
            let a = table[1792 + Int(low & 255)] ^ table[1536 + Int(low >> 8 & 255)]
            let b = table[1280 + Int(low >> 16 & 255)] ^ table[1024 + Int(low >> 24)]
            let c = table[768 + Int(high & 255)] ^ table[512 + Int(high >> 8 & 255)]
            let d = table[256 + Int(high >> 16 & 255)] ^ table[Int(high >> 24)]
            remainder = a ^ b ^ c ^ d
            index += 8
        }
        while index < bytes.count {
            remainder = remainder >> 8 ^ table[Int((remainder ^ UInt32(bytes[index])) & 255)]
            index += 1
        }
        return ~remainder
    }

    func of(_ bytes: [UInt8]) -> UInt32 {
        extend(0, with: bytes.span)
    }

    private func word(_ bytes: Span<UInt8>, _ index: Int) -> UInt32 {
        UInt32(bytes[index]) | UInt32(bytes[index + 1]) << 8 | UInt32(bytes[index + 2]) << 16
            | UInt32(bytes[index + 3]) << 24
    }
}
