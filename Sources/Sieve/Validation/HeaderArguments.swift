/// Which header fields a test may name.
enum HeaderKind {
    case any
    /// Only those that hold addresses (RFC 5228 §5.1).
    case addresses
}

extension Arguments {
    /// Names of header fields; nil after an error.
    mutating func headerNames(_ kind: HeaderKind, _ validator: inout Validator) -> [HeaderReference]? {
        guard let strings = stringSlice(kind == .addresses ? "header list" : "header names", &validator)
        else {
            return nil
        }
        var names: [HeaderReference] = []
        names.reserveCapacity(strings.count)
        var isValid = true
        for string in strings {
            guard let name = headerName(string, kind, &validator) else {
                isValid = false
                continue
            }
            names.append(name)
        }
        return isValid ? names : nil
    }

    /// The name of one header field; nil after an error.
    mutating func headerName(_ kind: HeaderKind, _ validator: inout Validator) -> HeaderReference? {
        guard let string = string("header name", &validator) else { return nil }
        return headerName(string, kind, &validator)
    }

    private func headerName(
        _ string: SyntaxString, _ kind: HeaderKind, _ validator: inout Validator
    ) -> HeaderReference? {
        // Most names have been written before, and are not made again.
        let written =
            string.range.count <= Identifier.limit ? Identifier(validator.source, string.range) : nil
        if let written, let slot = validator.headerNames.slot(written: written, kind) { return .slot(slot) }
        guard let text = validator.text(string) else { return nil }
        guard case .literal(let bytes) = text else { return .template(text) }
        guard let name = HeaderName(bytes) else {
            // RFC 5228 §2.4.2.2: no field has such a name, which is no error.
            validator.diagnostics.warning(
                .invalidHeaderName, at: string.position, "no header field can be named \"\(bytes.text)\"",
                hint: bytes.last == 0x3A ? "leave out the colon" : nil)
            return .template(text)
        }
        if kind == .addresses, !name.holdsAddresses {
            validator.diagnostics.error(
                .notAnAddressHeader, at: string.position,
                "header '\(bytes.text)' is not allowed for \(subject(validator)): it does not hold addresses",
                hint: "use the header test")
            return nil
        }
        let slot = validator.headerNames.slot(of: name)
        if let written, written == Identifier(bytes, bytes.indices), !bytes.contains(0x24) {
            validator.headerNames.remember(written, slot: slot)
        }
        return .slot(slot)
    }
}
