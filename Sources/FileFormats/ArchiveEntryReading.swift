import CArchive

extension ArchiveEntry {
    /// What libarchive says of an entry.
    init(_ entry: OpaquePointer, warning: String?) {
        self.init(
            name: unsafe Self.octets(archive_entry_pathname(entry), archive_entry_pathname_utf8(entry)),
            kind: unsafe Self.kind(entry),
            size: unsafe archive_entry_size_is_set(entry) != 0
                ? max(Int(archive_entry_size(entry)), 0) : nil,
            isEncrypted: unsafe archive_entry_is_data_encrypted(entry) != 0
                || archive_entry_is_metadata_encrypted(entry) != 0,
            linkTarget: unsafe Self.linkTarget(entry),
            warning: warning)
    }

    private static func kind(_ entry: OpaquePointer) -> Kind {
        if unsafe archive_entry_hardlink(entry) != nil { return .link }
        // AE_IFREG and its like, which are those of stat(2). Formats without types say nothing.
        return switch unsafe UInt32(archive_entry_filetype(entry)) & 0o170000 {
        case 0o100000, 0: .file
        case 0o040000: .directory
        case 0o120000: .link
        default: .other
        }
    }

    private static func linkTarget(_ entry: OpaquePointer) -> [UInt8]? {
        let symbolic = unsafe octets(archive_entry_symlink(entry), archive_entry_symlink_utf8(entry))
        let hard = unsafe octets(archive_entry_hardlink(entry), archive_entry_hardlink_utf8(entry))
        return symbolic.isEmpty ? (hard.isEmpty ? nil : hard) : symbolic
    }

    /// As it stands; or, where that says nothing in the locale's character set, in UTF-8.
    private static func octets(
        _ asItStands: UnsafePointer<CChar>?, _ inUTF8: @autoclosure () -> UnsafePointer<CChar>?
    ) -> [UInt8] {
        guard let text = unsafe asItStands ?? inUTF8() else { return [] }
        var octets: [UInt8] = []
        var place = unsafe text
        while unsafe place.pointee != 0 {
            octets.append(unsafe UInt8(bitPattern: place.pointee))
            unsafe place += 1
        }
        return octets
    }
}
