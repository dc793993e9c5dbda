import Platform
import UserLookup

/// The file in which Dovecot keeps annotations (`mail_attribute_dict = file:…`): a line with a key, a line with its
/// value, and so on.
///
/// Keys are `priv/GUID/entry` and `shared/GUID/entry`, GUID being the mailbox's, the entry in lower case. In both,
/// `^A` stands before what could not be in a line.
struct AttributeFile {
    private var values: [[UInt8]: [UInt8]] = [:]

    /// Octets of the file.
    private static let limit = 16 << 20

    /// Reads the file; one that cannot be read, or is no such file, has nothing in it.
    init(path: String) {
        self.init(Self.bytes(path))
    }

    private static func bytes(_ path: String) -> [UInt8] {
        guard let file = try? OwnedFileDescriptor(reading: path),
            let status = try? file.status(path: path), status.kind == .regular,
            let bytes = try? file.readAll(limit: limit, path: path)
        else { return [] }
        return bytes
    }

    init(_ bytes: [UInt8]) {
        var key: ArraySlice<UInt8>?
        var start = 0
        while let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
            let line = bytes[start..<end]
            start = end + 1
            guard let named = key else {
                key = line
                continue
            }
            values[DovecotEscape.unescaped(named)] = DovecotEscape.unescaped(line)
            key = nil
        }
        // A key without a value, or half a line: nobody knows what the others are worth.
        if key != nil || start < bytes.count { values = [:] }
    }

    func value(of key: String) -> [UInt8]? { values[Array(key.utf8)] }
}
