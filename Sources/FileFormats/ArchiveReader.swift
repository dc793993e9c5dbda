import CArchive
import Glibc
package import Platform

/// Reads an archive in memory, entry by entry (libarchive). Nothing is written anywhere.
///
/// Entries come in the archive's order. What is unpacked is counted, also where an entry is only passed over: more
/// than ``ArchiveLimits/unpackedBytes`` is an error of the kind ``FormatsError/Kind/limit``, and so is every later
/// call. For one thread at a time.
@safe
package struct ArchiveReader: ~Copyable {
    private let archive: OpaquePointer
    /// libarchive reads from these bytes as long as it lives.
    private let bytes: SharedBytes
    private let formats: ArchiveFormats
    private let limits: ArchiveLimits
    /// Bytes that were unpacked so far, as far as they passed through here.
    package private(set) var unpacked = 0
    /// What ended the reading for good.
    private var end: FormatsError?
    /// Whether an entry is open whose contents come next.
    private var isInEntry = false
    /// Whether any contents were asked for.
    private var hasRead = false
    /// Whether these contents are there for anybody; without the password they are noise.
    private var isReadable = true

    /// Loads what the C library would open files for later, when ``Confinement`` forbids that. The character set of
    /// this process becomes UTF-8, its time zone UTC.
    package static func prepareForConfinement() { carchive_need_no_files() }

    /// - Throws: of the kind ``FormatsError/Kind/unrecognised`` for what is no archive; of another kind for one that
    ///   cannot be read.
    package init(
        _ bytes: SharedBytes, formats: ArchiveFormats = .all, limits: ArchiveLimits = ArchiveLimits()
    ) throws(FormatsError) {
        _ = carchive_use_utf8()
        guard let archive = unsafe archive_read_new() else {
            throw FormatsError(.unavailable, "archive_read_new")
        }
        do throws(FormatsError) {
            try unsafe Self.open(archive, bytes, formats)
        } catch {
            unsafe archive_read_free(archive)
            throw error
        }
        unsafe self.archive = archive
        self.bytes = bytes
        self.formats = formats
        self.limits = limits
    }

    private static func open(
        _ archive: OpaquePointer, _ bytes: SharedBytes, _ formats: ArchiveFormats
    ) throws(FormatsError) {
        guard unsafe formats.enable(in: archive) else {
            throw unsafe FormatsError(.unavailable, words: archive_error_string(archive))
        }
        // In pieces: what is filtered comes in proportion to them, and the limits are looked at in between.
        let opened = unsafe bytes.span.withUnsafeBytes {
            unsafe archive_read_open_memory2(archive, $0.baseAddress, $0.count, piece)
        }
        guard opened == ARCHIVE_OK || opened == ARCHIVE_WARN else {
            throw unsafe failure(of: archive)
        }
    }

    /// Why an archive is read no further.
    private static func failure(of archive: OpaquePointer) -> FormatsError {
        let isUnknown = unsafe archive_format(archive) == 0 && archive_errno(archive) == EILSEQ
        return unsafe FormatsError(isUnknown ? .unrecognised : .fatal, words: archive_error_string(archive))
    }

    private static var piece: Int { 64 << 10 }

    deinit { unsafe archive_read_free(archive) }

    /// The format, in libarchive's words (`ZIP 2.0 (deflation)`); empty before the first entry.
    package var format: String { unsafe FormatsError.fit(archive_format_name(archive)) }

    /// What the archive is compressed with as a whole, from the outermost (`gzip`); empty for nothing.
    package var filters: [String] {
        unsafe (0..<archive_filter_count(archive)).reversed().compactMap { place in
            let isNone = unsafe archive_filter_code(archive, place) == ARCHIVE_FILTER_NONE
            return isNone ? nil : unsafe FormatsError.fit(archive_filter_name(archive, place))
        }
    }

    /// Whether some entry, or the list of entries itself, needs a password; nil where the format cannot say, or not
    /// yet.
    package var isEncrypted: Bool? {
        switch unsafe archive_read_has_encrypted_entries(archive) {
        case 0: false
        case 1: true
        default: nil
        }
    }

    /// The next entry; nil at the end of the archive.
    ///
    /// - Throws: of the kind ``FormatsError/Kind/failed`` where the entry cannot be read, but the next one may be; of
    ///   another kind for good.
    package mutating func next() throws(FormatsError) -> ArchiveEntry? {
        if let end { throw end }
        try passOver()
        var entry: OpaquePointer?
        for _ in 0..<Self.mostRetries {
            let code = unsafe archive_read_next_header(archive, &entry)
            switch code {
            case ARCHIVE_EOF: return nil
            case ARCHIVE_RETRY: continue
            case ARCHIVE_OK, ARCHIVE_WARN:
                guard formats != .compressedFile || !filters.isEmpty, let entry = unsafe entry else {
                    throw close(FormatsError(.unrecognised, ""))
                }
                let read = unsafe ArchiveEntry(entry, warning: code == ARCHIVE_WARN ? words : nil)
                isInEntry = true
                isReadable = !read.isEncrypted
                return read
            default: throw failure(code)
            }
        }
        throw close(FormatsError(.fatal, words))
    }

    private static var mostRetries: Int { 16 }

    /// The next bytes of the entry that ``next()`` gave; empty at its end.
    ///
    /// - Parameter count: the most that are given.
    /// - Throws: of the kind ``FormatsError/Kind/failed`` where this entry cannot be read on; of another kind for good.
    package mutating func read(upTo count: Int) throws(FormatsError) -> [UInt8] {
        if let end { throw end }
        guard isInEntry else { return [] }
        guard isReadable else { throw FormatsError(.failed, "encrypted") }
        try checkLimits()
        var code = 0
        let chunk = unsafe [UInt8](unsafeUninitializedCapacity: max(count, 0)) { buffer, end in
            code = unsafe archive_read_data(archive, buffer.baseAddress, buffer.count)
            end = max(code, 0)
        }
        guard code >= 0 || code == Int(ARCHIVE_WARN) else { throw failure(CInt(clamping: code)) }
        unpacked &+= chunk.count
        hasRead = true
        if chunk.isEmpty { isInEntry = false }
        return chunk
    }

    /// Leaves an entry behind. Where that means to unpack it, it is done here, piece by piece: libarchive would do it
    /// without looking up.
    private mutating func passOver() throws(FormatsError) {
        guard isInEntry, !filters.isEmpty || hasRead && isUnpackedInOrder else { return isInEntry = false }
        while isInEntry {
            try checkLimits()
            var piece: UnsafeRawPointer?
            var count = 0
            var offset: Int64 = 0
            let code = unsafe archive_read_data_block(archive, &piece, &count, &offset)
            unpacked &+= count
            switch code {
            case ARCHIVE_OK, ARCHIVE_WARN, ARCHIVE_RETRY: continue
            case ARCHIVE_FATAL: throw failure(code)
            default: isInEntry = false
            }
        }
    }

    /// Whether entries are compressed together, so that all before one is unpacked with it.
    private var isUnpackedInOrder: Bool {
        let family = unsafe archive_format(archive) & ARCHIVE_FORMAT_BASE_MASK
        return family == ARCHIVE_FORMAT_7ZIP || family == ARCHIVE_FORMAT_CAB
    }

    private mutating func checkLimits() throws(FormatsError) {
        guard unpacked <= limits.unpackedBytes else { throw close(FormatsError(.limit, "unpacked bytes")) }
        guard limits.processorTime == .max || ProcessorTime.milliseconds < limits.processorTime else {
            throw close(FormatsError(.limit, "processor time"))
        }
    }

    private var words: String { unsafe FormatsError.fit(archive_error_string(archive)) }

    private mutating func failure(_ code: CInt) -> FormatsError {
        isInEntry = false
        guard code == ARCHIVE_FATAL else { return FormatsError(.failed, words) }
        return unsafe close(Self.failure(of: archive))
    }

    /// Remembers what ended the reading.
    private mutating func close(_ error: FormatsError) -> FormatsError {
        end = error
        return error
    }
}
