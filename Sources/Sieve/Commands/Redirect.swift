import MailMessage

// redirect [:copy] <address: string>                                             RFC 5228 §4.2, RFC 3894

/// Sends the message to another address.
struct RedirectCommand: CommandDefinition, Statement {
    static let name = "redirect"

    // MARK: Validation

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any Statement)? {
        var arguments = Arguments(node)
        let tags = arguments.actionTags(of: name, &validator)
        guard validator.checkDeliverBy(tags, of: node) else { return nil }
        guard let string = arguments.string("address", &validator), let text = validator.text(string),
            arguments.end(&validator)
        else { return nil }
        guard case .literal(let bytes) = text else { return RedirectCommand(address: text, tags: tags) }
        guard let address = address(bytes) else {
            validator.diagnostics.error(
                .invalidAddress, at: string.position, "\"\(bytes.text)\" is not an address",
                hint: "an address is user@example.org, or Name <user@example.org>")
            return nil
        }
        return RedirectCommand(address: .literal([UInt8](address.utf8)), tags: tags)
    }

    /// `addr-spec / phrase "<" addr-spec ">"` as `local@domain` (RFC 5228 §2.4.2.3).
    static func address(_ bytes: [UInt8]) -> String? {
        // The parser takes folded fields; here a line end has no place.
        // RFC 5228 §2.4.2.3 has the addresses of RFC 2822, which are ASCII; the phrase before one may be
        // UTF-8.
        guard bytes.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else { return nil }
        let list = AddressList(bytes, limit: 2)
        guard list.addresses.count == 1, list.invalid.isEmpty, list.exceeded == nil,
            // A group has no place here, and neither has a second element that happens to be empty.
            !bytes.contains(0x3B), !list.addresses[0].domain.isEmpty, list.addresses[0].isASCII
        else { return nil }
        return list.addresses[0].text
    }

    // MARK: Program

    /// A literal has been checked and is `local@domain`.
    let address: Text
    let tags: [any ActionTag]

    // MARK: Execution

    func execute(in run: inout Interpretation) throws(RuntimeFailure) -> Flow {
        let options = try run.options(tags)
        let address: String
        if case .literal(let bytes) = self.address {
            address = bytes.text
        } else {
            let bytes = try run.expand(self.address)
            guard let parsed = Self.address(bytes) else {
                throw run.failure("redirect: \"\(bytes.truncated(to: 200).text)\" is not an address")
            }
            address = parsed
        }
        var redirect = options.redirect
        redirect.address = address
        redirect.deliverBy = try run.deliverBy(options.deliverBy)
        try run.add(.redirect(redirect), options)
        return .next
    }
}

extension MailAddress {
    fileprivate var isASCII: Bool {
        localPart.utf8.allSatisfy { $0 < 0x80 } && domain.utf8.allSatisfy { $0 < 0x80 }
    }
}
