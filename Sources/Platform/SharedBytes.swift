import CPlatform
import Glibc

/// Bytes that have one owner and many readers: a message, a script, a configuration file.
///
/// Immutable from the moment it exists. The storage is either memory of its own or a private, read-only
/// mapping of a file; readers see no difference. A file that is mapped must not be truncated meanwhile:
/// only files that this process made, or that it holds under a lock, are mapped.
@safe
package final class SharedBytes: @unchecked Sendable {
    private enum Storage { case memory, mapping, part(of: SharedBytes) }

    private let allocation: UnsafeRawBufferPointer
    private let buffer: UnsafeRawBufferPointer
    private let storage: Storage

    /// Number of bytes.
    package var count: Int { unsafe buffer.count }

    /// A copy of `bytes`.
    package init(_ bytes: [UInt8]) {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 16)
        unsafe memory.copyBytes(from: bytes)
        unsafe allocation = UnsafeRawBufferPointer(memory)
        unsafe buffer = allocation
        storage = .memory
    }

    /// The octets of `words`, in this machine's order.
    package init(words: [UInt32]) {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: words.count * 4, alignment: 16)
        unsafe words.withUnsafeBytes { unsafe memory.copyMemory(from: $0) }
        unsafe allocation = UnsafeRawBufferPointer(memory)
        unsafe buffer = allocation
        storage = .memory
    }

    /// Up to `count` bytes of an open file, from its current offset on; fewer where it ends before.
    package init(
        reading descriptor: borrowing OwnedFileDescriptor, count: Int, path: String
    ) throws(SystemError) {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: max(count, 0), alignment: 16)
        var end = 0
        while end < memory.count {
            let got = unsafe Glibc.read(
                descriptor.raw, memory.baseAddress.map { unsafe $0 + end }, memory.count - end)
            if got < 0, errno == EINTR { continue }
            guard got >= 0 else {
                let failure = SystemError(call: "read", path: path)
                unsafe memory.deallocate()
                throw failure
            }
            guard got > 0 else { break }
            end += got
        }
        unsafe allocation = UnsafeRawBufferPointer(memory)
        unsafe buffer = UnsafeRawBufferPointer(rebasing: allocation[..<end])
        storage = .memory
    }

    /// `count` bytes of an open file, mapped; the descriptor may be closed afterwards.
    ///
    /// - Parameter skipped: how many bytes of the file come before.
    /// - Throws: what `mmap` reports; `EINVAL` for a negative count.
    package init(
        mapping descriptor: borrowing OwnedFileDescriptor, skipping skipped: Int = 0, count: Int, path: String
    ) throws(SystemError) {
        let (end, overflow) = skipped.addingReportingOverflow(count)
        guard skipped >= 0, count > 0, !overflow else {
            guard count == 0 else { throw SystemError(call: "mmap", path: path, code: EINVAL) }
            unsafe allocation = UnsafeRawBufferPointer(start: nil, count: 0)
            unsafe buffer = allocation
            storage = .memory
            return
        }
        let address = unsafe mmap(nil, end, PROT_READ, MAP_PRIVATE, descriptor.raw, 0)
        guard unsafe address != MAP_FAILED else { throw SystemError(call: "mmap", path: path) }
        unsafe allocation = UnsafeRawBufferPointer(start: address, count: end)
        unsafe buffer = UnsafeRawBufferPointer(rebasing: allocation[skipped...])
        storage = .mapping
    }

    /// Takes over `memory`, and shows what comes after its first `skipped` bytes, which it must have.
    init(taking memory: UnsafeRawBufferPointer, skipping skipped: Int) {
        unsafe allocation = memory
        unsafe buffer = UnsafeRawBufferPointer(rebasing: memory[skipped...])
        storage = .memory
    }

    /// Some of the bytes of `whole`, which must have them, and which stays as it is as long as they are needed.
    private init(_ whole: SharedBytes, range: Range<Int>) {
        unsafe allocation = whole.allocation
        unsafe buffer = UnsafeRawBufferPointer(rebasing: whole.buffer[range])
        storage = .part(of: whole)
    }

    /// The bytes after the first `count`; not a copy.
    package func dropping(first count: Int) -> SharedBytes { part(count..<max(count, self.count)) }

    /// The bytes in `range`, as far as they exist; not a copy.
    package func part(_ range: Range<Int>) -> SharedBytes {
        let lower = min(max(range.lowerBound, 0), count)
        return SharedBytes(self, range: lower..<min(max(range.upperBound, lower), count))
    }

    deinit {
        switch storage {
        case .memory: unsafe allocation.deallocate()
        case .mapping:
            _ = unsafe munmap(UnsafeMutableRawPointer(mutating: allocation.baseAddress), allocation.count)
        case .part: break
        }
    }

    /// All of the bytes.
    package var span: Span<UInt8> {
        @_lifetime(borrow self)
        get { unsafe _overrideLifetime(Span(_unsafeBytes: buffer), borrowing: self) }
    }

    /// The bytes as words in this machine's order, without what makes no whole word; nothing where the first byte
    /// does not lie where a word may lie.
    package var words: Span<UInt32> {
        @_lifetime(borrow self)
        get {
            let isAligned = unsafe Int(bitPattern: buffer.baseAddress) % 4 == 0
            let whole = unsafe UnsafeRawBufferPointer(rebasing: buffer[..<(isAligned ? count & ~3 : 0)])
            return unsafe _overrideLifetime(Span(_unsafeBytes: whole), borrowing: self)
        }
    }

    /// A copy of the bytes in `range`, as far as they exist.
    package func array(_ range: Range<Int>) -> [UInt8] {
        let lower = min(max(range.lowerBound, 0), count)
        let upper = min(max(range.upperBound, lower), count)
        return unsafe [UInt8](buffer[lower..<upper])
    }
}
