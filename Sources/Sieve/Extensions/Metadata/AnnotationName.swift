/// The name of an annotation: `/private/` or `/shared/` and components, in any case (RFC 5464 §3).
private func isAnnotationName(_ bytes: [UInt8]) -> Bool {
    let components = bytes.lowercasedASCII.split(separator: 0x2F, omittingEmptySubsequences: false)
    guard components.count > 2, components[0].isEmpty,
        components[1].elementsEqual("private".utf8) || components[1].elementsEqual("shared".utf8)
    else { return false }
    return components.dropFirst().allSatisfy { component in
        !component.isEmpty
            && component.allSatisfy { $0 >= 0x20 && $0 < 0x7F && $0 != 0x2A && $0 != 0x25 }
    }
}

extension Arguments {
    /// The name of an annotation; nil after an error, which has been reported.
    mutating func annotation(_ validator: inout Validator) -> Text? {
        guard let string = string("annotation", &validator) else { return nil }
        return validator.annotation(string)
    }

    /// Names of annotations; nil after an error, which has been reported.
    mutating func annotations(_ validator: inout Validator) -> [Text]? {
        guard let strings = strings("annotations", &validator) else { return nil }
        let names = strings.compactMap { validator.annotation($0) }
        return names.count == strings.count ? names : nil
    }
}

extension Validator {
    /// There is no annotation of a wrong name, which makes a test false and is no error.
    fileprivate mutating func annotation(_ string: SyntaxString) -> Text? {
        guard let text = text(string) else { return nil }
        if case .literal(let bytes) = text, !isAnnotationName(bytes) {
            diagnostics.warning(
                .invalidAnnotation, at: string.position, "no annotation can be named \"\(bytes.text)\"",
                hint: "the names begin with /private/ or /shared/")
        }
        return text
    }
}

extension Interpretation {
    /// The annotation of a mailbox, or of the server; nil if there is none.
    mutating func metadata(_ mailbox: String?, _ annotation: Text) throws(RuntimeFailure) -> [UInt8]? {
        let name = try expand(annotation)
        guard isAnnotationName(name) else { return nil }
        let value = host.metadata(mailbox: mailbox, entry: name.text)
        try spend(metadataSteps &+ (value?.count ?? 0))
        return value
    }

    /// What asking the host once counts for.
    private var metadataSteps: Int { 1000 }
}
