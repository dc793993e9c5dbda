package import Platform

/// One clamd(8), and the commands that it is given: one a connection.
package struct ClamdServer: Sendable {
    package static var port: UInt16 { 3310 }

    /// Bytes of a message that make a chunk of `INSTREAM`.
    static var chunk: Int { 1 << 20 }

    /// Bytes of an answer: the longest is a path or a version with the names of the commands.
    private static var longestAnswer: Int { 1 << 12 }

    package let address: ScannerAddress
    private let method: ClamdScanner.Method

    /// The server, as failures name it.
    package var name: String { "clamd \(address.text)" }

    init(_ address: ScannerAddress, method: ClamdScanner.Method) {
        self.address = address
        self.method = method
    }

    /// Has a message looked at.
    ///
    /// A local server may be given a descriptor. One that cannot read it (AppArmor may keep it from that, and
    /// a limit of its own) is given a stream where the method leaves the choice.
    package func scan(
        _ message: borrowing ScannedMessage, until deadline: Deadline
    ) throws(ScannerFailure) -> VirusAnswer {
        guard case .local = address else { return try stream(message.bytes.span, until: deadline) }
        switch method {
        case .stream: return try stream(message.bytes.span, until: deadline)
        case .descriptor: return try pass(message, until: deadline)
        case .auto:
            guard message.file != nil else { return try stream(message.bytes.span, until: deadline) }
            do throws(ScannerFailure) {
                return try pass(message, until: deadline)
            } catch {
                guard error.reason == .declined else { throw error }
                return try stream(message.bytes.span, until: deadline)
            }
        }
    }

    /// Whether it lives.
    package func ping(until deadline: Deadline) throws(ScannerFailure) {
        let answer = try ask("PING", until: deadline)
        guard answer.elementsEqual("PONG".utf8) else {
            throw ScannerFailure(.unintelligible, scanner: name, ScannerText.fit(answer))
        }
    }

    /// What it and its signatures are: `ClamAV 1.4.6/27800/Mon Sep 28 08:00:00 2026`.
    package func version(until deadline: Deadline) throws(ScannerFailure) -> String {
        let answer = try ask("VERSION", until: deadline)
        guard answer.starts(with: "ClamAV ".utf8) else {
            throw ScannerFailure(.unintelligible, scanner: name, ScannerText.fit(answer))
        }
        return ScannerText.fit(answer)
    }

    // MARK: - Commands

    private func ask(_ command: String, until deadline: Deadline) throws(ScannerFailure) -> [UInt8] {
        var connection = try connect(until: deadline)
        _ = try connection.offer(Self.command(command))
        return try answer(on: &connection)
    }

    private func stream(_ bytes: Span<UInt8>, until deadline: Deadline) throws(ScannerFailure) -> VirusAnswer
    {
        var connection = try connect(until: deadline)
        let isWhole = try Self.send(bytes, on: connection)
        return try verdict(on: &connection, hasAll: isWhole)
    }

    /// - Returns: whether clamd had all of it before it said something.
    private static func send(
        _ bytes: Span<UInt8>, on connection: borrowing ScannerConnection
    ) throws(ScannerFailure) -> Bool {
        var head = command("INSTREAM")
        var start = 0
        // An empty chunk is the end of the stream: there is none but the last.
        while start < bytes.count {
            let end = start + min(bytes.count - start, chunk)
            head += length(end - start)
            guard try connection.offer(head, more: true),
                try connection.offer(bytes.extracting(start..<end), more: true)
            else { return false }
            head = []
            start = end
        }
        return try connection.offer(head + length(0))
    }

    private func pass(
        _ message: borrowing ScannedMessage, until deadline: Deadline
    ) throws(ScannerFailure) -> VirusAnswer {
        var connection = try connect(until: deadline)
        // One more octet than the command: the descriptor's own.
        let command = Self.command("FILDES") + [0]
        let isWhole: Bool
        switch message.file {
        case .some(let file): isWhole = try connection.pass(file, with: command)
        case nil: isWhole = try connection.pass(try file(with: message.bytes.span), with: command)
        }
        return try verdict(on: &connection, hasAll: isWhole)
    }

    private func file(with bytes: Span<UInt8>) throws(ScannerFailure) -> OwnedFileDescriptor {
        do throws(SystemError) {
            let file = try OwnedFileDescriptor.anonymousFile(expectedBytes: bytes.count)
            try file.write(bytes, path: "")
            return file
        } catch {
            throw ScannerFailure(.declined, scanner: name, "there is no file for it: \(error.reason)")
        }
    }

    private func connect(until deadline: Deadline) throws(ScannerFailure) -> ScannerConnection {
        try ScannerConnection(
            address, port: Self.port, scanner: name, until: deadline, limit: Self.longestAnswer)
    }

    // MARK: - Answers

    /// - Parameter hasAll: whether clamd had all of the message; what it says before that is final, unless it
    ///   is that nothing was found.
    private func verdict(
        on connection: inout ScannerConnection, hasAll: Bool
    ) throws(ScannerFailure) -> VirusAnswer {
        switch ClamdReply(try answer(on: &connection)).meaning {
        case .clean:
            guard hasAll else {
                throw ScannerFailure(.unintelligible, scanner: name, "it answers before it has the message")
            }
            return .clean
        case .found(let virus): return .found(name: virus)
        case .declined(let reason): throw ScannerFailure(.declined, scanner: name, reason)
        case .unknown(let text): throw ScannerFailure(.unintelligible, scanner: name, text)
        }
    }

    /// What is before the NUL, behind which nothing may be.
    private func answer(on connection: inout ScannerConnection) throws(ScannerFailure) -> [UInt8] {
        var answer: [UInt8] = []
        while true {
            let piece = try connection.receive()
            guard !piece.isEmpty else {
                throw ScannerFailure(.cutOff, scanner: name, ScannerText.fit(answer))
            }
            answer += piece
            guard let end = piece.firstIndex(of: 0) else { continue }
            guard end == piece.count - 1 else {
                throw ScannerFailure(.unintelligible, scanner: name, ScannerText.fit(answer))
            }
            return answer.dropLast()
        }
    }

    /// A command whose answer ends with a NUL, as the command does.
    private static func command(_ name: String) -> [UInt8] { Array("z\(name)\0".utf8) }

    /// In network byte order.
    private static func length(_ count: Int) -> [UInt8] {
        let length = UInt32(clamping: count)
        return [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: length >> $0) }
    }
}
