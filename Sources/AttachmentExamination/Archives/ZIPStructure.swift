/// The directories of a ZIP archive (PKWARE APPNOTE 6.3.10), and in what they contradict one another.
///
/// Readers find entries by the directory at the end, by the headers before each entry's data, or by a mixture; and they
/// differ in which end they take where there are several. All of them are read, so that no reader sees an entry that is
/// not here.
struct ZIPStructure {
    struct Entry {
        /// As the directory says, then as the header before the data says, then the Unicode path: each once.
        var names: [[UInt8]]
        var size: Int
        var compressedSize: Int
        var isEncrypted: Bool
        /// Where the header before the data stands; nil where there is none.
        var header: Int?
        /// The header and the data, as far as they are known.
        var extent: Range<Int>
        var isInDirectory = true
    }

    private(set) var entries: [Entry] = []
    /// What is wrong with it, each once.
    private(set) var oddities: [String] = []
    /// Whether there were more entries than were read.
    private(set) var isCut = false
    /// Octets that the entries say to come to.
    private(set) var totalSize = 0

    /// - Parameters:
    ///   - mostEntries: entries that are read.
    ///   - spend: accounts for work; false when time is up.
    /// - Returns: nil where there is neither an end of a directory nor an entry at the beginning.
    init?(_ bytes: Span<UInt8>, mostEntries: Int, spend: (Int) -> Bool) {
        let ends = ZIPEnd.all(in: bytes)
        guard !ends.isEmpty || bytes.has("PK\u{3}\u{4}"), spend(bytes.count / 8) else { return nil }
        var reader = ZIPDirectoryReader(mostEntries: mostEntries)
        if let last = ends.last {
            reader.read(bytes, last, spend)
        } else {
            reader.note("no directory at its end")
        }
        let extents = reader.entries.map(\.extent)
        // An archive that is stored within this one has its own end.
        for end in ends.dropLast() where !extents.contains(where: { $0.contains(end.offset) }) {
            reader.note("several ends of the directory")
            reader.read(bytes, end, spend)
        }
        reader.readOrphans(bytes, spend)
        reader.checkExtents()
        (entries, oddities, isCut) = (reader.entries, reader.oddities, reader.isCut)
        totalSize = entries.reduce(0) { $0.adding($1.size) }
    }
}

/// One end of a directory, and where that may begin.
struct ZIPEnd {
    let offset: Int
    /// Where the directory begins, by what different readers take for the archive's beginning.
    let starts: [Int]
    let count: Int
    let size: Int
    let isInSeveralVolumes: Bool

    /// Ends that are looked at.
    private static var most: Int { 16 }

    /// All that a reader may take for one: in the last 64 KiB, whose directory is where it should be. The last is last.
    static func all(in bytes: Span<UInt8>) -> [ZIPEnd] {
        var ends: [ZIPEnd] = []
        var offset = bytes.count - 22
        let lowest = max(bytes.count - 22 - 0x1_0100, 0)
        while offset >= lowest, ends.count < most {
            if bytes[offset] == 0x50, bytes.has("PK\u{5}\u{6}", at: offset),
                let end = ZIPEnd(bytes, at: offset)
            {
                ends.append(end)
            }
            offset -= 1
        }
        return ends.reversed()
    }

    private init?(_ bytes: Span<UInt8>, at offset: Int) {
        guard var count = bytes.u16(offset + 10), var size = bytes.u32(offset + 12),
            var start = bytes.u32(offset + 16),
            let disk = bytes.u16(offset + 4)
        else { return nil }
        self.offset = offset
        isInSeveralVolumes = disk != 0 && disk != 0xFFFF
        var directoryEnd = offset
        if bytes.has("PK\u{6}\u{7}", at: offset - 20), let wide = bytes.u64(offset - 12) {
            // With something in front of the archive the offset is wrong; then it stands right before.
            for place in [wide, offset - 76] where bytes.has("PK\u{6}\u{6}", at: place) {
                count = bytes.u64(place + 32) ?? count
                size = bytes.u64(place + 40) ?? size
                start = bytes.u64(place + 48) ?? start
                directoryEnd = place
                break
            }
        }
        self.count = count
        self.size = size
        let byEnd = size <= directoryEnd ? directoryEnd - size : -1
        let places = byEnd == start ? [start] : [byEnd, start]
        starts = places.filter { bytes.has("PK\u{1}\u{2}", at: $0) }
        // An empty archive, or one whose directory is gone.
        if starts.isEmpty, count > 0, byEnd < 0, start >= bytes.count { return nil }
    }
}
