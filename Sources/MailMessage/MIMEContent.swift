import Platform

/// A message's entities in the order in which they begin, with how they nest: what `foreverypart` goes through
/// (RFC 5703 §3).
///
/// Each entity is followed by those within it, so what is within one is one range.
package struct MIMEPartList: Sendable {
    package struct Entry: Sendable {
        package let part: MIMEPart
        /// 0 for the message itself.
        package let depth: Int
        /// The entity that this one is directly within; nil for the message itself.
        package let parent: Int?
        /// The entities within this one, at any depth.
        package fileprivate(set) var descendants: Range<Int>
    }

    /// As many as ``MessageLimits/mimeParts`` allows; the first is the root.
    package private(set) var entries: [Entry] = []

    package init(_ root: MIMEPart) {
        append(root, depth: 0, parent: nil)
    }

    private mutating func append(_ part: MIMEPart, depth: Int, parent: Int?) {
        let index = entries.count
        let empty = (index + 1)..<(index + 1)
        entries.append(Entry(part: part, depth: depth, parent: parent, descendants: empty))
        for child in part.children { append(child, depth: depth + 1, parent: index) }
        entries[index].descendants = (index + 1)..<entries.count
    }

    /// The entities directly within the one at `index`, in order.
    package func children(of index: Int) -> [Int] {
        guard entries.indices.contains(index) else { return [] }
        var children: [Int] = []
        var next = entries[index].descendants.lowerBound
        while next < entries[index].descendants.upperBound {
            children.append(next)
            next = entries[next].descendants.upperBound
        }
        return children
    }
}

/// A field's body taken for that of a `Content-Type` or `Content-Disposition` field (RFC 5703 §4.2): a type, perhaps a
/// subtype, and parameters.
package struct MIMEFieldValue: Sendable {
    /// As it is written; empty if the body does not begin with a token.
    package let type: String
    /// As it is written, without the slash; nil where there is none.
    package let subtype: String?
    /// Decoded (RFC 2231).
    package let parameters: ParameterList

    /// `type/subtype`, or the type where that is all.
    package var fullType: String { subtype.map { "\(type)/\($0)" } ?? type }

    init(parsing bytes: Span<UInt8>, in range: Range<Int>, limit: Int) {
        var cursor = ByteCursor(bytes, in: range)
        cursor.skipCommentsAndWhiteSpace()
        let type = cursor.token().map { bytes.array($0) } ?? []
        cursor.skipCommentsAndWhiteSpace()
        var subtype: [UInt8]?
        if !type.isEmpty, cursor.take(ASCII.slash) {
            cursor.skipCommentsAndWhiteSpace()
            subtype = cursor.token().map { bytes.array($0) }
        }
        self.type = String(decoding: type, as: UTF8.self)
        self.subtype = subtype.map { String(decoding: $0, as: UTF8.self) }
        parameters = ParameterList(parsing: bytes, in: range, limit: limit)
    }
}

extension Message {
    /// The fields of this name in the part's own header, in order. All that a message offers for its fields
    /// (``decodedBody(_:)``, ``addresses(_:)``, ``parameters(_:)`` …) it offers for these.
    package func fields(named name: String, of part: MIMEPart) -> [HeaderField] {
        part.header.fields(named: name, in: bytes.span)
    }

    /// The first field of this name in the part's own header.
    package func firstField(named name: String, of part: MIMEPart) -> HeaderField? {
        part.header.firstField(named: name, in: bytes.span)
    }

    /// The field's body as a MIME type, or disposition, with its parameters.
    package func mimeValue(_ field: HeaderField) -> MIMEFieldValue {
        MIMEFieldValue(parsing: bytes.span, in: field.body, limit: limits.parameters)
    }

    /// The part, header and body, as a message of its own; a copy, unless it is all of this one.
    package func message(of part: MIMEPart) -> Message {
        guard part.range != 0..<bytes.count else { return self }
        return Message(SharedBytes(bytes.array(part.range)), limits: limits)
    }

    /// The octets of the part, header and body, as they stand.
    package func rawBytes(of part: MIMEPart) -> [UInt8] {
        bytes.array(part.range)
    }
}
