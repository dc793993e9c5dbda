/// Reads the directories of a ZIP archive into entries.
struct ZIPDirectoryReader {
    private(set) var entries: [ZIPStructure.Entry] = []
    private(set) var oddities: [String] = []
    private(set) var isCut = false
    private let mostEntries: Int
    private var headers: [Int: Int] = [:]
    private var names: Set<[UInt8]> = []
    private var directories: [Range<Int>] = []

    init(mostEntries: Int) { self.mostEntries = mostEntries }

    mutating func note(_ oddity: String) {
        if !oddities.contains(oddity) { oddities.append(oddity) }
    }

    /// Reads the directory, or the directories, that an end may mean.
    mutating func read(_ bytes: Span<UInt8>, _ end: ZIPEnd, _ spend: (Int) -> Bool) {
        if end.isInSeveralVolumes { note("in several volumes") }
        if end.starts.count > 1 { note("two places where its directory may be") }
        if end.starts.isEmpty, end.count > 0 { note("its directory is not where it should be") }
        for start in end.starts {
            // What stands before the archive moves all offsets.
            let said = bytes.u32(end.offset + 16) ?? start
            let shift = start >= said && said != 0xFFFF_FFFF ? start - said : 0
            read(bytes, from: start, to: end.offset, shift: shift, count: end.count, spend)
        }
    }

    private mutating func read(
        _ bytes: Span<UInt8>, from start: Int, to end: Int, shift: Int, count: Int, _ spend: (Int) -> Bool
    ) {
        var position = start
        var read = 0
        while bytes.has("PK\u{1}\u{2}", at: position), position < end {
            guard entries.count < mostEntries else { return isCut = true }
            guard spend(128), let fixed = ZIPFields(directory: bytes, at: position) else { break }
            add(bytes, fixed, shift: shift)
            position = fixed.end
            read += 1
        }
        if start < position { directories.append(start..<position) }
        if read != count, read & 0xFFFF != count { note("another number of entries than its end says") }
    }

    private mutating func add(_ bytes: Span<UInt8>, _ fields: ZIPFields, shift: Int) {
        let place = fields.header.adding(shift)
        var entry = ZIPStructure.Entry(
            names: [fields.name], size: fields.size, compressedSize: fields.compressedSize,
            isEncrypted: fields.isEncrypted, header: nil, extent: place..<place)
        entry.add(fields.unicodeName)
        if fields.hasOtherUnicodeName { note("a Unicode path of another name") }
        if fields.name.contains(0) { note("NUL in a name") }
        if !names.insert(fields.name).inserted, headers[place] == nil { note("two entries of one name") }
        if let known = headers[place] {
            if entries[known].names.first != fields.name { note("entries that share their data") }
            if entries[known].names.first == fields.name { return }
        }
        if let local = ZIPFields(header: bytes, at: place) {
            entry.header = place
            compare(fields, local, &entry)
            let length =
                local.hasSizesBehind || local.compressedSize == 0
                ? fields.compressedSize : local.compressedSize
            entry.extent = place..<min(local.end.adding(length), max(bytes.count, place))
            if local.end.adding(fields.compressedSize) > bytes.count {
                note("data that reach beyond the end")
            }
        } else {
            note("an entry without a header before its data")
        }
        headers[place] = entries.count
        entries.append(entry)
    }

    private mutating func compare(_ a: ZIPFields, _ b: ZIPFields, _ entry: inout ZIPStructure.Entry) {
        if a.name != b.name {
            entry.add(b.name)
            note("names that differ between its directories")
        }
        entry.add(b.unicodeName)
        if b.hasOtherUnicodeName { note("a Unicode path of another name") }
        if a.isEncrypted != b.isEncrypted { note("encrypted in one directory only") }
        entry.isEncrypted = a.isEncrypted || b.isEncrypted
        if a.method != b.method { note("methods that differ between its directories") }
        if !b.hasSizesBehind, a.size != b.size || a.compressedSize != b.compressedSize {
            note("sizes that differ between its directories")
            entry.size = max(a.size, b.size)
        }
    }

    /// Entries that stand between those of the directory, for readers that go from the beginning.
    mutating func readOrphans(_ bytes: Span<UInt8>, _ spend: (Int) -> Bool) {
        let taken = (entries.map(\.extent) + directories).filter { !$0.isEmpty }
            .sorted { $0.lowerBound < $1.lowerBound }
        var position = 0
        var next = 0
        while position < bytes.count - 29 {
            while next < taken.count, taken[next].upperBound <= position { next += 1 }
            if next < taken.count, taken[next].lowerBound <= position {
                position = taken[next].upperBound
                continue
            }
            let end = next < taken.count ? taken[next].lowerBound : bytes.count
            guard spend(end - position) else { return }
            guard let found = bytes.firstHeader(from: position, to: end) else {
                position = max(end, position + 1)
                continue
            }
            guard entries.count < mostEntries else { return isCut = true }
            position = addOrphan(bytes, at: found)
        }
    }

    /// - Returns: where to go on.
    private mutating func addOrphan(_ bytes: Span<UInt8>, at place: Int) -> Int {
        guard headers[place] == nil, let local = ZIPFields(header: bytes, at: place), local.isSane else {
            return place + 4
        }
        note("entries that its directory does not name")
        let end = min(local.end.adding(local.compressedSize), bytes.count)
        var entry = ZIPStructure.Entry(
            names: [local.name], size: local.size, compressedSize: local.compressedSize,
            isEncrypted: local.isEncrypted, header: place, extent: place..<max(end, place))
        entry.isInDirectory = false
        entry.add(local.unicodeName)
        headers[place] = entries.count
        entries.append(entry)
        return max(end, place + 4)
    }

    /// No octet belongs to two entries.
    mutating func checkExtents() {
        let sorted = (entries.map(\.extent) + directories).filter { !$0.isEmpty }
            .sorted { $0.lowerBound < $1.lowerBound }
        var end = 0
        for extent in sorted {
            if extent.lowerBound < end { return note("entries that overlap") }
            end = extent.upperBound
        }
    }
}

extension ZIPStructure.Entry {
    fileprivate mutating func add(_ name: [UInt8]?) {
        if let name, !names.contains(name) { names.append(name) }
    }
}

extension Span<UInt8> {
    /// The next `PK\3\4`.
    fileprivate func firstHeader(from start: Int, to end: Int) -> Int? {
        var offset = start
        while offset < end, offset < count - 3 {
            if self[offset] == 0x50, self[offset &+ 1] == 0x4B, self[offset &+ 2] == 3, self[offset &+ 3] == 4
            {
                return offset
            }
            offset &+= 1
        }
        return nil
    }
}
