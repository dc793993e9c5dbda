import Platform

/// Messages to be looked at: one file, those of a Maildir, or standard input.
struct MessageSource {
    private let path: String
    /// The Maildir; nil for single messages.
    let mailRoot: String?

    /// Octets of a message; larger ones are not looked at.
    private static let limit = 256 << 20
    private static let names = 10_000_000

    /// - Throws: why there is nothing at the path.
    init(_ path: String) throws(SystemError) {
        self.path = path
        guard path != "-" else {
            mailRoot = nil
            return
        }
        let isDirectory = try FileStatus.of(path).kind == .directory
        mailRoot = isDirectory ? path : nil
    }

    /// Calls `body` with each message and its name, each file being read once.
    func forEach(
        _ body: (String, SharedBytes) -> Void, unreadable: (SystemError) -> Void
    ) throws(SystemError) {
        if path == "-" {
            body("-", try Self.read(descriptor: 0))
        } else if mailRoot == nil {
            let file = try OwnedFileDescriptor(reading: path)
            body(path, try Self.read(file, path))
        } else {
            let root = try Directory(opening: path)
            for subdirectory in ["new", "cur"] {
                try forEach(in: try root.openDirectory(subdirectory, followingLinks: true), body, unreadable)
            }
        }
    }

    private func forEach(
        in directory: borrowing Directory, _ body: (String, SharedBytes) -> Void,
        _ unreadable: (SystemError) -> Void
    ) throws(SystemError) {
        for name in try directory.names(limit: Self.names).sorted() where name.utf8.first != UInt8(ascii: ".")
        {
            do throws(SystemError) {
                body(name, try Self.read(try directory.openFile(name), name))
            } catch {
                // Somebody may have moved it meanwhile.
                unreadable(error)
            }
        }
    }

    private static func read(
        _ file: borrowing OwnedFileDescriptor, _ path: String
    ) throws(SystemError) -> SharedBytes {
        let size = try file.status(path: path).size
        guard size <= limit else { throw SystemError(call: "read", path: path, code: ErrorCode.fileTooLarge) }
        // One octet more, so that the read that fills the buffer also finds the end.
        var buffer = InputBuffer(capacity: size + 1)
        _ = try buffer.fill(from: file.raw)
        return buffer.finish()
    }

    private static func read(descriptor: CInt) throws(SystemError) -> SharedBytes {
        var bytes: [UInt8] = []
        var buffer = InputBuffer(capacity: 1 << 16)
        while true {
            let isAtEnd = try buffer.fill(from: descriptor)
            append(buffer.span, to: &bytes)
            if isAtEnd { return SharedBytes(bytes) }
            guard bytes.count <= limit else {
                throw SystemError(call: "read", path: "standard input", code: ErrorCode.fileTooLarge)
            }
            buffer.removeAll()
        }
    }

    private static func append(_ more: Span<UInt8>, to bytes: inout [UInt8]) {
        bytes.reserveCapacity(bytes.count + more.count)
        for index in more.indices { bytes.append(more[index]) }
    }
}
