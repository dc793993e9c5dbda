/// The frame of an entry's file.
///
///     postmaster-spool 1 <header bytes, 10> <message bytes, 16> <message's checksum> <checksum> LF
///     <header>
///     <message, byte for byte>
///     postmaster-end LF
///     <journal>
///
/// The checksum that ends the first line covers what stands before it there, and the header. The first line
/// has this form in every version of the format, so that another version is told from damage.
struct EntryFormat: Equatable, Sendable {
    let version: Int
    let headerBytes: Int
    let messageBytes: Int
    let messageSum: UInt32

    static let currentVersion = 1
    static let lineLength = 65
    static let endMark = Array("postmaster-end\n".utf8)
    static let maximumHeader = 1 << 24
    static let maximumMessage = 1 << 48

    private static let magic = Array("postmaster-spool ".utf8)
    private static let coveredLength = 56

    init(headerBytes: Int, messageBytes: Int, messageSum: UInt32) {
        version = Self.currentVersion
        self.headerBytes = headerBytes
        self.messageBytes = messageBytes
        self.messageSum = messageSum
    }

    /// Reads a first line. Nil if it is not one.
    init?(line: [UInt8]) {
        guard line.count == Self.lineLength, line.starts(with: Self.magic) else { return nil }
        guard let version = FixedWidth.decimal(line[17..<18]),
            let headerBytes = FixedWidth.decimal(line[19..<29]),
            let messageBytes = FixedWidth.decimal(line[30..<46]),
            let sum = FixedWidth.hexadecimal(line[47..<55])
        else { return nil }
        guard headerBytes <= Self.maximumHeader, messageBytes <= Self.maximumMessage else { return nil }
        self.version = version
        self.headerBytes = headerBytes
        self.messageBytes = messageBytes
        messageSum = sum
    }

    /// The first line over `header`.
    func line(over header: [UInt8], _ checksum: Checksum) -> [UInt8] {
        let space = [UInt8(ascii: " ")]
        var line = Self.magic + FixedWidth.decimal(version, width: 1) + space
        line += FixedWidth.decimal(headerBytes, width: 10) + space
        line += FixedWidth.decimal(messageBytes, width: 16) + space
        line += FixedWidth.hexadecimal(messageSum) + space
        line += FixedWidth.hexadecimal(checksum.extend(checksum.of(line), with: header.span))
        line.append(UInt8(ascii: "\n"))
        return line
    }

    var messageStart: Int { Self.lineLength + headerBytes }
    var messageEnd: Int { messageStart + messageBytes }
    var journalStart: Int { messageEnd + Self.endMark.count }
}
