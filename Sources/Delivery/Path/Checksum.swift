/// A digest that tells two texts apart; no protection against somebody who wants two to be alike.
enum Checksum {
    /// FNV-1a, 64 bits, as 16 hexadecimal digits.
    static func text(of bytes: [UInt8]) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }
}
