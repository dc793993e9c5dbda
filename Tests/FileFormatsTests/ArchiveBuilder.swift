/// Small archives, stored as they are, in formats that no program of Debian's writes. Octets as the formats'
/// descriptions have them.
enum ArchiveBuilder {
    typealias File = (name: String, contents: [UInt8])

    /// A cabinet of one folder that is not compressed ([MS-CAB] §2).
    static func cabinet(_ files: [File]) -> [UInt8] {
        var entries: [UInt8] = []
        var data: [UInt8] = []
        for file in files {
            entries += little(file.contents.count, 4) + little(data.count, 4) + little(0, 2)
            // Date, time, and attributes: the name is UTF-8.
            entries += little(0x5000, 2) + little(0, 2) + little(0x80, 2) + Array(file.name.utf8) + [0]
            data += file.contents
        }
        let filesStart = 36 + 8
        let dataStart = filesStart + entries.count
        let block = little(0, 4) + little(data.count, 2) + little(data.count, 2) + data
        var head = Array("MSCF".utf8) + little(0, 4) + little(dataStart + block.count, 4) + little(0, 4)
        head += little(filesStart, 4) + little(0, 4) + [3, 1] + little(1, 2) + little(files.count, 2)
        head += little(0, 2) + little(1, 2) + little(0, 2)
        return head + little(dataStart, 4) + little(1, 2) + little(0, 2) + entries + block
    }

    /// LHA, with headers of level 0 and the method `-lh0-`.
    static func lha(_ files: [File]) -> [UInt8] {
        var archive: [UInt8] = []
        for file in files {
            var head = Array("-lh0-".utf8) + little(file.contents.count, 4) + little(file.contents.count, 4)
            head += little(0, 4) + [0x20, 0, UInt8(file.name.utf8.count)] + Array(file.name.utf8)
            head += little(Int(crc16(file.contents)), 2)
            let sum = head.reduce(0 as UInt8, &+)
            archive += [UInt8(head.count), sum] + head + file.contents
        }
        return archive + [0]
    }

    /// RAR as it was up to version 4, stored.
    static func rar4(_ files: [File], isEncrypted: Bool = false) -> [UInt8] {
        func block(_ kind: UInt8, _ flags: Int, _ fields: [UInt8]) -> [UInt8] {
            let rest = [kind] + little(flags, 2) + little(7 + fields.count, 2) + fields
            return little(Int(crc32(rest) & 0xFFFF), 2) + rest
        }
        var archive: [UInt8] = [0x52, 0x61, 0x72, 0x21, 0x1A, 0x07, 0x00]
        archive += block(0x73, 0, little(0, 6))
        for file in files {
            let name = Array(file.name.utf8)
            var fields = little(file.contents.count, 4) + little(file.contents.count, 4) + [3]
            fields += little(Int(crc32(file.contents)), 4) + little(0x5000_0000, 4) + [20, 0x30]
            fields += little(name.count, 2) + little(0o100644, 4) + name
            archive += block(0x74, 0x8000 | (isEncrypted ? 4 : 0), fields) + file.contents
        }
        return archive + block(0x7B, 0x4000, [])
    }

    /// RAR as it is since version 5, stored.
    static func rar5(_ files: [File]) -> [UInt8] {
        func block(_ fields: [UInt8]) -> [UInt8] {
            let rest = variable(fields.count) + fields
            return little(Int(crc32(rest)), 4) + rest
        }
        var archive: [UInt8] = [0x52, 0x61, 0x72, 0x21, 0x1A, 0x07, 0x01, 0x00]
        archive += block([1, 0, 0])
        for file in files {
            let name = Array(file.name.utf8)
            var fields: [UInt8] = [2, 2] + variable(file.contents.count)
            fields += [4] + variable(file.contents.count) + variable(0o100644)
            fields += little(Int(crc32(file.contents)), 4) + variable(0) + [1] + variable(name.count) + name
            archive += block(fields) + file.contents
        }
        return archive + block([5, 0, 0])
    }

    /// A number with its lowest octet first.
    static func little(_ number: Int, _ octets: Int) -> [UInt8] {
        (0..<octets).map { $0 < 8 ? UInt8(truncatingIfNeeded: number >> ($0 * 8)) : 0 }
    }

    private static func variable(_ number: Int) -> [UInt8] {
        number < 0x80 ? [UInt8(number)] : [UInt8(number & 0x7F) | 0x80] + variable(number >> 7)
    }

    static func crc32(_ octets: [UInt8]) -> UInt32 {
        ~octets.reduce(~0 as UInt32) { sum, octet in
            (0..<8).reduce(sum ^ UInt32(octet)) { sum, _ in (sum >> 1) ^ (sum & 1 == 1 ? 0xEDB8_8320 : 0) }
        }
    }

    private static func crc16(_ octets: [UInt8]) -> UInt16 {
        octets.reduce(0 as UInt16) { sum, octet in
            (0..<8).reduce(sum ^ UInt16(octet)) { sum, _ in (sum >> 1) ^ (sum & 1 == 1 ? 0xA001 : 0) }
        }
    }
}
