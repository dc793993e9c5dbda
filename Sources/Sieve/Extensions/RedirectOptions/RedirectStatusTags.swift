// redirect [:notify <value: string>] [:ret "FULL" / "HDRS"] …                                   RFC 6009 §5

/// `NEVER`, or some of `SUCCESS`, `FAILURE` and `DELAY` with commas between them.
struct RedirectNotifyTag: ActionTag {
    static let tag = "notify"
    static var commands: [String] { [RedirectCommand.name] }

    static func compile(_ arguments: inout Arguments, _ validator: inout Validator) -> (any ActionTag)? {
        arguments.deliveryRequest("conditions", &validator, parse: value).map { RedirectNotifyTag(text: $0) }
    }

    let text: Text

    func apply(to options: inout ActionOptions, in run: inout Interpretation) throws(RuntimeFailure) {
        options.redirect.notify = try run.deliveryRequest(text, parse: Self.value)
    }

    /// The value as SMTP has it; nil for what RFC 3461 §4.1 does not know.
    private static func value(_ bytes: [UInt8]) -> String? {
        let words = bytes.map(\.uppercasedASCII).text.split(separator: ",", omittingEmptySubsequences: false)
            .map { $0.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed() }.map { String($0) }
        guard words != ["NEVER"] else { return "NEVER" }
        let known = words.allSatisfy { ["SUCCESS", "FAILURE", "DELAY"].contains($0) }
        return known ? words.joined(separator: ",") : nil
    }
}

/// How much of the message comes back with what is told.
struct RedirectRetTag: ActionTag {
    static let tag = "ret"
    static var commands: [String] { [RedirectCommand.name] }

    static func compile(_ arguments: inout Arguments, _ validator: inout Validator) -> (any ActionTag)? {
        arguments.deliveryRequest("FULL or HDRS", &validator, parse: value).map { RedirectRetTag(text: $0) }
    }

    let text: Text

    func apply(to options: inout ActionOptions, in run: inout Interpretation) throws(RuntimeFailure) {
        options.redirect.returns = try run.deliveryRequest(text, parse: Self.value)
    }

    private static func value(_ bytes: [UInt8]) -> String? {
        let word = bytes.map(\.uppercasedASCII).text
        return word == "FULL" || word == "HDRS" ? word : nil
    }
}

extension Arguments {
    /// A string that `parse` accepts; nil after an error, which has been reported.
    mutating func deliveryRequest<Value>(
        _ what: String, _ validator: inout Validator, parse: ([UInt8]) -> Value?
    ) -> Text? {
        guard let string = string(what, &validator), let text = validator.text(string) else { return nil }
        guard case .literal(let bytes) = text, parse(bytes) == nil else { return text }
        validator.diagnostics.error(
            .invalidDeliveryRequest, at: string.position,
            "\"\(bytes.text)\" is not what is asked for: \(what)")
        return nil
    }
}

extension Interpretation {
    /// What `parse` makes of the string as it is at this moment.
    mutating func deliveryRequest<Value>(
        _ text: Text, parse: ([UInt8]) -> Value?
    ) throws(RuntimeFailure) -> Value {
        let bytes = try expand(text)
        guard let value = parse(bytes) else {
            throw failure("redirect: \"\(bytes.truncated(to: 100).text)\" asks for nothing that there is")
        }
        return value
    }
}
