/// The streams of an OLE compound file (MS-CFB), all of them, in whatever tree they are.
///
/// Nothing in it is believed: a chain of sectors ends after as many as the file can have, so that one that runs in a circle
/// ends too, and the list of entries is read as a list, so that what no tree leads to is there.
struct CompoundFile: ~Escapable {
    struct Entry {
        let name: String
        let isStream: Bool
        let isRoot: Bool
        let start: Int
        let size: Int
        /// Of the root: which program it belongs to.
        let classIdentifier: [UInt8]
    }

    private let bytes: Span<UInt8>
    private let sectorShift: Int
    /// Sectors that hold the table of sectors.
    private var tableSectors: [Int] = []
    private var smallTable: [Int] = []
    private var smallStream: [Int] = []
    private var smallLimit = 4096
    private(set) var entries: [Entry] = []
    private(set) var isBroken = false

    private static var mostEntries: Int { 4096 }
    private static var lastSector: Int { 0xFFFF_FFFA }

    private var sectorSize: Int { 1 << sectorShift }
    private var sectorCount: Int { bytes.count >> sectorShift }

    /// Nil where there is no header of such a file.
    @_lifetime(copy bytes)
    init?(_ bytes: Span<UInt8>) {
        guard bytes.has([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]), let shift = bytes.u16(30),
            shift == 9 || shift == 12, let directory = bytes.u32(48), let smallTableStart = bytes.u32(60)
        else { return nil }
        self.bytes = bytes
        sectorShift = shift
        readTableSectors()
        smallLimit = min(bytes.u32(56) ?? 4096, 4096)
        readEntries(chain(from: directory, most: (Self.mostEntries * 128) >> sectorShift))
        smallTable = chain(from: smallTableStart, most: sectorCount)
        if let root = entries.first(where: \.isRoot) {
            smallStream = chain(from: root.start, most: sectorCount)
        }
    }

    private func offset(ofSector sector: Int) -> Int { (sector + 1) << sectorShift }

    /// The table's sectors: 109 in the header, then a chain of sectors with more.
    private mutating func readTableSectors() {
        for index in 0..<109 {
            guard let sector = bytes.u32(76 + 4 * index), sector < Self.lastSector else { break }
            tableSectors.append(sector)
        }
        var next = bytes.u32(68) ?? Self.lastSector
        let perSector = sectorSize / 4 - 1
        while next < sectorCount, tableSectors.count < sectorCount {
            let start = offset(ofSector: next)
            for index in 0..<perSector {
                guard let sector = bytes.u32(start + 4 * index), sector < Self.lastSector else { break }
                tableSectors.append(sector)
            }
            let following = bytes.u32(start + 4 * perSector) ?? Self.lastSector
            if following == next { break }
            // A circle without anything in it would add nothing to the count.
            tableSectors.append(Self.lastSector)
            next = following
        }
        tableSectors.removeAll { $0 >= Self.lastSector }
    }

    /// What follows a sector in its chain; nil at the end.
    private func sector(after sector: Int) -> Int? {
        let perSector = sectorSize / 4
        let index = sector / perSector
        guard index < tableSectors.count else { return nil }
        return bytes.u32(offset(ofSector: tableSectors[index]).adding(4 * (sector % perSector)))
    }

    private func chain(from start: Int, most: Int) -> [Int] {
        var sectors: [Int] = []
        var next = start
        while next < sectorCount, sectors.count < min(most, sectorCount) {
            sectors.append(next)
            next = sector(after: next) ?? Self.lastSector
        }
        return sectors
    }

    private mutating func readEntries(_ sectors: [Int]) {
        isBroken = sectors.isEmpty
        for sector in sectors {
            for index in 0..<(sectorSize / 128) {
                let start = offset(ofSector: sector) + 128 * index
                guard let kind = bytes.octet(start + 66), kind == 1 || kind == 2 || kind == 5 else {
                    continue
                }
                guard let first = bytes.u32(start + 116), let size = bytes.u32(start + 120) else { continue }
                entries.append(
                    Entry(
                        name: WideText.string(bytes, start..<(start + 64)), isStream: kind == 2,
                        isRoot: kind == 5,
                        start: first, size: min(size, bytes.count),
                        classIdentifier: kind == 5 ? bytes.copy((start + 80)..<(start + 96)) : []))
            }
        }
    }

    /// The octets of a stream, at most `limit` of them.
    func contents(of entry: Entry, limit: Int) -> [UInt8] {
        let wanted = min(entry.size, limit)
        var octets: [UInt8] = []
        if entry.size < smallLimit {
            var next = entry.start
            var steps = 0
            while octets.count < wanted, steps < 128, let place = smallPlace(next) {
                octets += bytes.copy(place..<(place + min(64, wanted - octets.count)))
                next = smallNext(next)
                steps += 1
            }
            return octets
        }
        var next = entry.start
        var steps = 0
        while octets.count < wanted, steps < sectorCount, next < sectorCount {
            let start = offset(ofSector: next)
            octets += bytes.copy(start..<(start + min(sectorSize, wanted - octets.count)))
            next = sector(after: next) ?? Self.lastSector
            steps += 1
        }
        return octets
    }

    /// Where a small sector stands.
    private func smallPlace(_ sector: Int) -> Int? {
        let place = sector.multipliedReportingOverflow(by: 64).partialValue
        guard place >= 0, place >> sectorShift < smallStream.count else { return nil }
        return offset(ofSector: smallStream[place >> sectorShift]) + (place & (sectorSize - 1))
    }

    private func smallNext(_ sector: Int) -> Int {
        let perSector = sectorSize / 4
        let index = sector / perSector
        guard index < smallTable.count else { return Self.lastSector }
        return bytes.u32(offset(ofSector: smallTable[index]) + 4 * (sector % perSector)) ?? Self.lastSector
    }
}
