import Platform

/// A request and its response on a connection, where the server may answer while it is still being talked to.
struct ICAPExchange: ~Copyable {
    /// Octets of a message that make a chunk.
    private static var chunk: Int { 1 << 18 }

    private var connection: ScannerConnection
    private var reader = ICAPReader()

    init(_ connection: consuming ScannerConnection) {
        self.connection = connection
    }

    /// The connection, for another request.
    consuming func end() -> ScannerConnection { connection }

    /// What a service says of itself.
    mutating func options(_ request: ICAPRequest) throws(ScannerFailure) -> ICAPOptions {
        let nothing: [UInt8] = []
        _ = try send(request.options.span, nothing.span)
        while !reader.isComplete { try listen(nothing.span) }
        switch reader.head?.status {
        case 200: return reader.head.map { ICAPOptions($0) } ?? .unknown
        // RFC 3507 §4.3.3: "Method not allowed for service", "Method not implemented". All must have OPTIONS
        // (§4.10), but one that has not may still look at messages.
        case 405, 501: return .unknown
        case let status: throw failure(.declined, "OPTIONS: \(status ?? 0)")
        }
    }

    /// What a service says of a message.
    mutating func modify(
        _ message: Span<UInt8>, _ request: ICAPRequest, _ method: ICAPOptions.Method, preview: Int?
    ) throws(ScannerFailure) -> VirusAnswer {
        let preview = preview.map { min($0, message.count) }
        try sendAll(message, request.modify(method, count: message.count, preview: preview), preview)
        while !isSettled { try listen(message) }
        return try verdict(message.count)
    }

    /// Sends until all is sent, or an answer is there.
    private mutating func sendAll(
        _ message: Span<UInt8>, _ head: [UInt8], _ preview: Int?
    ) throws(ScannerFailure) {
        guard try send(head.span, message, more: true) else { return }
        guard let preview else {
            _ = try sendChunks(message, 0..<message.count, end: ICAPRequest.end)
            return
        }
        let isAll = preview == message.count
        reader.mayContinue = !isAll
        let end = isAll ? ICAPRequest.endOfAll : ICAPRequest.end
        guard try sendChunks(message, 0..<preview, end: end), !isAll else { return }
        while !reader.isContinued {
            try listen(message)
            if isSettled { return }
        }
        _ = try sendChunks(message, preview..<message.count, end: ICAPRequest.end)
    }

    private mutating func sendChunks(
        _ message: Span<UInt8>, _ range: Range<Int>, end: [UInt8]
    ) throws(ScannerFailure) -> Bool {
        var before: [UInt8] = []
        var start = range.lowerBound
        while start < range.upperBound {
            let count = min(range.upperBound - start, Self.chunk)
            before += ICAPRequest.chunk(count)
            guard try send(before.span, message, more: true),
                try send(message.extracting(start..<(start + count)), message, more: true)
            else { return false }
            before = [0x0D, 0x0A]
            start += count
        }
        before += end
        return try send(before.span, message)
    }

    /// Sends, and takes in what is answered meanwhile.
    ///
    /// - Returns: false where the answer needs no more.
    private mutating func send(
        _ bytes: Span<UInt8>, _ message: Span<UInt8>, more: Bool = false
    ) throws(ScannerFailure) -> Bool {
        var sent = 0
        while try !connection.offer(bytes, sent: &sent, more: more) {
            try listen(message)
            if isSettled { return false }
        }
        return true
    }

    private mutating func listen(_ message: Span<UInt8>) throws(ScannerFailure) {
        let octets = try connection.receive()
        guard !octets.isEmpty else { throw failure(.cutOff) }
        do throws(ICAPHead.Problem) {
            try reader.take(octets, message: message)
        } catch {
            throw failure(.unintelligible, error.reason)
        }
    }

    /// Whether nothing that may still come changes the verdict.
    private var isSettled: Bool {
        guard let head = reader.head else { return false }
        return reader.isComplete || !reader.isUnchanged || ICAPFinding(head) != nil
    }

    private func verdict(_ count: Int) throws(ScannerFailure) -> VirusAnswer {
        guard let head = reader.head else { throw failure(.cutOff) }
        switch ICAPFinding(head) {
        case .virus(let name): return .found(name: name)
        case .unseen(let reason): throw failure(.declined, reason)
        case nil: break
        }
        switch head.status {
        case 204: return .clean
        case 200:
            // 204 spares a server the way back, but it need not say so (RFC 3507 §4.6): then "no change" is
            // that the message comes back as it went. One that comes back otherwise, or something else in its
            // place (§4.8.2), was changed for a reason that nobody names, be it a virus, an advertisement for
            // the scanner, or a limit.
            guard reader.isComplete, reader.isUnchanged, reader.bodyCount == count,
                reader.httpStatus == nil || reader.httpStatus == 200
            else { throw failure(.unintelligible, "it changes the message, and does not say why") }
            return .clean
        case let status: throw failure(.declined, "\(status)")
        }
    }

    private func failure(_ reason: ScannerFailure.Reason, _ detail: String = "") -> ScannerFailure {
        ScannerFailure(reason, scanner: connection.scanner, detail)
    }
}
