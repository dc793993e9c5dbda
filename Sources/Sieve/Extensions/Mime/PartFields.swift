import MailMessage

/// A field in the header of a part, and the message whose octets it is made of.
struct PartField {
    let message: Message
    let field: HeaderField
}

extension Interpretation {
    /// Those of the fields of this name that count, in the parts that are looked at.
    mutating func partFields(
        _ reference: HeaderReference, _ options: TestOptions
    ) throws(RuntimeFailure) -> [PartField] {
        guard let name = try headerName(reference) else { return [] }
        let entries = try parts().entries
        let current = try currentPart()
        guard current < entries.count else { return [] }
        let end = options.includesChildren ? entries[current].descendants.upperBound : current + 1
        var fields: [PartField] = []
        for number in current..<min(end, entries.count) {
            let part = entries[number].part
            try spend(part.header.fields.count &+ 1)
            // The header of the message itself may have been edited (RFC 5293).
            let source = number == 0 ? message : wholeMessage
            let found =
                number == 0 ? source.fields(named: name.text) : source.fields(named: name.text, of: part)
            for field in found {
                try spend(field.body.count)
                fields.append(PartField(message: source, field: field))
            }
        }
        return [PartField](options.select(fields))
    }

    /// What counts of these fields.
    mutating func partValues(
        _ reference: HeaderReference, _ options: TestOptions
    ) throws(RuntimeFailure) -> [MatchValue] {
        let fields = try partFields(reference, options)
        var names: [String] = []
        if case .parameters(let texts)? = options.fieldPart {
            names = try expand(texts).map { $0.lowercasedASCII.text }
        }
        return fields.flatMap { $0.values(options.fieldPart, names) }
    }

    /// The parts of the addresses in these fields.
    mutating func partAddressValues(
        _ reference: HeaderReference, _ part: any AddressPart.Type, _ options: TestOptions
    ) throws(RuntimeFailure) -> [MatchValue] {
        guard let name = try headerName(reference), name.holdsAddresses else { return [] }
        let delimiters = [UInt8](input.subaddressDelimiters.utf8)
        return try partFields(reference, options).flatMap { field in
            field.message.addresses(field.field).addresses.compactMap { address in
                part.value(of: AddressValue(address), delimiters: delimiters).map(MatchValue.init)
            }
        }
    }
}

extension PartField {
    /// - Parameter parameters: the names of those that are asked for, in lower case.
    fileprivate func values(_ part: FieldPart?, _ parameters: [String]) -> [MatchValue] {
        guard let part else { return [MatchValue(message.decodedBody(field))] }
        let value = message.mimeValue(field)
        switch part {
        case .type: return [MatchValue([UInt8](value.type.utf8))]
        case .subtype: return [MatchValue([UInt8]((value.subtype ?? "").utf8))]
        case .contentType: return [MatchValue([UInt8](value.fullType.utf8))]
        case .parameters: return parameters.compactMap { value.parameters.bytes($0).map(MatchValue.init) }
        }
    }
}
