import Platform

/// Line ends as local programs have them: LF.
enum LocalLineEnds {
    /// Writes `head` and `body` with LF for every CR LF; every other byte as it is.
    static func write(
        _ head: [UInt8], then body: Span<UInt8>, to file: borrowing OwnedFileDescriptor
    ) throws(SystemError) {
        var writer = Writer()
        try writer.write(head.span, to: file)
        try writer.write(body, to: file)
        try writer.finish(file)
    }

    private struct Writer {
        private var buffer: [UInt8] = []
        /// A CR was seen whose successor was not.
        private var carriageReturn = false

        private static let chunk = 1 << 16
        private static let path = "the program's input"

        init() {
            buffer.reserveCapacity(Self.chunk + 2)
        }

        mutating func write(_ bytes: Span<UInt8>, to file: borrowing OwnedFileDescriptor) throws(SystemError)
        {
            for index in bytes.indices {
                let byte = bytes[index]
                if carriageReturn, byte != UInt8(ascii: "\n") { buffer.append(UInt8(ascii: "\r")) }
                carriageReturn = byte == UInt8(ascii: "\r")
                if !carriageReturn { buffer.append(byte) }
                if buffer.count >= Self.chunk {
                    try file.write(buffer, path: Self.path)
                    buffer.removeAll(keepingCapacity: true)
                }
            }
        }

        mutating func finish(_ file: borrowing OwnedFileDescriptor) throws(SystemError) {
            if carriageReturn { buffer.append(UInt8(ascii: "\r")) }
            try file.write(buffer, path: Self.path)
        }
    }
}
