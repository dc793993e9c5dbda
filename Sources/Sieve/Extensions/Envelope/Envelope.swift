// envelope [COMPARATOR] [ADDRESS-PART] [MATCH-TYPE] <envelope-part: string-list> <key-list: string-list>   RFC 5228 §5.4
// [:zone <time-zone: string>], with the capability date                                            RFC 6009 §4

/// Whether part of an address of the SMTP envelope, or what else an extension knows of it, matches a key.
struct EnvelopeTest: TestDefinition, ScriptTest {
    static let name = "envelope"

    // MARK: Validation

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any ScriptTest)? {
        var arguments = Arguments(node)
        var zone: DateZone?
        let takesZone = validator.capabilities.contains(SieveExtension.date.capability)
        let options = MatchOptions(reading: &arguments, &validator, takesAddressPart: true) {
            tag, arguments, validator in
            takesZone
                && DateZone.read(tag, &arguments, &validator, into: &zone, takesOriginal: false)
        }
        guard let strings = arguments.strings("envelope parts", &validator),
            let parts = validator.envelopeParts(strings, options.addressPart),
            let matcher = options.matcher(readingKeysFrom: &arguments, &validator), arguments.end(&validator)
        else { return nil }
        return EnvelopeTest(
            parts: parts, known: validator.language.envelopeParts, addressPart: options.addressPart,
            zone: zone ?? .local, matcher: matcher)
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
    let zone: DateZone
    let matcher: Matcher

    // MARK: Index

    func addKeys(to rule: inout RuleKeys) -> Bool {
        // Only addresses are looked up there.
        let constants = parts.compactMap {
            if case .known(let part) = $0, part.isAddress { part } else { nil }
        }
        return constants.count == parts.count && rule.add(matcher, constants, part: addressPart)
    }

    func isPure(_ recordsCaptures: Bool) -> Bool {
        parts.allSatisfy { if case .known = $0 { true } else { false } } && matcher.isPure(recordsCaptures)
    }

    // MARK: Evaluation

    func evaluate(in run: inout Interpretation) throws(RuntimeFailure) -> Bool {
        var match = try run.begin(matcher)
        let delimiters = [UInt8](run.input.subaddressDelimiters.utf8)
        for part in parts {
            let part = try resolve(part, &run)
            if run.trace != nil { run.recordSource(.envelope, part.name, addressPart) }
            for address in part.addresses(run.input.envelope) {
                try run.spend(address.text.count)
                guard let value = addressPart.value(of: address, delimiters: delimiters) else { continue }
                if try match.accepts(MatchValue(value), in: &run) { return true }
            }
            guard !part.isAddress else { continue }
            for text in part.texts(run.input.envelope, try clock(&run)) {
                try run.spend(text.utf8.count)
                if try match.accepts(MatchValue([UInt8](text.utf8)), in: &run) { return true }
            }
        }
        return try match.end(in: &run)
    }

    private func clock(_ run: inout Interpretation) throws(RuntimeFailure) -> DeliveryClock {
        let now = run.host.currentTime()
        return DeliveryClock(seconds: now, zoneOffset: try zone.offset(at: now, in: &run) ?? 0)
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
    fileprivate mutating func envelopeParts(
        _ strings: [SyntaxString], _ addressPart: any AddressPart.Type
    ) -> [EnvelopeTest.Part]? {
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
            // RFC 6009 §4: what is no address has no parts.
            guard part.isAddress || addressPart == AllAddressPart.self else {
                diagnostics.error(
                    .invalidEnvelopePart, at: string.position,
                    "the envelope part \(part.name) is not an address, of which :\(addressPart.tag) could be")
                continue
            }
            parts.append(.known(part))
        }
        return parts.count == strings.count ? parts : nil
    }
}
