import Platform

/// A message being made: a reply, a notice, an enclosure, a report.
///
/// - Whatever the texts are, each field is one field: what cannot stand in it is replaced, or makes it be left out.
/// - No line of the header is longer than 998 octets; lines are folded at 78 where they have blanks.
/// - The same calls make the same octets: date, identifier and the seed of boundaries come from the caller.
package struct MessageComposition: Sendable {
    /// The fields so far, their lines ending in LF.
    private var header: [UInt8] = []
    private var names: Set<String> = []

    package init() {}

    /// Whether there is a field of this name already.
    package func hasField(named name: String) -> Bool { names.contains(MessageComposition.key(name)) }

    /// Adds a `Date` field.
    package mutating func addDate(_ date: MailDate) { addStructured("Date", date.text) }

    /// Adds a `Message-ID` field.
    ///
    /// - Parameter identifier: with its angle brackets or without.
    package mutating func addMessageID(_ identifier: String) {
        let plain = identifier.utf8.filter { $0 &- 0x21 < 94 && $0 != ASCII.less && $0 != ASCII.greater }
        addStructured("Message-ID", "<\(String(decoding: plain, as: UTF8.self))>")
    }

    /// Adds `In-Reply-To` and `References`, as far as there is anything to put in them.
    package mutating func addThread(_ thread: ReplyThread) {
        if let inReplyTo = thread.inReplyTo { addStructured("In-Reply-To", inReplyTo) }
        if let references = thread.references { addStructured("References", references) }
    }

    /// Adds a field of addresses, such as `From`; none if there are no addresses.
    ///
    /// - Returns: whether it was added.
    @discardableResult
    package mutating func addAddresses(_ name: String, _ addresses: [MailAddress]) -> Bool {
        guard !addresses.isEmpty else { return false }
        let safe = addresses.map { address in
            var address = address
            address.displayName = address.displayName.map { MessageComposition.flattened($0) }
            return address
        }
        return add(name, try? FieldComposition.addresses(name: name, safe))
    }

    /// Adds a field of free text, such as `Subject`; line ends in it count as folds.
    ///
    /// - Returns: whether it was added: false for a name that no field can have.
    @discardableResult
    package mutating func addText(_ name: String, _ text: String) -> Bool {
        let safe = String(decoding: text.utf8.map { $0 == 0 ? ASCII.space : $0 }, as: UTF8.self)
        return add(name, try? HeaderEditing.field(name: name, value: safe))
    }

    /// Adds a field of tokens, such as `Auto-Submitted`: what is not printable ASCII becomes `?`.
    ///
    /// - Returns: whether it was added: false for a name that no field can have.
    @discardableResult
    package mutating func addStructured(_ name: String, _ text: String) -> Bool {
        add(name, MessageComposition.structuredField(name, text))
    }

    /// Adds a field of another message as it stands, unless a line of it is too long.
    package mutating func addCopy(of field: HeaderField, in message: Message) {
        let name = String(decoding: message.name(field), as: UTF8.self)
        if let copy = message.transportableField(field) {
            add(name, copy)
        } else {
            addText(name, String(decoding: message.decodedBody(field), as: UTF8.self))
        }
    }

    /// The message.
    ///
    /// - Parameters:
    ///   - entity: what the message holds; its fields come behind those added, and behind `MIME-Version`.
    ///   - boundarySeed: any number; another one makes other boundaries.
    package func composed(
        _ entity: ComposedEntity, boundarySeed: UInt64, lineEnds: LineEndStyle = .crlf
    ) -> [UInt8] {
        var message = self
        if !hasField(named: "MIME-Version") { message.addStructured("MIME-Version", "1.0") }
        return lineEnds.applied(to: (message.header + entity.rendered(boundarySeed: boundarySeed)).span)
    }
}

extension MessageComposition {
    @discardableResult
    private mutating func add(_ name: String, _ field: [UInt8]?) -> Bool {
        guard let field else { return false }
        header += field
        names.insert(MessageComposition.key(name))
        return true
    }

    private static func key(_ name: String) -> String {
        String(decoding: name.utf8.map(\.lowercased), as: UTF8.self)
    }

    /// Text without line ends and NUL.
    private static func flattened(_ text: String) -> String {
        let bytes = text.utf8.map { byte in
            byte == ASCII.carriageReturn || byte == ASCII.lineFeed || byte == 0 ? ASCII.space : byte
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// RFC 5322 §2.1.1
    static let longestLine = 998
    /// No word of a structured field is longer.
    private static let longestWord = 900

    static func structuredField(_ name: String, _ text: String) -> [UInt8]? {
        var safe: [UInt8] = []
        var length = 0
        for character in text.unicodeScalars {
            let byte = character.isASCII ? UInt8(truncatingIfNeeded: character.value) : ASCII.questionMark
            length = byte.isWhiteSpace ? 0 : length + 1
            guard length <= longestWord else { continue }
            safe.append(byte.isWhiteSpace ? ASCII.space : byte &- 0x20 < 95 ? byte : ASCII.questionMark)
        }
        return try? FieldComposition.structured(name: name, text: String(decoding: safe, as: UTF8.self))
    }
}

extension Message {
    /// A copy of the field in lines that end in LF; nil if one of them is too long.
    func transportableField(_ field: HeaderField) -> [UInt8]? {
        let bytes = bytes.span
        guard field.name.lowerBound < field.end, field.end <= bytes.count else { return nil }
        var copy = bytes.extracting(field.name.lowerBound..<field.end).transportable()
        if copy.last != ASCII.lineFeed { copy.append(ASCII.lineFeed) }
        return copy.span.longestLine <= MessageComposition.longestLine ? copy : nil
    }
}

extension Span<UInt8> {
    /// The length of the longest of the lines, which LF ends.
    var longestLine: Int {
        var longest = 0
        var length = 0
        for index in indices {
            length = self[index] == ASCII.lineFeed ? 0 : length + 1
            longest = Swift.max(longest, length)
        }
        return longest
    }

    /// A copy in lines that end in LF. A lone CR and NUL, which no transport can carry, become spaces.
    func transportable() -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(count)
        var index = 0
        while index < count {
            let byte = self[index]
            index &+= 1
            if byte == ASCII.carriageReturn, index < count, self[index] == ASCII.lineFeed { continue }
            result.append(byte == ASCII.carriageReturn || byte == 0 ? ASCII.space : byte)
        }
        return result
    }
}
