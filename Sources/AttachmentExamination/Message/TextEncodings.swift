import Platform

/// A file that stands in a text between a line of its own beginning and one of its end.
struct EncodedFile {
    let name: [UInt8]
    let octets: [UInt8]
    /// Where the line behind it begins.
    let next: Int
    let isCut: Bool
}

/// uuencode (POSIX.1 `uuencode`), also in its base64 form.
enum UUEncoding {
    /// The file that begins with the line in `line`; nil where that is none.
    static func file(_ bytes: Span<UInt8>, beginningAt start: Int, limit: Int) -> EncodedFile? {
        let isBase64 = bytes.has("begin-base64 ", at: start)
        guard isBase64 || bytes.has("begin ", at: start) else { return nil }
        let first = PartHeader.line(bytes, at: start, to: bytes.count)
        let words = bytes.copy(first.content.lowerBound..<min(first.content.upperBound, start + 1200))
            .split(separator: 0x20, maxSplits: 2)
        guard words.count == 3, (3...4).contains(words[1].count),
            words[1].allSatisfy({ (0x30...0x37).contains($0) })
        else { return nil }
        var octets: [UInt8] = []
        var position = first.next
        while position < bytes.count, octets.count < limit {
            let line = PartHeader.line(bytes, at: position, to: bytes.count)
            let isEnd =
                isBase64
                ? bytes.has("====", at: position)
                : bytes.has("end", at: position) && line.content.count == 3
            if isEnd {
                return EncodedFile(name: Array(words[2]), octets: octets, next: line.next, isCut: false)
            }
            guard isBase64 || appendLine(bytes, line.content, to: &octets) else { break }
            if isBase64 {
                var reading = Base64Reading(padding: .ends, capacity: line.content.count)
                reading.read(bytes.extracting(line.content))
                let piece = reading.finish()
                octets += piece.array(0..<piece.count)
            }
            position = line.next
        }
        return octets.isEmpty
            ? nil
            : EncodedFile(name: Array(words[2]), octets: octets, next: position, isCut: octets.count >= limit)
    }

    /// - Returns: false for what is no line of an encoded file.
    private static func appendLine(_ bytes: Span<UInt8>, _ line: Range<Int>, to octets: inout [UInt8]) -> Bool
    {
        guard let first = bytes.octet(line.lowerBound), !line.isEmpty, (0x20...0x60).contains(first) else {
            return false
        }
        var left = Int((first &- 0x20) & 0x3F)
        guard left > 0 else { return true }
        guard line.count <= 1 + 64 + 8 else { return false }
        var index = line.lowerBound + 1
        func value(_ offset: Int) -> UInt8 { offset < line.upperBound ? (bytes[offset] &- 0x20) & 0x3F : 0 }
        while left > 0, index < line.upperBound {
            let (a, b, c, d) = (value(index), value(index + 1), value(index + 2), value(index + 3))
            let group = [a << 2 | b >> 4, b << 4 | c >> 2, c << 6 | d]
            octets += group.prefix(left)
            left -= 3
            index += 4
        }
        return true
    }
}

/// yEnc, as it is used on Usenet.
enum YEncoding {
    static func file(_ bytes: Span<UInt8>, beginningAt start: Int, limit: Int) -> EncodedFile? {
        guard bytes.has("=ybegin ", at: start) else { return nil }
        let first = PartHeader.line(bytes, at: start, to: bytes.count)
        let sign = Array("name=".utf8)
        guard let name = bytes.firstOffset(of: sign, from: start, to: first.content.upperBound) else {
            return nil
        }
        var octets: [UInt8] = []
        var position = first.next
        var isEscaped = false
        while position < bytes.count, octets.count < limit {
            if bytes.octet(position - 1) == 0x0A,
                bytes.has("=yend", at: position) || bytes.has("=ypart", at: position)
            {
                let line = PartHeader.line(bytes, at: position, to: bytes.count)
                position = line.next
                if bytes.has("=yend", at: line.content.lowerBound) { break }
                continue
            }
            let octet = bytes[position]
            position &+= 1
            if octet == 0x0A || octet == 0x0D { continue }
            if octet == 0x3D, !isEscaped {
                isEscaped = true
                continue
            }
            octets.append(octet &- 42 &- (isEscaped ? 64 : 0))
            isEscaped = false
        }
        return EncodedFile(
            name: bytes.copy((name + 5)..<min(first.content.upperBound, name + 1200)), octets: octets,
            next: position,
            isCut: octets.count >= limit)
    }
}
