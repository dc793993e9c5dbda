/// Tar archives, as POSIX and GNU have them.
enum TarWriter {
    struct Entry {
        var name: String
        var type: Character = "0"
        var data: [UInt8] = []
        /// What the header says instead of the size.
        var size: Int?
        var link = ""
    }

    static func archive(_ entries: [Entry]) -> [UInt8] {
        entries.flatMap { header($0) + padded($0.data) } + [UInt8](repeating: 0, count: 1024)
    }

    private static func padded(_ data: [UInt8]) -> [UInt8] {
        data + [UInt8](repeating: 0, count: (512 - data.count % 512) % 512)
    }

    static func header(_ entry: Entry) -> [UInt8] {
        var block = [UInt8](repeating: 0, count: 512)
        func put(_ text: [UInt8], _ offset: Int) {
            for (index, octet) in text.prefix(512 - offset).enumerated() { block[offset + index] = octet }
        }
        func octal(_ value: Int, _ digits: Int) -> [UInt8] {
            let text = String(value, radix: 8)
            return Array((String(repeating: "0", count: max(digits - text.count, 0)) + text).utf8)
        }
        put(Array(entry.name.utf8.prefix(100)), 0)
        put(octal(0o644, 7), 100)
        let size = entry.size ?? entry.data.count
        // Above eight gigabytes GNU's base 256.
        if size < 1 << 33 {
            put(octal(size, 11), 124)
        } else {
            put(joined([0x80, 0, 0, 0], le64(size).reversed()), 124)
        }
        put(octal(0, 11), 136)
        put([UInt8](repeating: 0x20, count: 8), 148)
        put([entry.type.asciiValue ?? 0x30], 156)
        put(Array(entry.link.utf8.prefix(100)), 157)
        put(Array("ustar\u{0}00".utf8), 257)
        put(octal(block.reduce(0) { $0 + Int($1) }, 6) + [0, 0x20], 148)
        return block
    }

    /// GNU's old sparse format: one hole that is nearly everything.
    static func sparse(_ name: String, size: Int) -> [UInt8] {
        var block = header(Entry(name: name, type: "S", size: 512))
        func put(_ text: [UInt8], _ offset: Int) {
            for (i, octet) in text.enumerated() { block[offset + i] = octet }
        }
        func number(_ value: Int) -> [UInt8] { joined([0x80, 0, 0, 0], le64(value).reversed()) }
        put(Array("ustar  \u{0}".utf8), 257)
        put(number(size - 512) + number(512), 386)
        put(number(size), 483)
        put([UInt8](repeating: 0x20, count: 8), 148)
        let sum = String(block.reduce(0) { $0 + Int($1) }, radix: 8)
        put(joined(Array((String(repeating: "0", count: 6 - sum.count) + sum).utf8), [0, 0x20]), 148)
        return joined(block, [UInt8](repeating: 1, count: 512), [UInt8](repeating: 0, count: 1024))
    }
}

/// Images of a CD (ECMA-119).
enum DiskImageWriter {
    /// - Parameter isCircular: a directory within itself.
    static func image(fileNamed name: String, isCircular: Bool = false) -> [UInt8] {
        var image = [UInt8](repeating: 0, count: 2048 * 32)
        func put(_ octets: [UInt8], _ offset: Int) {
            for (i, octet) in octets.enumerated() { image[offset + i] = octet }
        }
        let root = record([0], sector: 20, size: 2048, isDirectory: true)
        let volume = 16 * 2048
        put(joined([1], Array("CD001".utf8), [1, 0]), volume)
        put([UInt8](repeating: 0x20, count: 64), volume + 8)
        put(both32(32), volume + 80)
        put(joined(both16(1), both16(1), both16(2048)), volume + 120)
        put(both32(10), volume + 132)
        put(le32(19), volume + 140)
        put(le32(19).reversed(), volume + 148)
        put(root, volume + 156)
        put([1], volume + 881)
        put(joined([255], Array("CD001".utf8), [1]), volume + 2048)
        var directory = root + record([1], sector: 20, size: 2048, isDirectory: true)
        if isCircular { directory += record(Array("LOOP".utf8), sector: 20, size: 2048, isDirectory: true) }
        directory += record(Array(name.utf8), sector: 21, size: 2048, isDirectory: false)
        put(directory, 20 * 2048)
        put(Mail.program, 21 * 2048)
        return image
    }

    private static func both16(_ value: Int) -> [UInt8] { joined(le16(value), le16(value).reversed()) }
    private static func both32(_ value: Int) -> [UInt8] { joined(le32(value), le32(value).reversed()) }

    private static func record(_ name: [UInt8], sector: Int, size: Int, isDirectory: Bool) -> [UInt8] {
        let padding: [UInt8] = name.count % 2 == 0 ? [0] : []
        let count = 33 + name.count + padding.count
        return joined(
            [UInt8(count), 0], both32(sector), both32(size), [120, 1, 1, 0, 0, 0, 0],
            [isDirectory ? 2 : 0, 0, 0],
            both16(1), [UInt8(name.count)], name, padding)
    }
}

/// The beginnings of archives that want a password, and of one that is broken.
enum OtherWriters {
    /// 7-Zip whose list of entries is encrypted.
    static func encryptedSevenZip() -> [UInt8] {
        let header: [UInt8] = [
            0x17, 0x06, 0x00, 0x01, 0x09, 0x10, 0x00, 0x07, 0x0B, 0x01, 0x00, 0x01, 0x24, 0x06, 0xF1, 0x07,
            0x01, 0x01, 0x00, 0x0C,
            0x10, 0x00, 0x00,
        ]
        let start = joined(le64(16), le64(header.count), le32(Compression.crc32(header)))
        let sum = le32(Compression.crc32(start))
        return joined(
            [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C, 0, 4], sum, start, [UInt8](repeating: 0xA5, count: 16),
            header)
    }

    /// RAR 5 whose headers are encrypted.
    static func encryptedRAR() -> [UInt8] {
        // Size, type 4, flags, version, key derivation, salt.
        let block: [UInt8] = [21, 4, 0, 0, 0, 15] + [UInt8](repeating: 0x5A, count: 16)
        return joined(
            Array("Rar!\u{1A}\u{7}\u{1}\u{0}".utf8), le32(Compression.crc32(block)), block,
            [UInt8](repeating: 0x33, count: 64))
    }

    /// A cabinet whose folders lie outside of it.
    static func brokenCabinet() -> [UInt8] {
        let head = joined(Array("MSCF".utf8), le32(0), le32(4096), le32(0), le32(60), le32(0), [3, 1])
        let folders = joined(le32(0x7FFF_FFF0), le16(0xFFFF), le16(3))
        let counts = joined(le16(0xFFFF), le16(0xFFFF), le16(0), le16(1), le16(0))
        return joined(head, counts, folders, [UInt8](repeating: 0xFF, count: 400))
    }
}
