import MailMessage

/// From what, to what, and how (RFC 6558 §2).
struct Conversion: Sendable {
    let source: Text
    let target: Text
    /// Each `name=value`.
    let parameters: [Text]

    /// Nil after an error, which has been reported.
    init?(_ node: SyntaxNode, _ validator: inout Validator) {
        var arguments = Arguments(node)
        arguments.noTags(&validator)
        guard let source = arguments.mediaType("media type from which", &validator),
            let target = arguments.mediaType("media type to which", &validator),
            let parameters = arguments.parameters(&validator), arguments.end(&validator)
        else { return nil }
        self.source = source
        self.target = target
        self.parameters = parameters
    }
}

extension Arguments {
    fileprivate mutating func mediaType(_ what: String, _ validator: inout Validator) -> Text? {
        guard let string = string(what, &validator), let text = validator.text(string) else { return nil }
        guard case .literal(let bytes) = text else { return text }
        guard case .exact = ContentTypePattern(bytes) else {
            validator.diagnostics.error(
                .invalidConversion, at: string.position, "\"\(bytes.text)\" is no media type",
                hint: "write it as text/html")
            return nil
        }
        return text
    }

    fileprivate mutating func parameters(_ validator: inout Validator) -> [Text]? {
        guard let strings = strings("parameters", &validator), let texts = validator.texts(strings) else {
            return nil
        }
        for (text, string) in zip(texts, strings) {
            guard case .literal(let bytes) = text, !bytes.isEmpty, bytes.firstIndex(of: 0x3D) ?? 0 == 0 else {
                continue
            }
            validator.diagnostics.error(
                .invalidConversion, at: string.position, "\"\(bytes.text)\" is not of the form name=value")
            return nil
        }
        return texts
    }
}

/// A conversion whose strings are known.
private struct KnownConversion {
    /// In lower case.
    let source: String
    let target: String
    let parameters: [String]

    /// What the engine can do itself: HTML to plain text, and text of any character set to UTF-8.
    func builtIn(_ part: MIMEPart, of message: Message, limit: Int) -> ComposedEntity? {
        let charset = parameters.last { $0.hasPrefix("charset=") }?.dropFirst(8) ?? "utf-8"
        guard charset == "utf-8" || charset == "utf8", part.isReadable else { return nil }
        if source == "text/html" || source == "application/xhtml+xml", target == "text/plain" {
            return .text(message.readableText(of: part, limit: limit))
        }
        guard source == target, part.mediaType == "text" else { return nil }
        return .text(message.text(of: part, limit: limit), subtype: part.mediaSubtype)
    }
}

extension Interpretation {
    /// Whether a body was converted.
    mutating func convert(_ conversion: Conversion) throws(RuntimeFailure) -> Bool {
        let known = KnownConversion(
            source: try expand(conversion.source).lowercasedASCII.text,
            target: try expand(conversion.target).lowercasedASCII.text,
            parameters: try expand(conversion.parameters).map(\.lowercasedASCII.text))
        let entries = try parts().entries
        let isInLoop = !self[PartLoops.self].places.isEmpty
        let current = try currentPart()
        var exchanges: [PartExchange] = []
        for number in isInLoop ? current..<min(current + 1, entries.count) : 0..<entries.count {
            let part = entries[number].part
            guard part.children.isEmpty, "\(part.mediaType)/\(part.mediaSubtype)" == known.source,
                let entity = try converted(part, known)
            else { continue }
            exchanges.append(PartExchange(number: number, entity: entity, keepsContentFields: true))
        }
        guard !exchanges.isEmpty else { return false }
        try exchange(exchanges)
        return true
    }

    private mutating func converted(
        _ part: MIMEPart, _ conversion: KnownConversion
    ) throws(RuntimeFailure) -> ComposedEntity? {
        guard part.body.count <= limits.rewrittenBytes else { return nil }
        try spend(part.body.count)
        let limit = limits.rewrittenBytes
        if let entity = conversion.builtIn(part, of: wholeMessage, limit: limit) { return entity }
        let content = wholeMessage.content(of: part, limit: limit)
        guard
            let result = host.convert(
                content, from: conversion.source, to: conversion.target, parameters: conversion.parameters),
            result.count <= limit
        else {
            record(.note("\(conversion.source) was not converted to \(conversion.target)"))
            return nil
        }
        try spend(result.count)
        // What a host makes may be anything; Base64 carries it.
        let fields = "Content-Type: \(conversion.target)\nContent-Transfer-Encoding: base64\n\n"
        return .parsing([UInt8](fields.utf8) + Base64.encode(result.span))
    }
}
