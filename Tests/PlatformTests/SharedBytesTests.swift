import Platform
import TestSupport
import Testing

@Suite("shared bytes")
struct SharedBytesTests {
    private let text = Array("From the cradle to the grave".utf8)

    private func mapped(_ bytes: [UInt8], count: Int? = nil) throws -> SharedBytes {
        let root = try TemporaryDirectory()
        let file = try root.open().createFile("file", .readWrite, permissions: 0o600)
        try file.write(bytes, path: "file")
        return try SharedBytes(mapping: file, count: count ?? bytes.count, path: "file")
    }

    private func contents(_ bytes: SharedBytes) -> [UInt8] {
        let span = bytes.span
        return span.indices.map { span[$0] }
    }

    @Test("a copy of an array holds its bytes")
    func memory() {
        let bytes = SharedBytes(text)
        #expect(bytes.count == text.count)
        #expect(contents(bytes) == text)
        #expect(contents(SharedBytes([])) == [])
    }

    @Test("a mapping holds the file's bytes after the file is closed and gone")
    func mapping() throws {
        let large = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        #expect(contents(try mapped(large)) == large)
        #expect(contents(try mapped(text, count: 4)) == Array(text.prefix(4)))
    }

    @Test("nothing can be mapped of an empty file, and that is no error")
    func emptyMapping() throws {
        #expect(contents(try mapped([])) == [])
    }

    @Test("a negative count is refused")
    func negative() throws {
        #expect(throws: SystemError(call: "mmap", path: "file", code: ErrorCode.invalidArgument)) {
            try mapped(text, count: -1)
        }
    }

    @Test(
        "a range is clamped to what is there",
        arguments: [0..<4, -5..<3, 20..<1000, 28..<28, 100..<200, -9 ..< -2])
    func clamping(range: Range<Int>) throws {
        let expected = range.clamped(to: 0..<text.count).map { text[$0] }
        #expect(SharedBytes(text).array(range) == expected)
        #expect(try mapped(text).array(range) == expected)
    }
}
