/// 128 bits that tell contents apart: equal contents have equal hashes, and contents that differ by accident do not.
///
/// Not for keeping anybody out: who wants two contents with one hash can make them.
package struct ContentHash: Sendable, Equatable {
    package let first: UInt64
    package let second: UInt64

    package init(_ bytes: Span<UInt8>) {
        // Four lanes, so that multiplications need not wait for one another.
        var lanes = (
            UInt64(0x243F_6A88_85A3_08D3), UInt64(0x1319_8A2E_0370_7344),
            UInt64(0xA409_3822_299F_31D0), UInt64(0x082E_FA98_EC4E_6C89)
        )
        let raw = unsafe bytes.bytes
        let whole = bytes.count & ~31
        var offset = 0
        while offset < whole {
            lanes.0 = Self.mixed(lanes.0, Self.word(raw, offset))
            lanes.1 = Self.mixed(lanes.1, Self.word(raw, offset &+ 8))
            lanes.2 = Self.mixed(lanes.2, Self.word(raw, offset &+ 16))
            lanes.3 = Self.mixed(lanes.3, Self.word(raw, offset &+ 24))
            offset &+= 32
        }
        while offset < bytes.count {
            lanes.0 = Self.mixed(lanes.0, UInt64(bytes[offset]))
            offset &+= 1
        }
        lanes.1 = Self.mixed(lanes.1, UInt64(truncatingIfNeeded: bytes.count))
        first = Self.mixed(Self.mixed(lanes.0, lanes.1), Self.mixed(lanes.2, lanes.3))
        second = Self.mixed(Self.mixed(lanes.3, lanes.0), Self.mixed(lanes.1, lanes.2))
    }

    /// One lane after one more word: for each word a permutation of the lane, and for each lane one of the word.
    private static func mixed(_ lane: UInt64, _ word: UInt64) -> UInt64 {
        let product = (lane ^ word) &* 0x9E37_79B9_7F4A_7C15
        return product << 29 | product >> 35
    }

    /// The word at `offset`, all of which lies within `raw`.
    private static func word(_ raw: RawSpan, _ offset: Int) -> UInt64 {
        unsafe raw.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self)
    }
}
