import Glibc
import Platform
import TestSupport
import Testing

@Suite("input buffer")
struct InputBufferTests {
    /// What a buffer of `capacity` holds of `pieces` that come through a pipe one by one, and whether the end was
    /// reached.
    private func fill(
        capacity: Int, _ pieces: [[UInt8]], nonblocking: Bool = false
    ) throws -> (bytes: [UInt8], isAtEnd: Bool) {
        let (reading, writing) = nonblocking ? try nonblockingPipe() : try pipe()
        let end = OwnedFileDescriptor(raw: reading)
        let writer = Thread {
            let end = OwnedFileDescriptor(raw: writing)
            for piece in pieces {
                pause(milliseconds: 2)
                try? end.write(piece, path: "pipe")
            }
        }
        var buffer = InputBuffer(capacity: capacity)
        let isAtEnd = try buffer.fill(from: end.raw)
        _ = drain(fcntl(end.raw, F_DUPFD_CLOEXEC, 0))
        _ = writer.join()
        return (buffer.finish().array(0..<Int.max), isAtEnd)
    }

    /// Both ends of a pipe that never waits.
    private func nonblockingPipe() throws -> (CInt, CInt) {
        let root = try TemporaryDirectory()
        guard unsafe mkfifo(root.path("fifo"), 0o600) == 0 else {
            throw SystemError(call: "mkfifo", path: "", code: errno)
        }
        let directory = try root.open()
        let reading = try directory.openFile("fifo")
        let writing = try directory.openFile("fifo", .write)
        return (fcntl(reading.raw, F_DUPFD_CLOEXEC, 0), fcntl(writing.raw, F_DUPFD_CLOEXEC, 0))
    }

    @Test("pieces are put together", arguments: [false, true])
    func pieces(nonblocking: Bool) throws {
        let pieces = (1...5).map { [UInt8](repeating: $0, count: Int($0) * 1000) }
        let (bytes, isAtEnd) = try fill(capacity: 100_000, pieces, nonblocking: nonblocking)
        #expect(isAtEnd)
        #expect(bytes == pieces.flatMap { $0 })
    }

    @Test(
        "one byte less than the capacity is the end, the capacity itself may not be",
        arguments: [0, 9, 10, 11, 30])
    func bound(count: Int) throws {
        let input = (0..<count).map { UInt8($0) }
        let (bytes, isAtEnd) = try fill(capacity: 10, [input])
        #expect(bytes == Array(input.prefix(10)))
        #expect(isAtEnd == (count < 10))
    }

    @Test("an empty input is the end at once")
    func empty() throws {
        let (bytes, isAtEnd) = try fill(capacity: 0, [])
        #expect(isAtEnd)
        #expect(bytes.isEmpty)
    }

    @Test("a buffer is filled again after it was emptied")
    func again() throws {
        let root = try TemporaryDirectory()
        try root.write("file", "abcdefgh")
        let file = try root.open().openFile("file")
        var buffer = InputBuffer(capacity: 5)
        let first = try buffer.fill(from: file.raw)
        #expect(!first)
        let isFull = buffer.isFull
        #expect(isFull)
        buffer.removeAll()
        let second = try buffer.fill(from: file.raw)
        #expect(second)
        let span = buffer.span
        let rest = span.indices.map { span[$0] }
        #expect(rest == Array("fgh".utf8))
    }

    @Test("a descriptor that cannot be read is an error")
    func unreadable() throws {
        let directory = try Directory(opening: "/")
        #expect(throws: SystemError(call: "read", path: "standard input", code: EISDIR)) {
            var buffer = InputBuffer(capacity: 5)
            _ = try buffer.fill(from: directory.descriptor.raw)
        }
    }
}

@Suite("line ends")
struct LineEndCounterTests {
    private func count(_ pieces: [[UInt8]]) -> LineEndCounter {
        var counter = LineEndCounter()
        for piece in pieces { counter.count(piece.span) }
        return counter
    }

    struct Example: Sendable {
        let text: String
        let bare: Int
        let lines: Int
    }

    @Test(
        "LF without CR before it is bare",
        arguments: [
            Example(text: "", bare: 0, lines: 0), Example(text: "\n", bare: 1, lines: 1),
            Example(text: "\r\n", bare: 0, lines: 1), Example(text: "\r", bare: 0, lines: 0),
            Example(text: "a\nb\r\nc", bare: 1, lines: 2), Example(text: "\r\r\n\n", bare: 1, lines: 2),
            Example(text: "\n\r\n\r", bare: 1, lines: 2),
        ])
    func examples(example: Example) {
        let bytes = Array(example.text.utf8)
        let whole = count([bytes])
        #expect(whole.bare == example.bare && whole.lines == example.lines)
        #expect(count(bytes.map { [$0] }).bare == example.bare)
    }

    @Test("a text in pieces counts as the whole does")
    func pieces() {
        var generator = SeededGenerator(seed: 11)
        for _ in 0..<500 {
            let alphabet: [UInt8] = [10, 13, 13, 10, 0, 65]
            let bytes = (0..<Int.random(in: 0...300, using: &generator)).compactMap { _ in
                alphabet.randomElement(using: &generator)
            }
            var pieces: [[UInt8]] = []
            var rest = bytes[...]
            while !rest.isEmpty {
                let length = Int.random(in: 0...rest.count, using: &generator)
                pieces.append(Array(rest.prefix(length)))
                rest = rest.dropFirst(length)
            }
            let bare = bytes.indices.count { bytes[$0] == 10 && ($0 == 0 || bytes[$0 - 1] != 13) }
            let counted = count(pieces)
            #expect(counted.bare == bare)
            #expect(counted.lines == bytes.count { $0 == 10 })
        }
    }
}
