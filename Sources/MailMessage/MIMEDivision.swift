/// Divides a message into its entities in one pass over its lines, however they nest.
///
/// - A delimiter is a line that is `--`, the boundary, `--` if it is the last one, and blanks. A line that only begins
///   so is none: a boundary may be the beginning of another.
/// - A delimiter ends whatever is open within the entity that it belongs to (RFC 2046 §5.1.2); at the end of the
///   octets everything ends, whether or not its last delimiter was there.
/// - Of entities within one another that have the same boundary, the innermost gets the delimiters.
/// - Delimiters are looked up in a dictionary, so the time does not grow with the depth.
struct MIMEDivision: ~Escapable, ~Copyable {
    private let bytes: Span<UInt8>
    private let limits: MessageLimits
    private let depthLimit: Int
    private var open: [OpenEntity] = []
    /// The index in ``open`` of the innermost entity that has this boundary and is not closed.
    private var boundaries: [[UInt8]: Int] = [:]
    private var partCount = 0
    private var position = 0
    private var isFull = false

    @_lifetime(copy bytes)
    init(_ bytes: Span<UInt8>, limits: MessageLimits) {
        self.bytes = bytes
        self.limits = limits
        depthLimit = min(limits.mimeDepth, MIMEDivision.deepest)
    }

    /// Divides all of the octets, whose own header is known already.
    mutating func divide(header: HeaderSection) -> MIMEPart {
        begin(at: 0, header: header, defaultType: ("text", "plain"))
        while position < bytes.count, !boundaries.isEmpty, !isFull {
            readLine()
        }
        return finish()
    }
}

/// An entity whose end has not been found.
private struct OpenEntity {
    let start: Int
    let header: HeaderSection
    let mediaType: String
    let mediaSubtype: String
    let contentType: HeaderField?
    let transferEncoding: TransferEncoding
    var children: [MIMEPart] = []
    var boundary: [UInt8]?
    /// The entity further out that had the same boundary.
    var shadowed: Int?
    var preambleEnd: Int?
    var epilogueStart: Int?
    var exceeded: MessageLimit?

    var isMessage: Bool {
        mediaType == "message" && (mediaSubtype == "rfc822" || mediaSubtype == "global")
            && transferEncoding != .base64 && transferEncoding != .quotedPrintable
    }

    /// The entity as it is when it ends at `end`.
    func part(end: Int) -> MIMEPart {
        let bodyStart = min(header.bodyStart, end)
        let preambleEnd = min(max(preambleEnd ?? bodyStart, bodyStart), end)
        let epilogueStart = min(max(epilogueStart ?? end, preambleEnd), end)
        return MIMEPart(
            range: min(start, end)..<end, header: header, body: bodyStart..<end, mediaType: mediaType,
            mediaSubtype: mediaSubtype, contentType: contentType, transferEncoding: transferEncoding,
            children: children, preamble: bodyStart..<preambleEnd, epilogue: epilogueStart..<end,
            exceeded: exceeded)
    }
}

extension MIMEDivision {
    /// RFC 2046 §5.1.1 has 70; some writers exceed it.
    private static let longestBoundary = 250
    /// A tree is walked by recursion: no setting may make it deeper than the stack bears.
    private static let deepest = 1000

    /// Opens the entity that begins at `start`, and the messages that its body begins with.
    private mutating func begin(at start: Int, header: HeaderSection, defaultType: (String, String)) {
        var (start, header, defaultType) = (start, header, defaultType)
        while true {
            partCount += 1
            var entity = entity(at: start, header: header, defaultType: defaultType)
            position = header.bodyStart
            let isContainer = entity.isMessage || entity.mediaType == "multipart"
            if isContainer, open.count + 1 >= depthLimit {
                entity.exceeded = entity.exceeded ?? .mimeDepth
                open.append(entity)
                return
            }
            if entity.mediaType == "multipart", let boundary = boundary(of: entity) {
                entity.boundary = boundary
                entity.shadowed = boundaries.updateValue(open.count, forKey: boundary)
            }
            open.append(entity)
            guard entity.isMessage else { return }
            guard partCount < limits.mimeParts else {
                open[open.count - 1].exceeded = entity.exceeded ?? .mimeParts
                return
            }
            (start, header, defaultType) = (position, indexHeader(at: position), ("text", "plain"))
        }
    }

    private mutating func entity(
        at start: Int, header: HeaderSection, defaultType: (String, String)
    ) -> OpenEntity {
        let contentType = header.firstField(named: "Content-Type", in: bytes)
        let (type, subtype) = contentType.flatMap { mediaType($0) } ?? defaultType
        let encoding = header.firstField(named: "Content-Transfer-Encoding", in: bytes)
        return OpenEntity(
            start: start, header: header, mediaType: type, mediaSubtype: subtype, contentType: contentType,
            transferEncoding: encoding.map { TransferEncoding(parsing: bytes, in: $0.body) } ?? .identity,
            exceeded: header.exceeded)
    }

    /// `type/subtype`; nil where that cannot be read.
    private func mediaType(_ field: HeaderField) -> (String, String)? {
        var cursor = ByteCursor(bytes, in: field.body)
        cursor.skipCommentsAndWhiteSpace()
        guard let type = cursor.token() else { return nil }
        cursor.skipCommentsAndWhiteSpace()
        guard cursor.take(ASCII.slash) else { return nil }
        cursor.skipCommentsAndWhiteSpace()
        guard let subtype = cursor.token() else { return nil }
        return (bytes.lowercasedText(type), bytes.lowercasedText(subtype))
    }

    private func boundary(of entity: OpenEntity) -> [UInt8]? {
        guard let field = entity.contentType else { return nil }
        let parameters = ParameterList(parsing: bytes, in: field.body, limit: limits.parameters)
        guard var boundary = parameters.bytes("boundary") else { return nil }
        // RFC 2046 §5.1.1: a boundary does not end in a blank; a line's blanks at its end are padding.
        while let last = boundary.last, last.isWhiteSpace { boundary.removeLast() }
        return (1...MIMEDivision.longestBoundary).contains(boundary.count) ? boundary : nil
    }

    /// Indexes a header that lasts no longer than to the next delimiter.
    private func indexHeader(at start: Int) -> HeaderSection {
        let header = HeaderSection(indexing: bytes, from: start, limits: limits)
        guard !boundaries.isEmpty else { return header }
        // A boundary may hold a colon, so that a delimiter can look like a field.
        for (index, field) in header.fields.enumerated()
        where bytes[field.name.lowerBound] == ASCII.hyphen {
            let lineEnd =
                bytes.firstIndex(of: ASCII.lineFeed, from: field.name.lowerBound, to: field.end) ?? field.end
            if delimiter(field.name.lowerBound..<lineEnd) != nil { return header.ending(beforeField: index) }
        }
        return header
    }
}

extension MIMEDivision {
    /// Reads one line, which ends entities and begins one if it is a delimiter.
    private mutating func readLine() {
        let start = position
        let lineFeed = bytes.firstIndex(of: ASCII.lineFeed, from: start, to: bytes.count)
        position = lineFeed.map { $0 + 1 } ?? bytes.count
        guard bytes[start] == ASCII.hyphen, let found = delimiter(start..<(lineFeed ?? bytes.count)) else {
            return
        }
        let next = position
        endEntities(above: found.entity, at: endOfContent(beforeLineAt: start))
        if open[found.entity].preambleEnd == nil {
            open[found.entity].preambleEnd = endOfContent(beforeLineAt: start)
        }
        if found.isLast {
            open[found.entity].epilogueStart = next
            forgetBoundary(of: found.entity)
        } else if partCount >= limits.mimeParts {
            open[found.entity].exceeded = .mimeParts
            open[found.entity].epilogueStart = start
            isFull = true
        } else {
            let isDigest = open[found.entity].mediaSubtype == "digest"
            begin(
                at: next, header: indexHeader(at: next),
                defaultType: isDigest ? ("message", "rfc822") : ("text", "plain"))
        }
    }

    /// Whose delimiter the line is, and whether its last; nil if it is none.
    private func delimiter(_ line: Range<Int>) -> (entity: Int, isLast: Bool)? {
        guard line.count > 2, bytes[line.lowerBound] == ASCII.hyphen,
            bytes[line.lowerBound + 1] == ASCII.hyphen
        else { return nil }
        let start = line.lowerBound + 2
        let end = bytes.trimmed(start..<line.upperBound).upperBound
        guard end - start <= MIMEDivision.longestBoundary + 2 else { return nil }
        var boundary = bytes.array(start..<end)
        let whole = boundaries[boundary]
        guard boundary.count > 2, boundary.hasTwoHyphensAtEnd else { return whole.map { ($0, false) } }
        boundary.removeLast(2)
        guard let last = boundaries[boundary] else { return whole.map { ($0, false) } }
        if let whole, whole > last { return (whole, false) }
        return (last, true)
    }

    /// Where the content ends whose delimiter is the line at `start`: the line end before it belongs to the delimiter.
    private func endOfContent(beforeLineAt start: Int) -> Int {
        guard start > 0, bytes[start - 1] == ASCII.lineFeed else { return start }
        return start > 1 && bytes[start - 2] == ASCII.carriageReturn ? start - 2 : start - 1
    }

    /// Ends what is open within `open[index]`.
    private mutating func endEntities(above index: Int, at end: Int) {
        var end = end
        while open.count > index + 1 {
            forgetBoundary(of: open.count - 1)
            let ended = open.removeLast()
            // Where a body is empty the line end before the delimiter is the header's.
            end = max(end, ended.header.bodyStart)
            let part = ended.part(end: end)
            open[open.count - 1].children.append(part)
            let outer = open[open.count - 1].exceeded
            open[open.count - 1].exceeded = outer ?? part.exceeded
        }
    }

    private mutating func forgetBoundary(of index: Int) {
        guard let boundary = open[index].boundary else { return }
        open[index].boundary = nil
        boundaries[boundary] = open[index].shadowed
    }

    /// Ends everything.
    private mutating func finish() -> MIMEPart {
        endEntities(above: 0, at: bytes.count)
        return open.removeLast().part(end: bytes.count)
    }
}

extension [UInt8] {
    /// Whether it ends as the last delimiter of an entity does.
    fileprivate var hasTwoHyphensAtEnd: Bool {
        last == ASCII.hyphen && dropLast().last == ASCII.hyphen
    }
}

extension MIMEPart {
    /// Divides the message that `bytes` are, whose own header is known already.
    init(dividing bytes: Span<UInt8>, header: HeaderSection, limits: MessageLimits) {
        var division = MIMEDivision(bytes, limits: limits)
        self = division.divide(header: header)
    }
}
