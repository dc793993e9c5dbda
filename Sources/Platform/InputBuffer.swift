import CPlatform
import Glibc

/// Memory that is filled once, from a descriptor or piece by piece, and then handed on without a copy.
@safe
package struct InputBuffer: ~Copyable {
    private var storage: UnsafeMutableRawBufferPointer
    /// Bytes filled so far.
    package private(set) var count = 0

    /// - Parameter capacity: bytes it holds at the most. Memory that is never filled is never touched.
    package init(capacity: Int) {
        unsafe storage = UnsafeMutableRawBufferPointer.allocate(byteCount: max(capacity, 1), alignment: 16)
    }

    deinit {
        unsafe storage.deallocate()
    }

    package var isFull: Bool { unsafe count == storage.count }

    /// Reads until the end (true) or until the buffer is full (false).
    package mutating func fill(from descriptor: CInt) throws(SystemError) -> Bool {
        while !isFull {
            let got = unsafe read(
                descriptor, storage.baseAddress.map { unsafe $0 + count }, storage.count - count)
            if got == 0 { return true }
            if got > 0 {
                count += got
            } else if errno != EINTR {
                if errno == EAGAIN {
                    Self.wait(for: descriptor)
                } else {
                    throw SystemError(call: "read", path: "standard input")
                }
            }
        }
        return false
    }

    /// An input that the starter made non-blocking is waited for; the process's own deadline ends it.
    private static func wait(for descriptor: CInt) {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        _ = unsafe poll(&entry, 1, 1000)
    }

    /// Adds bytes, as many as there is room for.
    package mutating func append(_ bytes: Span<UInt8>) {
        let fitting = unsafe bytes.extracting(first: storage.count - count)
        guard !fitting.isEmpty else { return }
        let room = unsafe UnsafeMutableRawBufferPointer(rebasing: storage[count...])
        unsafe fitting.withUnsafeBytes { unsafe room.copyMemory(from: $0) }
        count += fitting.count
    }

    /// Forgets what was read, to be filled again.
    package mutating func removeAll() { count = 0 }

    /// What was read so far.
    package var span: Span<UInt8> {
        @_lifetime(borrow self)
        get {
            unsafe _overrideLifetime(
                Span(_unsafeBytes: UnsafeRawBufferPointer(rebasing: storage[..<count])), borrowing: self)
        }
    }

    /// Hands the memory on, without its first `skipped` bytes.
    package consuming func finish(skipping skipped: Int = 0) -> SharedBytes {
        let bytes = unsafe UnsafeRawBufferPointer(rebasing: storage[..<count])
        let start = min(max(skipped, 0), count)
        discard self
        return unsafe SharedBytes(taking: bytes, skipping: start)
    }
}

/// Counts the line ends of a text that comes in pieces.
package struct LineEndCounter: Equatable, Sendable {
    private var last: UInt8 = 0
    /// LF without CR before it: how many bytes longer the text is with CR LF line ends.
    package private(set) var bare = 0
    /// All LF.
    package private(set) var lines = 0

    package init() {}

    package mutating func count(_ bytes: Span<UInt8>) {
        var bareCount = 0
        var lineCount = 0
        unsafe bytes.withUnsafeBufferPointer { buffer in
            unsafe postmaster_count_line_ends(buffer.baseAddress, buffer.count, &last, &bareCount, &lineCount)
        }
        bare += bareCount
        lines += lineCount
    }
}
