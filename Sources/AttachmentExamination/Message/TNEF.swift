import ContentChecks
import Platform

/// Files within a `winmail.dat` (MS-OXTNEF): a list of attributes, of which a title begins an attachment and data ends it.
extension Inspection {
    private static var mostAttributes: Int { 5000 }

    mutating func examineTNEF(_ contents: Contents) {
        let span = contents.bytes.span
        var position = 6
        var names: [String] = []
        var data: Range<Int>?
        func isLast() -> Bool { position >= span.count - 9 }
        for _ in 0..<Self.mostAttributes {
            guard spend(64), !isLast() else { break }
            guard let level = span.octet(position), let id = span.u32(position + 1),
                let count = span.u32(position + 5),
                level == 1 || level == 2, count <= span.count - position - 9
            else {
                found(.unreadable, "a broken TNEF")
                position = span.count
                break
            }
            let value = (position + 9)..<(position + 9 + count)
            switch id {
            case 0x0006_9002:
                examineFile(contents, names, data)
                (names, data) = ([], nil)
            case 0x0001_8010: names.append(Self.text(span, value))
            case 0x0006_800F: data = value
            case 0x0006_9005: names += Self.longNames(span, value)
            default: break
            }
            position = value.upperBound + 2
        }
        examineFile(contents, names, data)
        if !isLast(), !isOutOfTime { found(.limit, "attributes of a TNEF") }
    }

    private mutating func examineFile(_ contents: Contents, _ names: [String], _ data: Range<Int>?) {
        guard !names.isEmpty || data != nil, countEntry() else { return }
        let part = Contents(bytes: contents.bytes.part(data ?? 0..<0), isMapped: true)
        examine(part, as: ExaminedFile(names: names, size: data?.count))
    }

    private static func text(_ span: Span<UInt8>, _ range: Range<Int>) -> String {
        let octets = span.copy(range.lowerBound..<min(range.upperBound, range.lowerBound + 2048)).prefix {
            $0 != 0
        }
        return String(decoding: octets, as: UTF8.self)
    }

    /// PidTagAttachLongFilename, wherever it stands among the properties.
    private static func longNames(_ span: Span<UInt8>, _ range: Range<Int>) -> [String] {
        var names: [String] = []
        for isWide in [false, true] {
            let tag: [UInt8] = [isWide ? 0x1F : 0x1E, 0x00, 0x07, 0x37]
            guard let found = span.firstOffset(of: tag, from: range.lowerBound, to: range.upperBound),
                let count = span.u32(found + 8), count <= range.upperBound - found - 12
            else { continue }
            let value = (found + 12)..<(found + 12 + min(count, 2048))
            names.append(isWide ? WideText.string(span, value) : text(span, value))
        }
        return names
    }
}

/// Text in UTF-16, the lower octet first.
enum WideText {
    /// Up to the first NUL.
    static func string(_ span: Span<UInt8>, _ range: Range<Int>) -> String {
        var units: [UInt16] = []
        var offset = range.lowerBound
        while offset + 1 < range.upperBound, let unit = span.u16(offset), unit != 0 {
            units.append(UInt16(truncatingIfNeeded: unit))
            offset += 2
        }
        return String(decoding: units, as: UTF16.self)
    }
}
