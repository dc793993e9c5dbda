import Platform

/// A file with a secret on each line, as a site keeps them for several programs.
///
/// Nobody but its owner and its group may have a right on it: a secret that anybody can read is none.
struct SecretFile {
    private let path: String

    private static let sizeLimit = 64 << 10

    /// - Parameter path: absolute.
    init(_ path: String) {
        self.path = path
    }

    /// The lines that are not empty, without blanks at their ends.
    func secrets() throws(ReversePathFailure) -> [[UInt8]] {
        let bytes: [UInt8]
        let isOpenToOthers: Bool
        do throws(SystemError) {
            let file = try OwnedFileDescriptor(reading: path)
            let status = try file.status(path: path)
            isOpenToOthers = status.permissions & 0o007 != 0
            bytes = try file.readAll(limit: Self.sizeLimit, path: path)
        } catch {
            throw .secrets("\(error)")
        }
        guard !isOpenToOthers else { throw .secrets("\(path) is no secret: others have rights on it") }
        return bytes.split(separator: UInt8(ascii: "\n")).map { Self.trimmed($0) }.filter { !$0.isEmpty }
    }

    private static func trimmed(_ line: ArraySlice<UInt8>) -> [UInt8] {
        let isBlank = { (byte: UInt8) in byte == 0x20 || byte == 0x09 || byte == 0x0D }
        guard let first = line.firstIndex(where: { !isBlank($0) }),
            let last = line.lastIndex(where: { !isBlank($0) })
        else { return [] }
        return Array(line[first...last])
    }
}
