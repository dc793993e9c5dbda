/// One field of a header section, as offsets into the message's octets.
package struct HeaderField: Sendable, Equatable {
    /// The field's name.
    package let name: Range<Int>
    /// What follows the colon, folds included, the last line end excluded.
    package let body: Range<Int>
    /// After the field's last line end.
    package let end: Int
}

/// An index of a header section, made in one pass over any octets.
///
/// - Lines end in LF or CRLF; a lone CR is content. A line that begins with a blank continues the field before it.
/// - The first line that is neither a field nor a continuation ends the section. If it is empty the body
///   begins after it (RFC 5322 §2.1); otherwise the body begins with it, as MTAs that add the missing
///   empty line have it.
/// - A field is a name of printable ASCII (RFC 5322 §2.2), blanks (obsolete, §4.5) and a colon.
/// - An mbox `From ` line at the very start is passed over.
package struct HeaderSection: Sendable {
    /// The fields, in the order of the message.
    package let fields: [HeaderField]
    /// Where the body begins; where the index stopped, if a limit stopped it.
    package let bodyStart: Int
    /// The limit that stopped the index; nil normally.
    package let exceeded: MessageLimit?

    init(fields: [HeaderField], bodyStart: Int, exceeded: MessageLimit?) {
        self.fields = fields
        self.bodyStart = bodyStart
        self.exceeded = exceeded
    }

    /// Indexes the section that begins at `start`.
    package init(indexing bytes: Span<UInt8>, from start: Int = 0, limits: MessageLimits = MessageLimits()) {
        var position = HeaderSection.afterMboxLine(bytes, at: min(max(start, 0), bytes.count))
        let (sum, overflow) = position.addingReportingOverflow(max(limits.headerBytes, 0))
        let horizon = overflow ? bytes.count : min(sum, bytes.count)
        var fields: [HeaderField] = []
        fields.reserveCapacity(32)
        var exceeded: MessageLimit?

        while position < bytes.count {
            if let next = HeaderSection.afterEmptyLine(bytes, at: position) {
                position = next
                break
            }
            switch HeaderSection.field(bytes, at: position, horizon: horizon) {
            case .field(let field):
                guard fields.count < limits.headerFields else {
                    exceeded = .headerFields
                    break
                }
                fields.append(field)
                position = field.end
                continue
            case .beyondHorizon: exceeded = .headerBytes
            case .none: break
            }
            break
        }
        self.init(fields: fields, bodyStart: position, exceeded: exceeded)
    }

    private enum Line {
        case field(HeaderField)
        case beyondHorizon
        case none
    }

    /// The field that begins at `start`, if it is one and ends before `horizon`.
    private static func field(_ bytes: Span<UInt8>, at start: Int, horizon: Int) -> Line {
        var nameEnd = start
        while nameEnd < horizon, bytes[nameEnd] != ASCII.colon, bytes[nameEnd] &- 0x21 < 94 { nameEnd &+= 1 }
        var colon = nameEnd
        while colon < horizon, bytes[colon].isBlank { colon &+= 1 }
        guard colon < horizon else { return horizon < bytes.count ? .beyondHorizon : .none }
        guard bytes[colon] == ASCII.colon, nameEnd > start else { return .none }

        var scan = colon &+ 1
        while let lineFeed = bytes.firstIndex(of: ASCII.lineFeed, from: scan, to: horizon) {
            scan = lineFeed &+ 1
            if scan < bytes.count, bytes[scan].isBlank { continue }
            let hasReturn = bytes[lineFeed &- 1] == ASCII.carriageReturn
            let bodyEnd = hasReturn ? lineFeed &- 1 : lineFeed
            return .field(HeaderField(name: start..<nameEnd, body: (colon &+ 1)..<bodyEnd, end: scan))
        }
        guard horizon == bytes.count else { return .beyondHorizon }
        return .field(HeaderField(name: start..<nameEnd, body: (colon &+ 1)..<bytes.count, end: bytes.count))
    }

    /// Where the line after an empty one begins; nil if the line at `position` is not empty.
    private static func afterEmptyLine(_ bytes: Span<UInt8>, at position: Int) -> Int? {
        if bytes[position] == ASCII.lineFeed { return position &+ 1 }
        guard bytes[position] == ASCII.carriageReturn, position &+ 1 < bytes.count,
            bytes[position &+ 1] == ASCII.lineFeed
        else { return nil }
        return position &+ 2
    }

    /// Where the header begins behind the separator line of an mbox: `From ` that no colon follows at once.
    private static func afterMboxLine(_ bytes: Span<UInt8>, at start: Int) -> Int {
        guard bytes.count - start > 5, bytes[start] == UInt8(ascii: "F"),
            bytes[start + 1] == UInt8(ascii: "r"),
            bytes[start + 2] == UInt8(ascii: "o"), bytes[start + 3] == UInt8(ascii: "m"),
            bytes[start + 4] == ASCII.space
        else { return start }
        var position = start + 5
        while position < bytes.count, bytes[position].isBlank { position &+= 1 }
        if position < bytes.count, bytes[position] == ASCII.colon { return start }
        guard let lineFeed = bytes.firstIndex(of: ASCII.lineFeed, from: position, to: bytes.count) else {
            return start
        }
        return lineFeed + 1
    }
}

extension HeaderSection {
    /// The section without `fields[index]` and what follows; the body begins where that field did.
    func ending(beforeField index: Int) -> HeaderSection {
        guard index < fields.count else { return self }
        return HeaderSection(
            fields: Array(fields[..<index]), bodyStart: fields[index].name.lowerBound, exceeded: exceeded)
    }

    /// The fields of this name, ASCII letters of either case being equal; `bytes` is what was indexed.
    package func fields(named name: String, in bytes: Span<UInt8>) -> [HeaderField] {
        let wanted = name.utf8.span
        var found: [HeaderField] = []
        for field in fields
        where field.name.count == wanted.count && bytes.matches(wanted, in: field.name) {
            found.append(field)
        }
        return found
    }

    /// The first field of this name.
    package func firstField(named name: String, in bytes: Span<UInt8>) -> HeaderField? {
        let wanted = name.utf8.span
        for field in fields
        where field.name.count == wanted.count && bytes.matches(wanted, in: field.name) { return field }
        return nil
    }

    /// How many fields have this name.
    package func count(named name: String, in bytes: Span<UInt8>) -> Int {
        let wanted = name.utf8.span
        var count = 0
        for field in fields
        where field.name.count == wanted.count && bytes.matches(wanted, in: field.name) { count &+= 1 }
        return count
    }
}
