import CArchive

/// Which archives are recognised. Each format is a call of its own, so that nothing else becomes part of a program:
/// neither XML nor a filter that is a program.
package enum ArchiveFormats: Sendable {
    /// zip by its directory at the end, 7-Zip, RAR, tar, cpio, ar, cabinets, ISO 9660, LHA; compressed as a whole or
    /// not.
    case all
    /// zip alone, by what stands before each entry: a reader may see other entries so.
    case streamedZip
    /// A file that is compressed and nothing else, as gzip(1), bzip2(1), xz(1), zstd(1), lz4(1), compress(1) and
    /// uuencode(1) make it: one entry.
    case compressedFile

    /// - Returns: whether libarchive has all of them.
    func enable(in archive: OpaquePointer) -> Bool {
        switch self {
        case .all:
            unsafe Self.enable(
                [
                    archive_read_support_format_zip_seekable, archive_read_support_format_7zip,
                    archive_read_support_format_rar, archive_read_support_format_rar5,
                    archive_read_support_format_tar, archive_read_support_format_cpio,
                    archive_read_support_format_ar, archive_read_support_format_cab,
                    archive_read_support_format_iso9660, archive_read_support_format_lha,
                ] + Self.filters, in: archive)
        case .streamedZip:
            unsafe Self.enable([archive_read_support_format_zip_streamable], in: archive)
        case .compressedFile:
            unsafe Self.enable([archive_read_support_format_raw] + Self.filters, in: archive)
        }
    }

    private typealias Support = @convention(c) (OpaquePointer?) -> CInt

    private static var filters: [Support] {
        unsafe [
            archive_read_support_filter_gzip, archive_read_support_filter_bzip2,
            archive_read_support_filter_xz, archive_read_support_filter_lzma,
            archive_read_support_filter_lzip, archive_read_support_filter_zstd,
            archive_read_support_filter_lz4, archive_read_support_filter_compress,
            archive_read_support_filter_uu,
        ]
    }

    private static func enable(_ calls: [Support], in archive: OpaquePointer) -> Bool {
        unsafe calls.allSatisfy { unsafe $0(archive) == ARCHIVE_OK }
    }
}
