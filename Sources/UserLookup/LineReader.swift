import Platform

/// The lines of a file, one after the other, through a buffer of fixed size.
///
/// Total: any bytes are lines; CR LF and LF end one, the end of the file too. A line that is longer than the
/// limit, more than a gigabyte in all, and time run out are errors.
struct LineReader: ~Copyable {
    private static let chunk = 1 << 15
    private static let mostBytes = 1 << 30

    private let descriptor: OwnedFileDescriptor
    private let path: String
    private let limit: Int
    private let deadline: Deadline
    private var buffer: [UInt8]
    /// What is read and not yet handed out.
    private var start = 0
    private var end = 0
    private var total = 0
    private var isAtEnd = false
    /// Of the line handed out last; the first is 1.
    private(set) var number = 0

    /// - Parameters:
    ///   - limit: bytes of a line, its end not counted.
    init(_ descriptor: consuming OwnedFileDescriptor, path: String, limit: Int, deadline: Deadline) {
        self.descriptor = descriptor
        self.path = path
        self.limit = limit
        self.deadline = deadline
        buffer = [UInt8](repeating: 0, count: max(limit, 0) + Self.chunk)
    }

    /// Where the next line stands until this is called again, without its end; nil behind the last.
    mutating func next() throws(UserLookupError) -> Range<Int>? {
        var searched = start
        while true {
            if let lineFeed = Self.firstLineFeed(in: buffer.span, searched..<end) {
                let line = start..<lineFeed
                start = lineFeed + 1
                return try hand(out: line)
            }
            if isAtEnd {
                guard start < end else { return nil }
                let line = start..<end
                start = end
                return try hand(out: line)
            }
            guard end - start <= limit else { throw tooLong(number + 1) }
            searched = end - start
            try fill()
        }
    }

    private mutating func hand(out line: Range<Int>) throws(UserLookupError) -> Range<Int> {
        number += 1
        guard line.count <= limit else { throw tooLong(number) }
        let endsWithCarriageReturn = !line.isEmpty && buffer[line.upperBound - 1] == UInt8(ascii: "\r")
        return endsWithCarriageReturn ? line.lowerBound..<line.upperBound - 1 : line
    }

    private func tooLong(_ line: Int) -> UserLookupError {
        UserLookupError(source: path, reason: "line \(line) is longer than \(limit) bytes")
    }

    /// Moves what is left to the front, and reads more behind it: at least one byte, or the end.
    private mutating func fill() throws(UserLookupError) {
        guard !deadline.hasPassed else {
            throw UserLookupError(source: path, reason: "it takes too long to read")
        }
        for index in start..<end { buffer[index - start] = buffer[index] }
        (start, end) = (0, end - start)
        let filled: Int
        do throws(SystemError) {
            filled = try descriptor.read(into: &buffer, from: end, path: path)
        } catch {
            throw UserLookupError(source: path, error)
        }
        isAtEnd = filled == end
        total += filled - end
        end = filled
        guard total <= Self.mostBytes else { throw UserLookupError(source: path, reason: "it is too large") }
    }

    private static func firstLineFeed(in bytes: Span<UInt8>, _ range: Range<Int>) -> Int? {
        for index in range where bytes[index] == UInt8(ascii: "\n") { return index }
        return nil
    }

    /// Whether the line begins with `prefix`, and ends there or goes on with `separator`.
    func begins(_ line: Range<Int>, with prefix: [UInt8], before separator: UInt8) -> Bool {
        let after = line.lowerBound + prefix.count
        guard after <= line.upperBound, after == line.upperBound || buffer[after] == separator else {
            return false
        }
        for offset in prefix.indices where buffer[line.lowerBound + offset] != prefix[offset] { return false }
        return true
    }

    func bytes(_ line: Range<Int>) -> [UInt8] { Array(buffer[line]) }
}
