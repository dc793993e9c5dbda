/// Writes ZIP archives whose two directories may say different things.
struct ZIPWriter {
    struct Entry {
        var name: [UInt8]
        var localName: [UInt8]?
        var method = 0
        var flags = 0
        var localFlags: Int?
        var data: [UInt8]
        var size: Int
        var crc: Int
        var extra: [UInt8] = []
        var isInDirectory = true
        var isBeforeData = true
        /// What the directory says instead of the place.
        var offset: Int?
        /// Sizes behind the data.
        var hasDescriptor = false
        var isWide = false

        init(_ name: String, _ data: [UInt8]) {
            self.init(octets: Array(name.utf8), data)
        }

        init(octets name: [UInt8], _ data: [UInt8]) {
            self.name = name
            self.data = data
            size = data.count
            crc = Compression.crc32(data)
        }

        /// Zeros, deflated.
        init(_ name: String, zeros count: Int) {
            self.name = Array(name.utf8)
            data = Compression.deflatedZeros(count)
            size = count
            crc = 0
            method = 8
        }

        func with(_ change: (inout Entry) -> Void) -> Entry {
            var entry = self
            change(&entry)
            return entry
        }
    }

    static func archive(_ entries: [Entry], prefix: [UInt8] = [], comment: [UInt8] = []) -> [UInt8] {
        var archive = prefix
        var offsets: [Int] = []
        for entry in entries {
            offsets.append(entry.offset ?? archive.count - prefix.count)
            if entry.isBeforeData { archive += local(entry) }
        }
        let start = archive.count
        var count = 0
        for (entry, offset) in zip(entries, offsets) where entry.isInDirectory {
            archive += central(entry, at: offset)
            count += 1
        }
        return archive
            + end(count: count, size: archive.count - start, at: start - prefix.count, comment: comment)
    }

    static func archive(_ name: String, _ data: [UInt8]) -> [UInt8] { archive([Entry(name, data)]) }

    static func local(_ entry: Entry) -> [UInt8] {
        let name = entry.localName ?? entry.name
        let flags = (entry.localFlags ?? entry.flags) | (entry.hasDescriptor ? 8 : 0)
        var sizes = joined(le32(entry.crc), le32(entry.data.count), le32(entry.size))
        if entry.isWide { sizes = joined(le32(entry.crc), le32(-1), le32(-1)) }
        if entry.hasDescriptor { sizes = [UInt8](repeating: 0, count: 12) }
        let wide = joined(le16(1), le16(16), le64(entry.size), le64(entry.data.count))
        let extra = entry.isWide ? wide + entry.extra : entry.extra
        let head = joined(
            Array("PK\u{3}\u{4}".utf8), le16(20), le16(flags), le16(entry.method), le32(0x5A21_0000))
        let record = joined(head, sizes, le16(name.count), le16(extra.count), name, extra, entry.data)
        guard entry.hasDescriptor else { return record }
        let sum = joined(le32(entry.crc), le32(entry.data.count), le32(entry.size))
        return joined(record, Array("PK\u{7}\u{8}".utf8), sum)
    }

    static func central(_ entry: Entry, at offset: Int) -> [UInt8] {
        let flags = entry.flags | (entry.hasDescriptor ? 8 : 0)
        let wide = joined(le16(1), le16(24), le64(entry.size), le64(entry.data.count), le64(offset))
        let extra = entry.isWide ? wide + entry.extra : entry.extra
        let sizes =
            entry.isWide ? joined(le32(-1), le32(-1)) : joined(le32(entry.data.count), le32(entry.size))
        let head = joined(
            Array("PK\u{1}\u{2}".utf8), le16(20), le16(20), le16(flags), le16(entry.method), le32(0x5A21_0000)
        )
        let tail = joined(le16(entry.name.count), le16(extra.count), [UInt8](repeating: 0, count: 10))
        return joined(head, le32(entry.crc), sizes, tail, le32(entry.isWide ? -1 : offset), entry.name, extra)
    }

    static func end(count: Int, size: Int, at offset: Int, comment: [UInt8] = []) -> [UInt8] {
        let counts = joined(le16(0), le16(0), le16(min(count, 0xFFFF)), le16(min(count, 0xFFFF)))
        return joined(
            Array("PK\u{5}\u{6}".utf8), counts, le32(size), le32(offset), le16(comment.count), comment)
    }
}
