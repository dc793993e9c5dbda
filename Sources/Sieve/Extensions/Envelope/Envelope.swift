// envelope [COMPARATOR] [ADDRESS-PART] [MATCH-TYPE] <envelope-part: string-list> <key-list: string-list>   RFC 5228 §5.4

/// Whether part of an address of the SMTP envelope matches a key.
struct EnvelopeTest: TestDefinition, ScriptTest {
    static let name = "envelope"

    // MARK: Validation

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any ScriptTest)? {
        var arguments = Arguments(node)
        let options = MatchOptions(reading: &arguments, &validator, takesAddressPart: true)
        guard let strings = arguments.strings("envelope parts", &validator),
            let parts = validator.envelopeParts(strings),
            let matcher = options.matcher(readingKeysFrom: &arguments, &validator), arguments.end(&validator)
        else { return nil }
        return EnvelopeTest(
            parts: parts, known: validator.language.envelopeParts, addressPart: options.addressPart,
            matcher: matcher)
    }

    // MARK: Program

    enum Part: Sendable {
        case known(any EnvelopePart.Type)
        case named(Text)
    }

    let parts: [Part]
    /// The parts that the script may name at run time.
    let known: [any EnvelopePart.Type]
    let addressPart: any AddressPart.Type
    let matcher: Matcher

    // MARK: Evaluation

    func evaluate(in run: inout Interpretation) throws(RuntimeFailure) -> Bool {
        var match = try run.begin(matcher)
        let delimiters = [UInt8](run.input.subaddressDelimiters.utf8)
        for part in parts {
            for address in try resolve(part, &run).addresses(run.input.envelope) {
                try run.spend(address.text.count)
                guard let value = addressPart.value(of: address, delimiters: delimiters) else { continue }
                if try match.accepts(MatchValue(value), in: &run) { return true }
            }
        }
        return try match.end(in: &run)
    }

    private func resolve(
        _ part: Part, _ run: inout Interpretation
    ) throws(RuntimeFailure) -> any EnvelopePart.Type {
        switch part {
        case .known(let part):
            return part
        case .named(let text):
            let name = try run.expand(text)
            guard let part = known.named(name) else {
                throw run.failure("unknown envelope part \"\(name.truncated(to: 100).text)\"")
            }
            return part
        }
    }
}

extension [any EnvelopePart.Type] {
    /// Names of parts are the same in any case.
    fileprivate func named(_ name: [UInt8]) -> (any EnvelopePart.Type)? {
        let wanted = name.lowercasedASCII
        return first { wanted.elementsEqual($0.name.utf8) }
    }
}

extension Validator {
    fileprivate mutating func envelopeParts(_ strings: [SyntaxString]) -> [EnvelopeTest.Part]? {
        var parts: [EnvelopeTest.Part] = []
        for string in strings {
            guard let text = text(string) else { continue }
            guard case .literal(let bytes) = text else {
                parts.append(.named(text))
                continue
            }
            guard let part = language.envelopeParts.named(bytes) else {
                diagnostics.error(
                    .invalidEnvelopePart, at: string.position, "unknown envelope part \"\(bytes.text)\"",
                    hint: "the parts are " + language.envelopeParts.map { $0.name }.joined(separator: ", "))
                continue
            }
            parts.append(.known(part))
        }
        return parts.count == strings.count ? parts : nil
    }
}
