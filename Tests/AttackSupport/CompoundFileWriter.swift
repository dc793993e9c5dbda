/// Writes OLE compound files: one table, one directory, streams in sectors of 512 octets.
enum CompoundFileWriter {
    /// - Parameters:
    ///   - storages: names without contents.
    ///   - rootClass: of the root.
    ///   - isCircular: the directory's chain, and the first stream's, lead into themselves.
    static func file(
        streams: [(name: String, contents: [UInt8])] = [], storages: [String] = [], rootClass: [UInt8] = [],
        isCircular: Bool = false
    ) -> [UInt8] {
        var entries = [entry("Root Entry", kind: 5, start: -2, size: 0, rootClass)]
        for name in storages { entries.append(entry(name, kind: 1, start: 0, size: 0)) }
        let directoryCount = (entries.count + streams.count + 3) / 4
        var table = [Int](repeating: -2, count: 128)
        table[0] = -3
        for sector in 1...directoryCount { table[sector] = sector < directoryCount ? sector + 1 : -2 }
        if isCircular { table[directoryCount] = 1 }
        var data: [UInt8] = []
        var next = directoryCount + 1
        for stream in streams {
            // Shorter ones would lie in the small stream.
            let contents =
                stream.contents + [UInt8](repeating: 0, count: max(4096 - stream.contents.count, 0))
            let sectors = (contents.count + 511) / 512
            entries.append(entry(stream.name, kind: 2, start: next, size: contents.count))
            for sector in next..<(next + sectors) where sector < 127 {
                table[sector] = sector == next + sectors - 1 ? -2 : sector + 1
            }
            if isCircular { table[next] = next }
            data += contents + [UInt8](repeating: 0, count: sectors * 512 - contents.count)
            next += sectors
        }
        let directory = entries.flatMap { $0 }
        let padding = [UInt8](repeating: 0, count: directoryCount * 512 - directory.count)
        return joined(header(), table.flatMap { le32($0) }, directory, padding, data)
    }

    private static func header() -> [UInt8] {
        let start = joined(
            [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1], [UInt8](repeating: 0, count: 16))
        let versions = joined(
            le16(0x3E), le16(3), le16(0xFFFE), le16(9), le16(6), [UInt8](repeating: 0, count: 10))
        let chains = [1, 1, 0, 4096, -2, 0, -2, 0].flatMap { le32($0) }
        return joined(start, versions, chains, le32(0), [UInt8](repeating: 0xFF, count: 108 * 4))
    }

    private static func entry(
        _ name: String, kind: UInt8, start: Int, size: Int, _ rootClass: [UInt8] = []
    ) -> [UInt8] {
        let units = Array(name.utf16)
        let text = units.flatMap { le16(Int($0)) }
        let padded = text + [UInt8](repeating: 0, count: 64 - text.count)
        let identifier = rootClass + [UInt8](repeating: 0, count: 16 - rootClass.count)
        let relatives = [UInt8](repeating: 0xFF, count: 12)
        return joined(
            padded, le16(text.count + 2), [kind, 1], relatives, identifier, [UInt8](repeating: 0, count: 20),
            le32(start), le64(size))
    }

    /// What Packager puts into a document.
    static func package(named name: String, _ contents: [UInt8]) -> [UInt8] {
        let path = Array("C:\\x\\\(name)\0".utf8)
        let body = joined(
            le16(2), Array("\(name)\0".utf8), path, le32(0x30000), le32(path.count), path,
            le32(contents.count), contents)
        return le32(body.count) + body
    }

    /// What TNEF has in a `winmail.dat`: one file.
    static func tnef(named name: String, longName: String?, _ contents: [UInt8]) -> [UInt8] {
        func attribute(_ level: UInt8, _ id: Int, _ data: [UInt8]) -> [UInt8] {
            let sum = data.reduce(0) { $0 + Int($1) }
            return joined([level], le32(id), le32(data.count), data, le16(sum))
        }
        var file = joined(le32(0x223E_9F78), le16(1), attribute(1, 0x0008_9006, le32(0x10000)))
        file += attribute(2, 0x0006_9002, [UInt8](repeating: 0, count: 14))
        file += attribute(2, 0x0001_8010, Array(name.utf8) + [0])
        file += attribute(2, 0x0006_800F, contents)
        if let longName {
            let text = Array(longName.utf8) + [0]
            file += attribute(
                2, 0x0006_9005, joined(le32(1), [0x1E, 0, 7, 0x37], le32(1), le32(text.count), text))
        }
        return file
    }
}
