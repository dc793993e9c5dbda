/// Compressed forms, made by hand: of zeros, which compress best, and of octets as they are.
enum Compression {
    static func crc32(_ octets: [UInt8]) -> Int {
        var table: [UInt32] = []
        for index in 0..<256 {
            var value = UInt32(index)
            for _ in 0..<8 { value = value & 1 != 0 ? 0xEDB8_8320 ^ (value >> 1) : value >> 1 }
            table.append(value)
        }
        var value: UInt32 = 0xFFFF_FFFF
        for octet in octets { value = table[Int((value ^ UInt32(octet)) & 0xFF)] ^ (value >> 8) }
        return Int(value ^ 0xFFFF_FFFF)
    }

    /// Deflate (RFC 1951 §3.2.6): a zero, then copies of 258 zeros, by the fixed codes. 158 to 1.
    static func deflatedZeros(_ count: Int) -> [UInt8] {
        var bits = BitWriter()
        bits.write(0b011, 3)
        bits.writeCode(0x30, 8)
        for _ in 0..<(max(count - 1, 0) / 258) {
            bits.writeCode(0b1100_0101, 8)
            bits.writeCode(0, 5)
        }
        for _ in 0..<(max(count - 1, 0) % 258) { bits.writeCode(0x30, 8) }
        bits.writeCode(0, 7)
        return bits.octets
    }

    /// Deflate without compression (RFC 1951 §3.2.4).
    static func deflatedStored(_ octets: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var index = 0
        repeat {
            let piece = octets[index..<min(index + 65535, octets.count)]
            index += piece.count
            let isLast: UInt8 = index == octets.count ? 1 : 0
            result += joined([isLast], le16(piece.count), le16(~piece.count & 0xFFFF), Array(piece))
        } while index < octets.count
        return result
    }

    /// RFC 1952.
    static func gzip(deflated: [UInt8], of size: Int, name: String? = nil, crc: Int = 0) -> [UInt8] {
        let header: [UInt8] = [0x1F, 0x8B, 8, name == nil ? 0 : 8, 0, 0, 0, 0, 0, 3]
        let text: [UInt8] = name.map { Array($0.utf8) + [0] } ?? []
        return joined(header, text, deflated, le32(crc), le32(size))
    }

    static func gzip(_ octets: [UInt8], name: String? = nil) -> [UInt8] {
        gzip(deflated: deflatedStored(octets), of: octets.count, name: name, crc: crc32(octets))
    }

    /// RFC 8878: a window descriptor as it is given, and blocks.
    static func zstd(window: UInt8, blocks: [(type: Int, size: Int, octets: [UInt8])]) -> [UInt8] {
        var frame: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0, window]
        for (index, block) in blocks.enumerated() {
            let isLast = index == blocks.count - 1 ? 1 : 0
            let header = isLast | (block.type << 1) | (block.size << 3)
            frame += joined(Array(le32(header).prefix(3)), block.octets)
        }
        return frame
    }

    /// Blocks of one octet repeated: 32768 to 1.
    static func zstdZeros(megabytes: Int) -> [UInt8] {
        zstd(window: 0x50, blocks: (0..<(megabytes * 8)).map { _ in (1, 128 << 10, [0]) })
    }

    /// The frame format of LZ4, its blocks a literal and a long match. 255 to 1.
    static func lz4Zeros(_ blocks: Int) -> [UInt8] {
        // A zero, a match at distance 1 of 4 MiB less what the format wants literal at the end.
        let match = (4 << 20) - 1 - 5 - 19
        let block = joined(
            [0x1F, 0, 1, 0], [UInt8](repeating: 255, count: match / 255), [UInt8(match % 255)],
            [0x50, 0, 0, 0, 0, 0])
        // Version 1, independent blocks, 4 MiB each; the sum of these two octets.
        let header: [UInt8] = [0x04, 0x22, 0x4D, 0x18, 0x60, 0x70, 0x73]
        let body = [[UInt8]](repeating: joined(le32(block.count), block), count: blocks).flatMap { $0 }
        return joined(header, body, le32(0))
    }

    /// The xz format with a dictionary as it is given (40: 4 GiB), its contents uncompressed.
    static func xz(dictionary: UInt8, _ octets: [UInt8]) -> [UInt8] {
        func summed(_ part: [UInt8]) -> [UInt8] { part + le32(crc32(part)) }
        let flags: [UInt8] = [0, 0]
        let header = joined([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0], flags, le32(crc32(flags)))
        let blockHeader = summed([2, 0, 0x21, 1, dictionary, 0, 0, 0])
        let piece = octets.prefix(65536)
        let chunk = joined([0x01], le16(piece.count - 1).reversed(), Array(piece), [0])
        let padding = [UInt8](repeating: 0, count: (4 - chunk.count % 4) % 4)
        func number(_ value: Int) -> [UInt8] {
            if value < 128 { return [UInt8(value)] }
            return joined([UInt8(value & 127) | 128], number(value >> 7))
        }
        var index = joined([0, 1], number(blockHeader.count + chunk.count), number(piece.count))
        index += [UInt8](repeating: 0, count: (4 - index.count % 4) % 4)
        index = summed(index)
        let footer = le32(index.count / 4 - 1) + flags
        return joined(header, blockHeader, chunk, padding, index, le32(crc32(footer)), footer, [0x59, 0x5A])
    }

    /// The old format: properties, dictionary, size, and what may be data.
    static func lzma(dictionary: Int, size: Int) -> [UInt8] {
        joined([0x5D], le32(dictionary), le64(size), [UInt8](repeating: 0, count: 400))
    }
}

/// Bits as deflate has them: the lowest first, but codes from their highest.
private struct BitWriter {
    private(set) var octets: [UInt8] = [0]
    private var used = 0

    mutating func write(_ value: Int, _ count: Int) {
        for bit in 0..<count {
            if used == 8 {
                octets.append(0)
                used = 0
            }
            octets[octets.count - 1] |= UInt8(value >> bit & 1) << used
            used += 1
        }
    }

    mutating func writeCode(_ code: Int, _ count: Int) {
        for bit in (0..<count).reversed() { write(code >> bit & 1, 1) }
    }
}
