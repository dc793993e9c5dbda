package import Platform

extension SpoolDirectory {
    /// Calls `body` with an entry's message, piece by piece, until it says false. It never changes, so that it may be
    /// read while another process is at work on the entry; and it is not compared with its checksum.
    ///
    /// - Returns: false if the entry is not there.
    /// - Throws: `damaged` if there is no telling where the message is, or a part of it is missing.
    package func readMessage(
        of reference: EntryReference, _ body: ([UInt8]) -> Bool
    ) throws(SpoolError) -> Bool {
        guard let directory = try tree.directory(of: reference),
            let file = try EntryFile.open(SpoolTree.name(of: reference), in: directory, .read, owner: owner)
        else { return false }
        let line = try file.read(at: 0, count: EntryFormat.lineLength)
        guard let format = EntryFormat(line: line) else { throw file.damaged("the first line is not one") }
        var position = format.messageStart
        while position < format.messageEnd {
            let piece = try file.read(at: position, count: min(format.messageEnd - position, 1 << 17))
            guard !piece.isEmpty else { throw file.damaged("it is cut short") }
            position += piece.count
            guard body(piece) else { break }
        }
        return true
    }

    /// Whether the message of an entry is what was committed. Reads all of it.
    ///
    /// - Returns: what is wrong with it, nil if nothing is.
    package func damage(of reference: EntryReference) -> SpoolError? {
        do throws(SpoolError) {
            guard let directory = try tree.directory(of: reference),
                let file = try EntryFile.open(
                    SpoolTree.name(of: reference), in: directory, .read, owner: owner)
            else { return nil }
            _ = try EntryContents(of: file, id: reference.id, verifyingMessage: true, checksum)
            return nil
        } catch {
            return error
        }
    }
}

extension EntryIdentifier {
    /// When an entry of that name was made, to the second; nil if it is none. Of what was made in the course of work at
    /// another entry it tells about when that was made.
    package static func time(of id: String) -> WallTime? {
        guard isValid(id) else { return nil }
        var seconds = 0
        for byte in id.utf8.prefix(7) {
            guard let digit = digit(byte) else { return nil }
            seconds = seconds << 5 | digit
        }
        return WallTime(seconds: seconds)
    }
}
