/// How a message is divided.
struct TransferSizes: Sendable {
    /// Bytes that are handed out at once.
    var piece = 1 << 16
    /// Octets of one BDAT. Most messages fit into one.
    var chunk = 1 << 20
    /// Chunks that may be without a reply where the server takes commands in advance.
    var chunksAhead = 4
}

/// The message of one mail on its way out, piece by piece: after DATA with a dot at its end (RFC 5321 §4.1.1.4), or
/// as chunks whose octets are counted (RFC 3030 §2).
///
/// Invariant: what was begun as a chunk of `n` octets has `n` octets, unless the connection ends.
struct MessageTransfer: Sendable {
    enum Ending: Equatable, Sendable {
        /// Within the message, or within a chunk.
        case none
        case chunk
        case message
    }

    private var encoder: MessageEncoder
    private let isChunked: Bool
    private let sizes: TransferSizes
    /// Octets of the message that belong to no chunk yet.
    private var left: Int
    /// Octets of the chunk that are still to come.
    private var leftOfChunk = 0
    private(set) var isOver = false
    /// A chunk was refused: no other one is begun.
    private(set) var isStopped = false

    /// - Parameter count: ``MessageSurvey/count``.
    init(_ mail: OutgoingMail, count: Int, isChunked: Bool, sizes: TransferSizes) {
        encoder = MessageEncoder(mail, stuffingDots: !isChunked)
        self.isChunked = isChunked
        self.sizes = sizes
        left = count
    }

    /// Whether the peer takes what comes next for a part of the message.
    var isWithinMessage: Bool { isChunked ? leftOfChunk > 0 : !isOver }

    /// Whether the next piece begins a chunk.
    var isBetweenChunks: Bool { isChunked && leftOfChunk == 0 && !isOver }

    mutating func stop() {
        isStopped = true
        if leftOfChunk == 0 { isOver = true }
    }

    /// The next piece, and what ends with it.
    mutating func next() -> (bytes: [UInt8], ending: Ending) {
        isChunked ? nextOfChunks() : nextOfLines()
    }

    private mutating func nextOfLines() -> (bytes: [UInt8], ending: Ending) {
        var bytes = encoder.next(atMost: sizes.piece)
        guard encoder.isAtEnd else { return (bytes, .none) }
        bytes += [UInt8(ascii: "."), UInt8(ascii: "\r"), UInt8(ascii: "\n")]
        isOver = true
        return (bytes, .message)
    }

    private mutating func nextOfChunks() -> (bytes: [UInt8], ending: Ending) {
        var bytes: [UInt8] = []
        if leftOfChunk == 0 {
            leftOfChunk = min(left, sizes.chunk)
            left -= leftOfChunk
            bytes = Array("BDAT \(leftOfChunk)\(left == 0 ? " LAST" : "")\r\n".utf8)
        }
        let piece = encoder.next(atMost: min(leftOfChunk, sizes.piece))
        bytes += piece
        leftOfChunk -= piece.count
        guard leftOfChunk == 0 else { return (bytes, .none) }
        isOver = left == 0 || isStopped
        return (bytes, left == 0 ? .message : .chunk)
    }
}
