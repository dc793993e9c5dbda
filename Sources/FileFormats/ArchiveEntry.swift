/// What an archive says of one of its entries.
package struct ArchiveEntry: Equatable, Sendable {
    package enum Kind: Sendable {
        case file, directory, link, other
    }

    /// The octets of its name: UTF-8 where the format says what its names are written in, else as they stand.
    package var name: [UInt8]
    package var kind: Kind
    /// Bytes when it is unpacked; nil where the archive does not say. Nobody has counted them.
    package var size: Int?
    /// Whether its contents need a password, as far as the format can say so.
    package var isEncrypted: Bool
    /// Where it leads to, for a link.
    package var linkTarget: [UInt8]?
    /// What libarchive finds strange about it; fit for a log.
    package var warning: String?

    package init(
        name: [UInt8], kind: Kind = .file, size: Int? = nil, isEncrypted: Bool = false,
        linkTarget: [UInt8]? = nil, warning: String? = nil
    ) {
        self.name = name
        self.kind = kind
        self.size = size
        self.isEncrypted = isEncrypted
        self.linkTarget = linkTarget
        self.warning = warning
    }
}
