/// Where the values come from that a test holds against its keys.
enum ValueSource: Sendable {
    case field(HeaderName)
    case address(HeaderName, any AddressPart.Type)
    case envelope(any EnvelopePart.Type, any AddressPart.Type)
    /// A test hands them over.
    case given
}

extension ValueSource {
    /// Names by which ``init(kind:name:part:_:)`` finds it again.
    var names: (kind: UInt32, name: String, part: String) {
        switch self {
        case .field(let name): (0, name.text, "")
        case .address(let name, let part): (1, name.text, part.tag)
        case .envelope(let name, let part): (2, name.name, part.tag)
        case .given: (3, "", "")
        }
    }

    /// Nil where the language has nothing of these names.
    init?(kind: UInt32, name: [UInt8], part: [UInt8], _ language: Language) {
        switch kind {
        case 0:
            guard let name = HeaderName(name) else { return nil }
            self = .field(name)
        case 1:
            guard let name = HeaderName(name), let part = language.addressPart(Identifier(part, part.indices))
            else { return nil }
            self = .address(name, part)
        case 2:
            guard let part = language.addressPart(Identifier(part, part.indices)),
                let known = language.envelopeParts.first(where: { name.elementsEqual($0.name.utf8) })
            else { return nil }
            self = .envelope(known, part)
        default:
            return nil
        }
    }
}

extension Interpretation {
    /// The values as they are at this moment.
    mutating func values(_ source: ValueSource) throws(RuntimeFailure) -> [MatchValue] {
        switch source {
        case .field(let name):
            return try headerValues(try headerEntry(name))
        case .address(let name, let part):
            return try addressValues(try headerEntry(name), part, TestOptions())
        case .envelope(let name, let part):
            let delimiters = [UInt8](input.subaddressDelimiters.utf8)
            var values: [MatchValue] = []
            for address in name.addresses(input.envelope) {
                try spend(address.text.count)
                if let value = part.value(of: address, delimiters: delimiters) {
                    values.append(MatchValue(value))
                }
            }
            return values
        case .given:
            return []
        }
    }
}
