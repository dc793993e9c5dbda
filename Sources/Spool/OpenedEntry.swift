package import Platform

/// An entry that this process alone is at work on, as long as the value lives.
///
/// Invariant: the file is locked, its checksums were right when it was opened, and it has one name, the one
/// that ``reference`` tells.
package struct OpenedEntry: ~Copyable, Sendable {
    package let reference: EntryReference
    private let tree: SpoolTree
    private let locked: LockedEntry
    private let checksum: Checksum
    private let contents: EntryContents
    private var records: Journal
    private var mayAppend = true

    init(
        _ reference: EntryReference, tree: consuming SpoolTree, locked: consuming LockedEntry,
        contents: EntryContents, checksum: Checksum
    ) {
        self.reference = reference
        self.tree = tree
        self.locked = locked
        self.contents = contents
        self.checksum = checksum
        records = contents.journal
    }

    package var envelope: SpoolEnvelope { contents.envelope }

    /// What happened to it so far, in order.
    package var journal: [JournalRecord] { records.records }

    /// Bytes of the message.
    package var messageBytes: Int { contents.format.messageBytes }

    /// A message of up to so many bytes is read at once, a larger one is mapped.
    private static let mappedFrom = 1 << 18

    /// The message, byte for byte as it was committed. It may be kept longer than the entry.
    package func message() throws(SpoolError) -> SharedBytes {
        let start = contents.format.messageStart
        if messageBytes >= Self.mappedFrom { return try locked.file.map(at: start, count: messageBytes) }
        let bytes = try locked.file.read(at: start, count: messageBytes)
        guard bytes.count == messageBytes else { throw locked.file.damaged("it was cut short") }
        return SharedBytes(bytes)
    }

    /// Writes a record behind the others. When this returns it is durable.
    ///
    /// After an error nothing more can be written before the entry is opened anew: what the disk has is not
    /// known. Moving and removing it is still possible.
    package mutating func append(_ record: JournalRecord) throws(SpoolError) {
        let line = records.line(record, checksum)
        guard line.count <= Journal.maximumText, records.length + line.count <= Journal.maximumLength else {
            throw SpoolError(
                .tooLarge, path: locked.file.path, reason: "a record of \(line.count) bytes has no room")
        }
        guard mayAppend else {
            throw SpoolError(
                .failed, path: locked.file.path, reason: "an earlier record could not be written")
        }
        let end = contents.format.journalStart + records.length
        do throws(SystemError) {
            if records.isTorn { try locked.file.descriptor.truncate(to: end, path: locked.file.path) }
            try locked.file.descriptor.write(line, at: end, path: locked.file.path)
            try locked.file.descriptor.synchronizeData(path: locked.file.path)
        } catch {
            mayAppend = false
            try? locked.file.descriptor.truncate(to: end, path: locked.file.path)
            throw SpoolError(error)
        }
        records.append(record, lineLength: line.count)
    }

    /// Makes sure that the next records find room on the disk: for what cannot be taken back once it is done, and
    /// would be done again and again if it could not be recorded.
    package func reserve() throws(SpoolError) {
        let end = contents.format.journalStart + records.length
        do throws(SystemError) {
            try locked.file.descriptor.reserve(Self.reserved, at: end, path: locked.file.path)
        } catch {
            throw SpoolError(error)
        }
    }

    /// Bytes: some records of an ordinary length.
    private static let reserved = 4096

    /// Moves it to another time.
    @discardableResult
    package consuming func reschedule(due: WallTime) throws(SpoolError) -> EntryReference {
        try move(to: .queue(due: Bucket.clamp(due.seconds)))
    }

    /// Keeps it from being tried until somebody releases it.
    @discardableResult
    package consuming func hold() throws(SpoolError) -> EntryReference {
        try move(to: .hold)
    }

    /// Has it tried again from a time on, wherever it was.
    @discardableResult
    package consuming func release(due: WallTime) throws(SpoolError) -> EntryReference {
        try move(to: .queue(due: Bucket.clamp(due.seconds)))
    }

    /// Sets it aside, because what it says makes no sense to who is to carry it out.
    @discardableResult
    package consuming func moveToCorrupt() throws(SpoolError) -> EntryReference {
        try move(to: .corrupt)
    }

    /// Removes it, durably: there is nothing left to be done.
    package consuming func remove() throws(SpoolError) {
        try tree.unlink(reference, in: locked.directory)
    }

    /// Removes it, durably. After an error it is still open, so that its journal can say what the removal would have.
    package mutating func tryToRemove() throws(SpoolError) {
        try tree.unlink(reference, in: locked.directory)
    }

    private consuming func move(to place: EntryReference.Place) throws(SpoolError) -> EntryReference {
        let target = EntryReference(id: reference.id, place: place)
        if target != reference { try tree.move(reference, in: locked.directory, to: target) }
        return target
    }
}
