import MailMessage
import Platform

/// An entity that takes the place of a part of the message.
struct PartExchange {
    /// The part's number; 0 for the message itself.
    let number: Int
    let entity: ComposedEntity
    /// Whether the part's other `Content-` fields stay, besides its type and encoding.
    var keepsContentFields = false
    /// The message's new subject and author. What they were goes into fields of other names (RFC 5703 §5).
    var subject: String?
    var from: [MailAddress]?
}

extension Interpretation {
    /// Puts other entities in the places of parts, none of which is within another, in the order of the message.
    ///
    /// - Throws: For a message that is too large to be put together anew.
    mutating func exchange(_ exchanges: [PartExchange]) throws(RuntimeFailure) {
        let entries = try parts().entries
        let header = content?.header ?? wholeMessage.bytes.prefix(wholeMessage.header.bodyStart)
        let size = header.count &+ wholeMessage.bytes.count
        guard size <= limits.rewrittenBytes else {
            throw policyFailure("a message of more than \(limits.rewrittenBytes) octets is not rewritten")
        }
        try spend(size)
        let seed = boundarySeed
        let lineEnds = LineEndStyle(of: wholeMessage.bytes.span)
        var bytes = header.array(0..<header.count)
        var position = wholeMessage.header.bodyStart
        for exchange in exchanges where exchange.number < entries.count {
            let part = entries[exchange.number].part
            let entity = exchange.entity.composed(boundarySeed: seed, lineEnds: lineEnds)
            guard exchange.number > 0 else {
                bytes =
                    exchange.fields(of: message, message.header.fields, lineEnds, isMessage: true) + entity
                position = wholeMessage.bytes.count
                continue
            }
            guard part.range.lowerBound >= position else { continue }
            let isMessage = entries[exchange.number].parent.map { entries[$0].part.isMessage } ?? true
            bytes += wholeMessage.bytes.array(position..<part.range.lowerBound)
            bytes += exchange.fields(of: wholeMessage, part.header.fields, lineEnds, isMessage: isMessage)
            // The line end before a delimiter belongs to the delimiter (RFC 2046 §5.1.1).
            let isLast = part.range.upperBound == wholeMessage.bytes.count
            bytes += isLast ? entity[...] : entity.dropLast(lineEnds.bytes.count)
            position = part.range.upperBound
        }
        bytes += wholeMessage.bytes.array(position..<wholeMessage.bytes.count)
        replaceMessage(SharedBytes(bytes))
        self[PartLoops.self].exchange(exchanges.map(\.number))
    }

    /// A number that makes the boundaries of composed entities; the same one in every run on the same message.
    var boundarySeed: UInt64 {
        UInt64(truncatingIfNeeded: wholeMessage.bytes.count) &* 0x9E37_79B9_7F4A_7C15
            &+ UInt64(truncatingIfNeeded: headerVersion)
    }
}

extension PartExchange {
    /// The fields of the part that stay, and those that are new; the entity brings its own behind them.
    ///
    /// - Parameter isMessage: whether the part is a message, so that it has fields that are not about its content.
    fileprivate func fields(
        of message: Message, _ fields: [HeaderField], _ lineEnds: LineEndStyle, isMessage: Bool
    ) -> [UInt8] {
        var kept: [UInt8] = []
        var hasVersion = false
        for field in fields {
            let name = message.name(field).lowercasedASCII.text
            let isContent = name.hasPrefix("content-")
            let isReplaced = name == "subject" && subject != nil || name == "from" && from != nil
            guard keeps(name, isContent: isContent, isMessage: isMessage) else { continue }
            hasVersion = hasVersion || name == "mime-version"
            if isReplaced { kept += Array("Original-".utf8) }
            kept += message.bytes.array(field.name.lowerBound..<field.end)
            if kept.last != 0x0A { kept += lineEnds.bytes }
        }
        var added: [UInt8] = []
        if let subject {
            let text = [UInt8](subject.utf8.map { $0 == 0 ? 0x20 : $0 }).text
            added += (try? HeaderEditing.field(name: "Subject", value: text)) ?? []
        }
        if let from { added += (try? FieldComposition.addresses(name: "From", from)) ?? [] }
        if isMessage, !hasVersion { added += "MIME-Version: 1.0\n".utf8 }
        return kept + lineEnds.applied(to: added.span)
    }

    private func keeps(_ name: String, isContent: Bool, isMessage: Bool) -> Bool {
        guard isContent else { return isMessage }
        switch name {
        case "content-type", "content-transfer-encoding", "content-md5", "content-length": return false
        default: return keepsContentFields
        }
    }
}

extension SharedBytes {
    fileprivate func prefix(_ count: Int) -> SharedBytes { SharedBytes(array(0..<count)) }
}
