import Platform

/// The lists that `:list` looks in (RFC 6134): one folder, a file for each list, one value on a line.
///
/// The name of a list is the name of its file, in which each octet but letters, digits, `.`, `-`, `_`, `@` and `+` is
/// written as `%XX`, so that no name leads out of the folder. Empty lines and lines that begin with `#` are no
/// values; ASCII letters are the same in either case.
struct SiteLists {
    private let directory: String?

    /// Octets of one list.
    private static let limit = 64 << 20

    /// - Parameter directory: nil where there are no lists.
    init(directory: String?) {
        self.directory = directory
    }

    func exists(_ name: String) -> Bool {
        guard let path = path(of: name), let status = try? FileStatus.of(path) else { return false }
        return status.kind == .regular
    }

    func contains(_ name: String, _ value: [UInt8]) -> Bool {
        guard !value.isEmpty, let path = path(of: name),
            let bytes = try? OwnedFileDescriptor(reading: path).readAll(limit: Self.limit, path: path)
        else { return false }
        let wanted = value.map(Self.folded)
        return bytes.withoutLineEnds { line in
            line.count == wanted.count && line.first != UInt8(ascii: "#")
                && zip(line, wanted).allSatisfy { Self.folded($0) == $1 }
        }
    }

    private func path(of name: String) -> String? {
        guard let directory, !name.isEmpty, name.utf8.count <= 200 else { return nil }
        var file: [UInt8] = []
        for byte in name.utf8 {
            if Self.isPlain(byte), !(file.isEmpty && byte == UInt8(ascii: ".")) {
                file.append(byte)
            } else {
                let digits = String(byte, radix: 16, uppercase: true)
                file += Array(("%" + (digits.utf8.count < 2 ? "0" : "") + digits).utf8)
            }
        }
        return directory + "/" + String(decoding: file, as: UTF8.self)
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"),
            UInt8(ascii: "@"), UInt8(ascii: "+"):
            true
        default: false
        }
    }

    private static func folded(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }
}

extension [UInt8] {
    /// Whether `isWanted` holds for one of the lines, each without its LF or CR LF.
    fileprivate func withoutLineEnds(_ isWanted: (ArraySlice<UInt8>) -> Bool) -> Bool {
        var start = 0
        while start < count {
            let end = self[start...].firstIndex(of: UInt8(ascii: "\n")) ?? count
            let trimmed = end > start && self[end - 1] == UInt8(ascii: "\r") ? end - 1 : end
            if isWanted(self[start..<trimmed]) { return true }
            start = end + 1
        }
        return false
    }
}
