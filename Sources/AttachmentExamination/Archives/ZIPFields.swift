/// What a ZIP archive says of an entry in one of its two places.
struct ZIPFields {
    let name: [UInt8]
    let flags: Int
    let method: Int
    private(set) var size: Int
    private(set) var compressedSize: Int
    /// Where the header before the data stands, as the directory says.
    private(set) var header: Int
    /// Behind the record: where the next one, or the data, begins.
    let end: Int
    /// Info-ZIP's Unicode path (APPNOTE 4.6.9).
    private(set) var unicodeName: [UInt8]?

    private static var longestName: Int { 4096 }

    /// The record of the directory (APPNOTE 4.3.12).
    init?(directory bytes: Span<UInt8>, at place: Int) {
        guard bytes.has("PK\u{1}\u{2}", at: place), let flags = bytes.u16(place + 8),
            let method = bytes.u16(place + 10),
            let compressedSize = bytes.u32(place + 20), let size = bytes.u32(place + 24),
            let nameCount = bytes.u16(place + 28), let extraCount = bytes.u16(place + 30),
            let commentCount = bytes.u16(place + 32), let header = bytes.u32(place + 42)
        else { return nil }
        (self.flags, self.method, self.size, self.compressedSize) = (flags, method, size, compressedSize)
        self.header = header
        let nameEnd = place + 46 + nameCount
        name = bytes.copy((place + 46)..<min(nameEnd, place + 46 + Self.longestName))
        end = nameEnd + extraCount + commentCount
        readExtra(bytes, from: nameEnd, to: nameEnd + extraCount)
    }

    /// The header before the data (APPNOTE 4.3.7).
    init?(header bytes: Span<UInt8>, at place: Int) {
        guard bytes.has("PK\u{3}\u{4}", at: place), let flags = bytes.u16(place + 6),
            let method = bytes.u16(place + 8),
            let compressedSize = bytes.u32(place + 18), let size = bytes.u32(place + 22),
            let nameCount = bytes.u16(place + 26), let extraCount = bytes.u16(place + 28)
        else { return nil }
        (self.flags, self.method, self.size, self.compressedSize) = (flags, method, size, compressedSize)
        header = place
        let nameEnd = place + 30 + nameCount
        name = bytes.copy((place + 30)..<min(nameEnd, place + 30 + Self.longestName))
        end = nameEnd + extraCount
        readExtra(bytes, from: nameEnd, to: end)
    }

    /// Bits 0, 6 and 13: encryption, strong encryption, a directory that is encrypted; and AES as a method.
    var isEncrypted: Bool { flags & 0x2041 != 0 || method == 99 }

    /// Bit 3: sizes stand behind the data.
    var hasSizesBehind: Bool { flags & 8 != 0 }

    /// Whether it can be what it looks like, where nothing but its first octets say so.
    var isSane: Bool { !name.isEmpty && (method <= 20 || (92...99).contains(method)) }

    /// Whether the Unicode path is no other way to write the name: a name in ASCII needs none.
    var hasOtherUnicodeName: Bool {
        guard let unicodeName else { return false }
        return unicodeName != name && name.allSatisfy { $0 < 0x80 }
    }

    private mutating func readExtra(_ bytes: Span<UInt8>, from start: Int, to end: Int) {
        var position = start
        while position + 4 <= end, let id = bytes.u16(position), let count = bytes.u16(position + 2) {
            let value = (position + 4)..<min(position + 4 + count, end)
            if id == 0x0001 { readWideSizes(bytes, value) }
            if id == 0x7075, value.count > 5 {
                unicodeName = bytes.copy(
                    (value.lowerBound + 5)..<min(value.upperBound, value.lowerBound + Self.longestName))
            }
            position = position + 4 + count
        }
    }

    /// ZIP64 (APPNOTE 4.5.3): only what did not fit stands here, in this order.
    private mutating func readWideSizes(_ bytes: Span<UInt8>, _ value: Range<Int>) {
        var offset = value.lowerBound
        func next(_ old: Int) -> Int {
            guard old == 0xFFFF_FFFF, offset + 8 <= value.upperBound, let wide = bytes.u64(offset) else {
                return old
            }
            offset += 8
            return wide
        }
        size = next(size)
        compressedSize = next(compressedSize)
        header = next(header)
    }
}
