/// Takes a response of ICAP apart as it comes, in pieces of any size: its head, the head of the HTTP message
/// in it, and the body of that (RFC 3507 §4.4), which is compared with the message and not kept.
///
/// It takes any octets, and keeps no more than ``ICAPHead/longest`` of them.
package struct ICAPReader {
    private enum State {
        case head
        /// - Parameters:
        ///   - left: octets of the HTTP heads that are still to come.
        ///   - hasBody: whether there is a body behind them.
        case encapsulated(left: Int, hasBody: Bool)
        case chunkSize
        case chunk(left: Int)
        case chunkEnd
        case trailer
        case end
        /// What follows is of no interest.
        case ignored
    }

    /// Octets of the line with a chunk's size, and of one of the trailer.
    private static var longestLine: Int { 1 << 10 }

    private var state = State.head
    /// What is not a whole line, or not a whole head, yet.
    private var kept: [UInt8] = []
    private var trailerLines = 0

    package init() {}

    /// Whether there may be a `100 Continue` before the response (RFC 3507 §4.5).
    package var mayContinue = false
    /// Whether there was one.
    package private(set) var isContinued = false
    /// Nil until it is there.
    package private(set) var head: ICAPHead?
    /// The status in the HTTP response; nil until it is there, and where there is none.
    private(set) var httpStatus: Int?
    /// Octets of the body so far.
    package private(set) var bodyCount = 0
    /// Whether the body so far is how the message begins.
    package private(set) var isUnchanged = true

    /// Whether all of it that is of interest is there.
    package var isComplete: Bool {
        switch state {
        case .end, .ignored: true
        default: false
        }
    }

    /// - Parameter message: what was sent.
    package mutating func take(_ octets: [UInt8], message: Span<UInt8>) throws(ICAPHead.Problem) {
        var rest = octets[...]
        while !rest.isEmpty {
            switch state {
            case .head: try takeHead(&rest)
            case .encapsulated(let left, let hasBody): try takeEncapsulated(&rest, left, hasBody)
            case .chunkSize: try takeChunkSize(&rest)
            case .chunk(let left): takeChunk(&rest, left, message)
            case .chunkEnd:
                guard let line = try takeLine(&rest) else { return }
                guard line.isEmpty else { throw ICAPHead.Problem(reason: "a chunk is longer than it says") }
                state = .chunkSize
            case .trailer: try takeTrailer(&rest)
            case .end: throw ICAPHead.Problem(reason: "it says more than one answer")
            case .ignored: return
            }
        }
    }

    private mutating func takeHead(_ rest: inout ArraySlice<UInt8>) throws(ICAPHead.Problem) {
        // Line by line, so that an end that comes in pieces is seen.
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            try keep(rest[...end], most: ICAPHead.longest)
            rest = rest[(end + 1)...]
            if kept.ends(with: "\n\r\n") || kept.ends(with: "\n\n") { return try finishHead() }
        }
        try keep(rest, most: ICAPHead.longest)
        rest = []
    }

    private mutating func finishHead() throws(ICAPHead.Problem) {
        let head = try ICAPHead(kept)
        kept = []
        guard head.status != 100 else {
            guard mayContinue else { throw ICAPHead.Problem(reason: "it wants more than there is") }
            mayContinue = false
            isContinued = true
            return
        }
        self.head = head
        guard head.status == 200 else {
            state = head.status == 204 ? .end : .ignored
            return
        }
        guard let start = try Self.bodyStart(head) else {
            state = .end
            return
        }
        if start.offset > 0 {
            state = .encapsulated(left: start.offset, hasBody: start.hasBody)
        } else {
            state = start.hasBody ? .chunkSize : .end
        }
    }

    /// `Encapsulated: res-hdr=0, res-body=137` (RFC 3507 §4.4.1): where the body begins, and whether there is
    /// one. Nil where nothing is encapsulated.
    private static func bodyStart(_ head: ICAPHead) throws(ICAPHead.Problem) -> (offset: Int, hasBody: Bool)?
    {
        let parts = head.list("encapsulated")
        guard let last = parts.last else { return nil }
        let words = last.split(separator: "=", maxSplits: 1)
        guard words.count == 2, let offset = decimal(Array(words[1].utf8)), offset <= ICAPHead.longest,
            words[0] == "null-body" || words[0].hasSuffix("-body")
        else { throw ICAPHead.Problem(reason: "what it encapsulates is unclear") }
        return (offset, words[0] != "null-body")
    }

    private mutating func takeEncapsulated(
        _ rest: inout ArraySlice<UInt8>, _ left: Int, _ hasBody: Bool
    ) throws(ICAPHead.Problem) {
        let piece = rest.prefix(left)
        try keep(piece, most: ICAPHead.longest)
        rest = rest.dropFirst(piece.count)
        guard piece.count == left else {
            state = .encapsulated(left: left - piece.count, hasBody: hasBody)
            return
        }
        // HTTP/1.1 403 Forbidden; where a request is encapsulated, there is no such line.
        let words = kept.prefix { $0 != UInt8(ascii: "\r") && $0 != UInt8(ascii: "\n") }
            .split(separator: UInt8(ascii: " "))
        if words.count > 1, words[0].starts(with: "HTTP/".utf8) { httpStatus = decimal(words[1]) }
        kept = []
        state = hasBody ? .chunkSize : .end
    }

    private mutating func takeChunk(
        _ rest: inout ArraySlice<UInt8>, _ left: Int, _ message: Span<UInt8>
    ) {
        let piece = rest.prefix(left)
        rest = rest.dropFirst(piece.count)
        if isUnchanged { isUnchanged = Self.isEqual(piece, message, at: bodyCount) }
        bodyCount += piece.count
        state = piece.count == left ? .chunkEnd : .chunk(left: left - piece.count)
    }

    private static func isEqual(_ piece: ArraySlice<UInt8>, _ message: Span<UInt8>, at start: Int) -> Bool {
        guard piece.count <= message.count - start else { return false }
        var place = start
        for octet in piece {
            guard message[place] == octet else { return false }
            place += 1
        }
        return true
    }

    private mutating func takeTrailer(_ rest: inout ArraySlice<UInt8>) throws(ICAPHead.Problem) {
        guard let line = try takeLine(&rest) else { return }
        trailerLines += 1
        guard trailerLines <= ICAPHead.mostLines else {
            throw ICAPHead.Problem(reason: "its trailer has too many lines")
        }
        if line.isEmpty { state = .end }
    }

    /// `1f; extension` (RFC 7230 §4.1)
    private mutating func takeChunkSize(_ rest: inout ArraySlice<UInt8>) throws(ICAPHead.Problem) {
        guard let line = try takeLine(&rest) else { return }
        let digits = line.prefix { $0 != UInt8(ascii: ";") && $0 != 0x20 && $0 != 0x09 }
        guard (1...15).contains(digits.count), digits.allSatisfy({ Character(UnicodeScalar($0)).isHexDigit }),
            let size = Int(String(decoding: digits, as: UTF8.self), radix: 16)
        else { throw ICAPHead.Problem(reason: "a chunk has no size: \(ScannerText.fit(line))") }
        state = size > 0 ? .chunk(left: size) : .trailer
    }

    /// A line without its end; nil where there is no end yet.
    private mutating func takeLine(_ rest: inout ArraySlice<UInt8>) throws(ICAPHead.Problem) -> [UInt8]? {
        let end = rest.firstIndex(of: UInt8(ascii: "\n"))
        try keep(rest[..<(end ?? rest.endIndex)], most: Self.longestLine)
        rest = end.map { rest[($0 + 1)...] } ?? []
        guard end != nil else { return nil }
        var line = kept
        kept = []
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        return line
    }

    private mutating func keep(_ octets: ArraySlice<UInt8>, most: Int) throws(ICAPHead.Problem) {
        guard kept.count + octets.count <= most else {
            throw ICAPHead.Problem(reason: "it says more than it may")
        }
        kept += octets
    }
}

extension [UInt8] {
    fileprivate func ends(with text: String) -> Bool { suffix(text.utf8.count).elementsEqual(text.utf8) }
}
