package import Platform

/// A message in the making: a file in `tmp/`, which no reader looks at.
///
/// It is written, then synchronized, then published once or several times. A message that is never published is
/// removed again when its owner is done with it. After any failure it cannot be published any more: what the
/// kernel could not write once, it has forgotten the next time it is asked.
package struct StagedMessage: ~Copyable {
    private let root: RootDirectory
    /// The folder in whose `tmp/` it is.
    let directory: OpenDirectory
    /// `tmp/` and a name.
    let temporaryName: String
    /// When it was begun: part of its name.
    let begun: WallTime
    /// Device and number of the file.
    let file: FileStatus
    private var descriptor: OwnedFileDescriptor?
    private var state = State.writing
    private var lineEnds = LineEndCounter()
    /// Names given so far.
    var sequence = 0
    /// Bytes written so far.
    package private(set) var size = 0

    private enum State { case writing, synchronized, failed(SystemError), published }

    /// Creates the file, or says why not: `EEXIST` where the name is taken, `ENOENT` where there is no `tmp/`.
    static func create(
        _ name: String, now: WallTime, in directory: OpenDirectory, _ root: RootDirectory
    ) throws(SystemError) -> StagedMessage {
        let descriptor = try directory.entries.createFile(
            name, .readWrite, permissions: root.permissions.file)
        do throws(SystemError) {
            let path = directory.entries.path(of: name)
            try root.permissions.apply(to: descriptor, path: path)
            let status = try descriptor.status(path: path)
            return StagedMessage(name, now, status, directory, root, descriptor)
        } catch {
            try? directory.entries.removeFile(name)
            throw error
        }
    }

    private init(
        _ name: String, _ now: WallTime, _ status: FileStatus, _ directory: OpenDirectory,
        _ root: RootDirectory,
        _ descriptor: consuming OwnedFileDescriptor
    ) {
        temporaryName = name
        begun = now
        file = status
        self.directory = directory
        self.root = root
        self.descriptor = consume descriptor
    }

    deinit {
        if case .published = state { return }
        try? directory.entries.removeFile(temporaryName)
    }

    /// Where it is being written, for messages.
    package var path: String { directory.entries.path(of: temporaryName) }

    /// Bytes that the message has with CR LF line ends, as IMAP counts them.
    package var virtualSize: Int { size &+ lineEnds.bare }

    /// Appends `bytes`.
    package mutating func write(_ bytes: Span<UInt8>) throws(MaildirError) {
        try writing { descriptor, path throws(SystemError) in try descriptor.write(bytes, path: path) }
        count(bytes)
    }

    package mutating func write(_ bytes: [UInt8]) throws(MaildirError) {
        try write(bytes.span)
    }

    /// Appends what is put before a message, and the message, in one system call.
    package mutating func write(_ head: [UInt8], then body: Span<UInt8>) throws(MaildirError) {
        try writing { descriptor, path throws(SystemError) in
            try descriptor.write(head, then: body, path: path)
        }
        count(head.span)
        count(body)
    }

    private mutating func count(_ bytes: Span<UInt8>) {
        lineEnds.count(bytes)
        size &+= bytes.count
    }

    private mutating func writing(
        _ body: (borrowing OwnedFileDescriptor, String) throws(SystemError) -> Void
    ) throws(MaildirError) {
        guard case .writing = state, let open = descriptor.take() else { throw unusable }
        do throws(SystemError) {
            try body(open, temporaryName)
            descriptor = consume open
        } catch {
            throw fail(error)
        }
    }

    /// Makes contents and size durable, and closes the file; needed once, and done at the latest by publishing.
    package mutating func synchronize() throws(MaildirError) {
        if case .synchronized = state { return }
        guard case .writing = state, let open = descriptor.take() else { throw unusable }
        do throws(SystemError) {
            try open.synchronize(path: temporaryName)
            // NFS may keep a failed write to itself until now.
            try open.close(path: temporaryName)
        } catch {
            throw fail(error)
        }
        state = .synchronized
    }

    private mutating func fail(_ error: SystemError) -> MaildirError {
        let whole = SystemError(call: error.call, path: path, code: error.code)
        state = .failed(whole)
        return .system(whole)
    }

    private var unusable: MaildirError {
        if case .failed(let error) = state { .system(error) } else { .notPublishable(path: path) }
    }

    /// What was written so far, mapped: it takes no memory of the process's own.
    package func map() throws(MaildirError) -> SharedBytes {
        do throws(SystemError) {
            guard descriptor == nil else { return try mapOpenFile() }
            let reopened = try directory.entries.openFile(temporaryName)
            return try SharedBytes(mapping: reopened, count: size, path: path)
        } catch {
            throw .system(error)
        }
    }

    /// The file once more, for reading from its beginning, for another process to have; nil if it cannot be had.
    package func openForReading() -> OwnedFileDescriptor? {
        try? directory.entries.openFile(temporaryName)
    }

    private func mapOpenFile() throws(SystemError) -> SharedBytes {
        switch descriptor {
        case .some(let open): try SharedBytes(mapping: open, count: size, path: path)
        case .none: throw SystemError(call: "mmap", path: path, code: ErrorCode.badFileDescriptor)
        }
    }

    /// Has the file removed if a signal or the deadline ends the process, until `SignalPolicy.clearLitter()`.
    package func removeOnSignal() {
        SignalPolicy.setLitter(temporaryName, in: directory.entries)
    }

    /// The file in `tmp/` is gone, or nothing but a second name of what was published.
    mutating func hasMoved() { state = .published }
}
