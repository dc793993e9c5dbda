package import Platform

extension SpoolDirectory {
    /// Writes a new entry. When this returns it is durable, whatever happens to the machine.
    ///
    /// - Parameters:
    ///   - head: the beginning of the message, such as header fields that were added.
    ///   - body: the rest of it.
    ///   - due: when it is to be tried; whole seconds count.
    /// - Throws: whatever kept it from being durable; then the queue is as it was.
    package func commit(
        _ envelope: SpoolEnvelope, head: [UInt8], body: Span<UInt8>, due: WallTime
    ) throws(SpoolError) -> EntryReference {
        try commit(envelope, head, body, at: .queue(due: Bucket.clamp(due.seconds)))
    }

    /// As ``commit(_:head:body:due:)``, for an entry that is not tried before somebody releases it.
    package func commitOnHold(
        _ envelope: SpoolEnvelope, head: [UInt8], body: Span<UInt8>
    ) throws(SpoolError) -> EntryReference {
        try commit(envelope, head, body, at: .hold)
    }

    private func commit(
        _ envelope: SpoolEnvelope, _ head: [UInt8], _ body: Span<UInt8>, at place: EntryReference.Place
    ) throws(SpoolError) -> EntryReference {
        let header = envelope.header
        try check(envelope, header)
        let drafts = try draftsRoom()
        let reference = EntryReference(id: envelope.id, place: place)
        let file = try draft(envelope.id, in: drafts)
        do throws(SpoolError) {
            try write(header, head, body, to: file)
            try tree.publish(envelope.id, in: drafts, as: reference)
        } catch {
            try? drafts.removeFile(envelope.id)
            throw error
        }
        // Should this fail, the entry has a second name, which is removed when it is opened.
        try? drafts.removeFile(envelope.id)
        // Only here the lock ends: nobody works at an entry that is not durable yet.
        _ = consume file
        return reference
    }

    func draftsRoom() throws(SpoolError) -> Directory {
        guard let drafts = try tree.room("tmp") else {
            throw SpoolError(.absent, path: tree.home.path(of: "tmp"), reason: "it is missing")
        }
        return drafts
    }

    func check(_ envelope: SpoolEnvelope, _ header: [UInt8]) throws(SpoolError) {
        let path = tree.home.path(of: envelope.id)
        guard EntryIdentifier.isValid(envelope.id) else {
            throw SpoolError(.unsafe, path: tree.home.path, reason: "an entry cannot have that name")
        }
        guard Identity.current().user == owner else {
            throw SpoolError(.unsafe, path: path, reason: "only uid \(owner) may write here")
        }
        guard header.count <= EntryFormat.maximumHeader else {
            throw SpoolError(.tooLarge, path: path, reason: "the header would have \(header.count) bytes")
        }
    }

    /// A file for a new entry, locked before anybody can know of it.
    func draft(_ id: String, in drafts: borrowing Directory) throws(SpoolError) -> EntryFile {
        let path = drafts.path(of: id)
        return try system { () throws(SystemError) in
            let descriptor = try drafts.createFile(id, permissions: 0o600)
            do throws(SystemError) {
                guard try descriptor.tryLock(path: path) else {
                    throw SystemError(call: "flock", path: path, code: ErrorCode.busy)
                }
            } catch {
                try? drafts.removeFile(id)
                throw error
            }
            return EntryFile(descriptor: descriptor, path: path)
        }
    }

    func write(
        _ header: [UInt8], _ head: [UInt8], _ body: Span<UInt8>, to file: borrowing EntryFile
    ) throws(SpoolError) {
        let sum = checksum.extend(checksum.of(head), with: body)
        let format = EntryFormat(
            headerBytes: header.count, messageBytes: head.count + body.count, messageSum: sum)
        let start = format.line(over: header, checksum) + header + head
        do throws(SystemError) {
            try file.descriptor.write(start, then: body, path: file.path)
            try file.descriptor.write(EntryFormat.endMark, path: file.path)
            // What fsync reports is final, and what it does not report close has nothing to add to.
            try file.descriptor.synchronize(path: file.path)
        } catch {
            throw SpoolError(error)
        }
    }
}
