/// The part of an entry that grows: one line for each record, each written and made durable before anybody
/// is told that it is there.
///
///     <sequence, 8 digits> <bytes of text, 8 digits> <checksum, 8 hex digits> <text> LF
///
/// The checksum covers everything else on the line, so that a record holds only in its own place.
///
/// A crash while the last record was being written leaves a part of it: a beginning, or all of it with NULs
/// in the sectors that did not arrive. Such an end is **torn**: that record was never reported as written,
/// so it is left out, and the next one is written over it. Whatever else is wrong is damage.
struct Journal: Equatable, Sendable {
    private(set) var records: [JournalRecord] = []
    /// Bytes from the journal's start to the end of its last whole record.
    private(set) var length = 0
    /// Whether something torn stands behind that.
    private(set) var isTorn = false

    /// Bytes of one record's text.
    static let maximumText = 1 << 20
    /// Bytes of all of it, as far as it is read.
    static let maximumLength = 1 << 26

    private static let sector = 512
    private static let prefixLength = 27
    private static let coveredLength = 18

    /// The line that would be the next.
    func line(_ record: JournalRecord, _ checksum: Checksum) -> [UInt8] {
        Self.line(sequence: records.count, text: record.text, checksum)
    }

    /// Takes note that the line of `record` is on disk.
    mutating func append(_ record: JournalRecord, lineLength: Int) {
        records.append(record)
        length += lineLength
        isTorn = false
    }

    private static func line(sequence: Int, text: [UInt8], _ checksum: Checksum) -> [UInt8] {
        let space = [UInt8(ascii: " ")]
        var line =
            FixedWidth.decimal(sequence, width: 8) + space + FixedWidth.decimal(text.count, width: 8) + space
        let sum = checksum.extend(checksum.of(line), with: text.span)
        line += FixedWidth.hexadecimal(sum) + space
        line += text
        line.append(UInt8(ascii: "\n"))
        return line
    }
}

extension Journal {
    /// - Parameters:
    ///   - bytes: all that stands behind the entry's end mark.
    ///   - offset: where in the file that begins.
    /// - Returns: nil if the journal is damaged.
    init?(_ bytes: ArraySlice<UInt8>, at offset: Int, _ checksum: Checksum) {
        var rest = bytes
        while !rest.isEmpty {
            if let (record, count) = Self.record(rest, sequence: records.count, checksum) {
                append(record, lineLength: count)
                rest = rest.dropFirst(count)
            } else if Self.isTorn(rest, sequence: records.count, at: offset + length) {
                isTorn = true
                break
            } else {
                return nil
            }
        }
    }

    /// The record at the start of `bytes`, and the length of its line.
    private static func record(
        _ bytes: ArraySlice<UInt8>, sequence: Int, _ checksum: Checksum
    ) -> (JournalRecord, Int)? {
        guard let text = textLength(bytes, sequence: sequence), bytes.count >= prefixLength + text + 1 else {
            return nil
        }
        let line = bytes.prefix(prefixLength + text + 1)
        let content = line.dropFirst(prefixLength).dropLast()
        // Written anew it must be the same: that compares the checksum, and every byte between the parts.
        guard line.elementsEqual(Self.line(sequence: sequence, text: Array(content), checksum)) else {
            return nil
        }
        guard let record = JournalRecord(text: content) else { return nil }
        return (record, line.count)
    }

    /// What a line says of the length of its text, if its sequence number is the one expected.
    private static func textLength(_ line: ArraySlice<UInt8>, sequence: Int) -> Int? {
        guard line.count >= coveredLength,
            line.prefix(8).elementsEqual(FixedWidth.decimal(sequence, width: 8)),
            let length = FixedWidth.decimal(line.dropFirst(9).prefix(8)), length <= maximumText
        else { return nil }
        return length
    }

    /// Whether `rest` is what a crash leaves of one record. It has no line end but the last byte.
    private static func isTorn(_ rest: ArraySlice<UInt8>, sequence: Int, at offset: Int) -> Bool {
        guard !rest.dropLast().contains(UInt8(ascii: "\n")) else { return false }
        return isBeginning(rest, sequence: sequence) || hasEmptySector(rest, at: offset)
    }

    private static func isBeginning(_ rest: ArraySlice<UInt8>, sequence: Int) -> Bool {
        guard rest.last != UInt8(ascii: "\n") else { return false }
        let start = FixedWidth.decimal(sequence, width: 8) + [UInt8(ascii: " ")]
        guard rest.count >= coveredLength else {
            let known = min(rest.count, start.count)
            return rest.prefix(known).elementsEqual(start.prefix(known))
        }
        guard let text = textLength(rest, sequence: sequence) else { return false }
        return rest.count < prefixLength + text + 1
    }

    private static func hasEmptySector(_ rest: ArraySlice<UInt8>, at offset: Int) -> Bool {
        var rest = rest
        var share = sector - offset % sector
        while !rest.isEmpty {
            if rest.prefix(share).allSatisfy({ $0 == 0 }) { return true }
            rest = rest.dropFirst(share)
            share = sector
        }
        return false
    }
}
