import Platform

/// What an entry's file says, once its checksums are found right.
struct EntryContents: Sendable {
    let format: EntryFormat
    let envelope: SpoolEnvelope
    let journal: Journal

    /// Reads an open file.
    ///
    /// - Parameters:
    ///   - id: the name that the file has; it must be the one inside.
    ///   - verifyingMessage: whether the message is read and compared with its checksum, too.
    /// - Throws: `damaged`, `unsupported`, or what a system call reported.
    init(
        of file: borrowing EntryFile, id: String, verifyingMessage: Bool, _ checksum: Checksum
    ) throws(SpoolError) {
        let size = try file.status().size
        let line = try file.read(at: 0, count: EntryFormat.lineLength)
        guard let format = EntryFormat(line: line) else { throw file.damaged("the first line is not one") }
        guard format.journalStart <= size else { throw file.damaged("it is cut short") }
        let header = try file.read(at: EntryFormat.lineLength, count: format.headerBytes)
        guard format.line(over: header, checksum) == line else {
            throw file.damaged("the header is not what its checksum says")
        }
        guard format.version == EntryFormat.currentVersion else {
            throw SpoolError(
                .unsupported, path: file.path, reason: "format version \(format.version) is not known here")
        }
        guard let envelope = SpoolEnvelope(header: header) else {
            throw file.damaged("the header is not one")
        }
        guard envelope.id == id else { throw file.damaged("the header is that of \(envelope.id)") }
        if verifyingMessage { try Self.verifyMessage(of: file, format, checksum) }
        self.format = format
        self.envelope = envelope
        journal = try Self.journal(of: file, size, format, checksum)
    }

    private static func verifyMessage(
        of file: borrowing EntryFile, _ format: EntryFormat, _ checksum: Checksum
    ) throws(SpoolError) {
        var sum: UInt32 = 0
        var position = format.messageStart
        while position < format.messageEnd {
            let bytes = try file.read(at: position, count: min(format.messageEnd - position, 1 << 17))
            guard !bytes.isEmpty else { throw file.damaged("it is cut short") }
            sum = checksum.extend(sum, with: bytes.span)
            position += bytes.count
        }
        guard sum == format.messageSum else {
            throw file.damaged("the message is not what its checksum says")
        }
    }

    private static func journal(
        of file: borrowing EntryFile, _ size: Int, _ format: EntryFormat, _ checksum: Checksum
    ) throws(SpoolError) -> Journal {
        let length = size - format.messageEnd
        guard length <= Journal.maximumLength else { throw file.damaged("the journal is too long") }
        let bytes = try file.read(at: format.messageEnd, count: length)
        guard bytes.starts(with: EntryFormat.endMark) else { throw file.damaged("the end mark is missing") }
        let records = bytes.dropFirst(EntryFormat.endMark.count)
        guard let journal = Journal(records, at: format.journalStart, checksum) else {
            throw file.damaged("the journal is damaged")
        }
        return journal
    }
}
