import MailMessage

/// The part of a date that a test looks at (RFC 5260 §4.2).
enum DatePartArgument: Sendable {
    case known(DatePart)
    /// A name with variables, or one that no part has: nothing matches then.
    case named(Text)

    func resolved(in run: inout Interpretation) throws(RuntimeFailure) -> DatePart? {
        switch self {
        case .known(let part): part
        case .named(let text): DatePart(name: try run.expand(text).text)
        }
    }
}

extension Arguments {
    /// The name of a part of a date; nil after an error, which has been reported.
    mutating func datePart(_ validator: inout Validator) -> DatePartArgument? {
        guard let string = string("part of the date", &validator), let text = validator.text(string) else {
            return nil
        }
        guard case .literal(let bytes) = text else { return .named(text) }
        if let part = DatePart(name: bytes.text) { return .known(part) }
        validator.diagnostics.warning(
            .invalidDatePart, at: string.position,
            "a date has no part \"\(bytes.text)\", so that nothing matches",
            hint: "the parts are " + DatePart.allCases.map(\.rawValue).joined(separator: ", "))
        return .named(text)
    }
}
