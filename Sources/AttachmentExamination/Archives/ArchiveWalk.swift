import ContentChecks
import FileFormats
import Platform

/// Archives as libarchive reads them; nothing is written anywhere, and of what is not looked into only the beginning is
/// kept.
extension Inspection {
    private static var mostFailures: Int { 20 }

    mutating func examineArchive(_ contents: Contents, named name: String) {
        do throws(FormatsError) {
            var reader = try ArchiveReader(contents.bytes, formats: .all, limits: limits(for: contents))
            let count = try readEntries(&reader)
            // Zeros are an empty tar, also where they are something else that is compressed.
            if count == 0, !reader.filters.isEmpty { examineCompressed(contents, named: name) }
            if count == 0, reader.filters.isEmpty, reader.isEncrypted != true {
                found(.unreadable, "an archive without entries")
            }
        } catch {
            guard error.kind == .unrecognised else { return tell(error, of: nil) }
            examineCompressed(contents, named: name)
        }
    }

    /// - Returns: how many there were.
    private mutating func readEntries(_ reader: inout ArchiveReader) throws(FormatsError) -> Int {
        var failures = 0
        var count = 0
        while true {
            let entry: ArchiveEntry?
            let before = reader.unpacked
            do throws(FormatsError) {
                entry = try reader.next()
                countUnpacked(reader.unpacked - before)
            } catch {
                countUnpacked(reader.unpacked - before)
                tellEncryption(reader)
                guard error.kind == .failed, failures < Self.mostFailures else { throw error }
                failures += 1
                tell(error, of: nil)
                continue
            }
            guard let entry else { break }
            count += 1
            guard countEntry() else { break }
            // What a reader of 7-Zip would unpack before this entry is in the sum: see `countPromise`.
            guard countPromise(entry.size ?? 0) || entry.kind != .file else {
                add(ExaminedFile(names: [Self.text(entry.name)], size: entry.size))
                continue
            }
            examine(entry, &reader)
        }
        tellEncryption(reader)
        return count
    }

    private mutating func examine(_ entry: ArchiveEntry, _ reader: inout ArchiveReader) {
        let name = Self.text(entry.name)
        if entry.isEncrypted { found(.encrypted, in: path + [name], "an entry with a password") }
        let file = ExaminedFile(names: [name], size: entry.size)
        switch entry.kind {
        case .file where !entry.isEncrypted: examineEntry(&reader, as: file)
        case .file: add(file)
        case .directory, .other: break
        case .link:
            add(file)
            let target = Self.text(entry.linkTarget ?? [])
            let leadsOut = target.hasPrefix("/") || target.split(separator: "/").contains("..")
            if leadsOut { found(.structure, in: path + [name], "a link that leads out of the archive") }
        }
    }

    private mutating func tellEncryption(_ reader: borrowing ArchiveReader) {
        if reader.isEncrypted == true { found(.encrypted, "an archive with a password") }
    }

    /// A single file that is compressed.
    private mutating func examineCompressed(_ contents: Contents, named name: String) {
        do throws(FormatsError) {
            var reader = try ArchiveReader(
                contents.bytes, formats: .compressedFile, limits: limits(for: contents))
            guard try reader.next() != nil, countEntry() else { return }
            let names = [Self.innerName(name), Self.gzipName(contents.bytes.span)].compactMap { $0 }
            examineEntry(&reader, as: ExaminedFile(names: names))
            // To its end, since only that shows how much it comes to.
            _ = try reader.next()
        } catch {
            tell(error, of: nil)
        }
    }

    /// `a.txt.gz` holds `a.txt`.
    private static func innerName(_ name: String) -> String {
        let plain = NameForms.plain(name)
        guard let dot = plain.utf8.lastIndex(of: UInt8(ascii: ".")) else { return plain }
        let base = String(plain[..<dot])
        switch NameForms.fileExtension(name) {
        case "tgz", "tbz", "tbz2", "txz": return base + ".tar"
        case "gz", "bz2", "xz", "zst", "lz4", "lz", "lzma", "z": return base
        default: return plain
        }
    }

    /// RFC 1952 §2.3: the original name.
    private static func gzipName(_ bytes: Span<UInt8>) -> String? {
        guard bytes.has([0x1F, 0x8B]), let flags = bytes.octet(3), flags & 8 != 0 else { return nil }
        var position = 10
        if flags & 4 != 0 { position += 2 + (bytes.u16(10) ?? 0) }
        let name = bytes.copy(position..<(position + 1024)).prefix { $0 != 0 }
        return name.isEmpty ? nil : text(Array(name))
    }

    /// What may come out of an archive of this size.
    func limits(for contents: Contents) -> ArchiveLimits {
        let (bound, overflow) = contents.bytes.count.multipliedReportingOverflow(by: max(limits.ratio, 1))
        let most = overflow ? .max : max(bound, Self.smallestBomb)
        return ArchiveLimits(unpackedBytes: min(leftToUnpack, most), processorTime: end)
    }

    mutating func tell(_ error: FormatsError, of name: String?) {
        let place = path + (name.map { [$0] } ?? [])
        let isPassword = error.detail.has("ncrypt") || error.detail.has("assphrase")
        switch error.kind {
        case .limit:
            if error.detail == "processor time" {
                _ = checkTime()
            } else {
                found(.limit, in: place, "more comes out of it than is borne")
            }
        case _ where isPassword: found(.encrypted, in: place, error.detail)
        case _ where error.detail.has("allocate") || error.detail.has("memory"):
            found(.limit, in: place, error.detail)
        case .unavailable, .unrecognised, .failed, .fatal: found(.unreadable, in: place, error.detail)
        }
    }
}

extension String {
    fileprivate func has(_ word: StaticString) -> Bool {
        let octets = Array(utf8)
        return octets.span.contains(word)
    }
}

extension Inspection {
    /// The entry that a reader stands before: as much of it as it takes to tell what it is, and all of it if it holds
    /// others.
    mutating func examineEntry(_ reader: inout ArchiveReader, as file: ExaminedFile) {
        let before = reader.unpacked
        let isWanted = file.names.contains { FileExtensions.isArchive(NameForms.fileExtension($0)) }
        var first: [UInt8] = []
        var failure: FormatsError?
        do throws(FormatsError) {
            while first.count < Self.window {
                let piece = try reader.read(upTo: Self.window - first.count)
                if piece.isEmpty { break }
                first += piece
            }
        } catch {
            failure = error
        }
        guard spend(first.count) else {
            add(file)
            return
        }
        let isShort = first.count < Self.window
        let kind = FileKind(first.span)
        let holdsOthers =
            isWanted
            || [.zip, .compoundFile, .tnef, .archive, .compressed, .message, .richText].contains(kind)
        var contents = Contents(bytes: SharedBytes(first), isCut: !isShort)
        if !isShort, failure == nil {
            let most = min(holdsOthers ? leftToHold : Self.smallEntry, leftToUnpack)
            do throws(FormatsError) {
                if holdsOthers || (file.size ?? .max) <= most {
                    contents = try rest(of: &reader, after: first, most: most)
                }
            } catch {
                failure = error
            }
        }
        countUnpacked(reader.unpacked - before)
        if let size = file.size, first.count > size {
            found(.structure, in: path + file.names.prefix(1), "more comes out of an entry than it says")
        }
        held += contents.bytes.count
        examine(contents, as: file)
        held -= contents.bytes.count
        if let failure { tell(failure, of: file.names.first) }
    }

    /// What is read whole, to look for an archive at its end.
    private static var smallEntry: Int { 256 << 10 }

    private mutating func rest(
        of reader: inout ArchiveReader, after first: [UInt8], most: Int
    ) throws(FormatsError) -> Contents {
        var buffer = InputBuffer(capacity: max(most, first.count))
        buffer.append(first.span)
        while !buffer.isFull {
            let piece = try reader.read(upTo: 64 << 10)
            if piece.isEmpty { return Contents(bytes: buffer.finish()) }
            guard spend(piece.count) else { break }
            buffer.append(piece.span)
        }
        return Contents(bytes: buffer.finish(), isCut: true)
    }
}
