import Platform

/// A message's header under edit (RFC 5293). The body stays with the message.
///
/// - Fields that are not deleted stay octet for octet, and in order.
/// - Lines that are added end as the first line of the message does.
/// - However it is edited, what follows the header stays what it is: an edited header ends with an empty line, unless
///   a limit kept the message's own from being read to its end.
package struct HeaderEditing: Sendable {
    package enum Position: Sendable { case top, bottom }

    /// The header as it is now, as a message without a body: for tests of fields.
    package private(set) var header: Message
    /// Whether anything was added or deleted.
    package private(set) var isEdited = false
    /// Where in the original message that begins what follows the header.
    package let bodyStart: Int
    /// How the lines end that are added.
    package let lineEnds: LineEndStyle
    private let needsEmptyLine: Bool

    /// The header of `message`, as it is.
    package init(_ message: Message) {
        let bytes = message.bytes.span
        bodyStart = message.header.bodyStart
        lineEnds = LineEndStyle(of: bytes)
        // A line that begins with a blank would continue a field that is put before it.
        let bodyBeginsWithBlank = bodyStart < bytes.count && bytes[bodyStart].isBlank
        needsEmptyLine = message.header.exceeded == nil || bodyBeginsWithBlank
        // What was let in already is not limited once more.
        var limits = message.limits
        limits.headerBytes = .max
        limits.headerFields = .max
        header = Message(SharedBytes(message.bytes.array(0..<bodyStart)), limits: limits)
    }

    /// The octets of the header section, with the empty line at its end.
    package var bytes: [UInt8] { header.bytes.array(0..<header.bytes.count) }

    /// The message with this header in place of its own; a copy of all of it.
    ///
    /// - Parameter original: the message that the header was taken from.
    package func edited(_ original: Message) -> Message {
        let body = original.bytes.array(bodyStart..<max(bodyStart, original.bytes.count))
        return Message(SharedBytes(bytes + body), limits: original.limits)
    }
}

extension HeaderEditing {
    /// Adds a field before all others or behind them (RFC 5293 §4).
    ///
    /// - Throws: as ``field(name:value:)``.
    package mutating func add(
        name: String, value: String, at position: Position = .top
    ) throws(FieldComposition.Failure) {
        let composed = try HeaderEditing.field(name: name, value: value)
        let field = lineEnds.applied(to: composed.span)
        let fields = fieldsRange
        switch position {
        case .top: rebuild([0..<fields.lowerBound], field, [fields.lowerBound..<fields.upperBound])
        case .bottom: rebuild([0..<fields.upperBound], field, [])
        }
    }

    /// A field with encoded words where it needs them, its lines ending in LF.
    ///
    /// Line ends in `value` are taken for folds; blanks at its ends are dropped.
    /// - Throws: `illegalName`; `illegalCharacter` for a NUL.
    package static func field(name: String, value: String) throws(FieldComposition.Failure) -> [UInt8] {
        let text = unfolded(Array(value.utf8))
        do {
            return try FieldComposition.unstructured(name: name, text: String(decoding: text, as: UTF8.self))
        } catch {
            guard error == .lineTooLong else { throw error }
            // Long runs of blanks cannot be folded.
            let words = text.split { $0.isBlank }.joined(separator: CollectionOfOne(ASCII.space))
            return try FieldComposition.unstructured(
                name: name, text: String(decoding: Array(words), as: UTF8.self))
        }
    }

    /// Text of several lines as one: a line end goes where a blank follows it, and becomes a space elsewhere.
    private static func unfolded(_ value: [UInt8]) -> [UInt8] {
        let range = value.span.trimmed(0..<value.count)
        var text: [UInt8] = []
        text.reserveCapacity(range.count)
        for index in range {
            let byte = value[index]
            guard byte == ASCII.lineFeed || byte == ASCII.carriageReturn else {
                text.append(byte)
                continue
            }
            // Within the range something that is not white space follows.
            let next = value[index + 1]
            if !next.isWhiteSpace, text.last?.isBlank == false { text.append(ASCII.space) }
        }
        return text
    }
}

extension HeaderEditing {
    /// Deletes the fields of this name whose decoded value matches (RFC 5293 §5); ASCII letters of either case are equal.
    ///
    /// - Parameters:
    ///   - index: which one of them alone is tried, 1 being the first; nil for all.
    ///   - fromEnd: whether `index` counts from the last one.
    /// - Returns: how many were deleted.
    /// - Throws: what `matches` throws; nothing is deleted then.
    @discardableResult
    package mutating func delete<Failure: Error>(
        named name: String, index: Int? = nil, fromEnd: Bool = false,
        where matches: (_ value: [UInt8]) throws(Failure) -> Bool
    ) throws(Failure) -> Int {
        var candidates = header.fields(named: name)[...]
        if let index {
            guard index >= 1, index <= candidates.count else { return 0 }
            let chosen = fromEnd ? candidates.count - index : index - 1
            candidates = candidates[chosen...chosen]
        }
        var deleted: [HeaderField] = []
        for field in candidates where try matches(header.decodedBody(field)) { deleted.append(field) }
        delete(deleted)
        return deleted.count
    }

    /// Deletes fields of ``header``, each known by where it begins.
    package mutating func delete(_ fields: [HeaderField]) {
        let starts = Set(fields.map(\.name.lowerBound))
        let deleted = header.header.fields.filter { starts.contains($0.name.lowerBound) }
        guard !deleted.isEmpty else { return }
        var kept: [Range<Int>] = []
        var start = 0
        for field in deleted {
            kept.append(start..<field.name.lowerBound)
            start = field.end
        }
        kept.append(start..<fieldsRange.upperBound)
        rebuild(kept, [], [])
    }

    /// Deletes the fields of this name, whatever they hold.
    @discardableResult
    package mutating func delete(named name: String, index: Int? = nil, fromEnd: Bool = false) -> Int {
        delete(named: name, index: index, fromEnd: fromEnd) { _ in true }
    }
}

extension HeaderEditing {
    /// Where the fields are: behind the separator line of an mbox, before the empty line.
    private var fieldsRange: Range<Int> {
        let fields = header.header.fields
        guard let first = fields.first, let last = fields.last else {
            let end = header.bytes.count - emptyLineLength
            return end..<end
        }
        return first.name.lowerBound..<last.end
    }

    /// The length of the empty line at the end of a header without fields; 0 if there is none.
    private var emptyLineLength: Int {
        let bytes = header.bytes.span
        guard bytes.count > 0, bytes[bytes.count - 1] == ASCII.lineFeed else { return 0 }
        let hasReturn = bytes.count > 1 && bytes[bytes.count - 2] == ASCII.carriageReturn
        let length = hasReturn ? 2 : 1
        return bytes.count == length || bytes[bytes.count - length - 1] == ASCII.lineFeed ? length : 0
    }

    /// Makes the header anew: the first ranges of the present one, `field`, the other ranges, and the empty line.
    private mutating func rebuild(_ before: [Range<Int>], _ field: [UInt8], _ behind: [Range<Int>]) {
        let old = bytes
        let emptyLine = old[fieldsRange.upperBound...]
        var new: [UInt8] = []
        new.reserveCapacity(old.count + field.count + 4)
        for range in before { new += old[range] }
        if !field.isEmpty { endLine(of: &new) }
        new += field
        for range in behind { new += old[range] }
        if emptyLine.isEmpty, needsEmptyLine {
            endLine(of: &new)
            new += lineEnds.bytes
        } else {
            new += emptyLine
        }
        header = Message(SharedBytes(new), limits: header.limits)
        isEdited = true
    }

    /// Ends the last line, if the message ended without doing so.
    private func endLine(of text: inout [UInt8]) {
        if let last = text.last, last != ASCII.lineFeed { text += lineEnds.bytes }
    }
}
