/// Which header fields a test may name.
enum HeaderKind {
    case any
    /// Only those that hold addresses (RFC 5228 §5.1).
    case addresses
}

extension Arguments {
    /// Names of header fields; nil after an error.
    mutating func headerNames(_ kind: HeaderKind, _ validator: inout Validator) -> [HeaderReference]? {
        guard let strings = strings("header names", &validator) else { return nil }
        var names: [HeaderReference] = []
        names.reserveCapacity(strings.count)
        var isValid = true
        for string in strings {
            guard let text = validator.text(string) else {
                isValid = false
                continue
            }
            guard case .literal(let bytes) = text else {
                names.append(.template(text))
                continue
            }
            guard let name = HeaderName(bytes) else {
                // RFC 5228 §2.4.2.2: no field has such a name, which is no error.
                validator.diagnostics.warning(
                    .invalidHeaderName, at: string.position, "no header field can be named \"\(bytes.text)\"",
                    hint: bytes.last == 0x3A ? "leave out the colon" : nil)
                names.append(.template(text))
                continue
            }
            if kind == .addresses, !name.holdsAddresses {
                validator.diagnostics.error(
                    .notAnAddressHeader, at: string.position,
                    "the field \(bytes.text) does not hold addresses",
                    hint: "use the header test")
                isValid = false
            }
            names.append(.slot(validator.headerNames.slot(of: name)))
        }
        return isValid ? names : nil
    }
}
