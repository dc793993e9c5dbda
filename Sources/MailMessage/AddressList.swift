/// The addresses of a field (RFC 5322 §3.4), groups dissolved.
///
/// Whatever is no address is passed over up to the next comma and recorded in ``invalid``. A semicolon
/// outside of a group separates like a comma.
package struct AddressList: Sendable {
    /// The valid addresses, in order.
    package let addresses: [MailAddress]
    /// The elements that are no addresses, in order, as they stand but unfolded and without white space at their ends.
    package let invalid: [String]
    /// ``MessageLimit/addresses`` if there were more elements than were read.
    package let exceeded: MessageLimit?

    /// Reads the addresses in `range`, valid or not, up to `limit` of them.
    package init(parsing bytes: Span<UInt8>, in range: Range<Int>, limit: Int) {
        var parser = AddressParser(bytes, in: range)
        var addresses: [MailAddress] = []
        var invalid: [String] = []
        var exceeded: MessageLimit?
        reading: while true {
            let element = parser.next()
            if case .end = element { break }
            guard addresses.count + invalid.count < limit else {
                exceeded = .addresses
                break
            }
            switch element {
            case .address(let address): addresses.append(address)
            case .invalid(let range):
                let text = bytes.unfolded(bytes.trimmed(range))
                invalid.append(String(decoding: text, as: UTF8.self))
            case .end: break reading
            }
        }
        self.addresses = addresses
        self.invalid = invalid
        self.exceeded = exceeded
    }

    /// Reads all of `text`, such as `Joe <joe@example.org>, staff: a@example.org;`.
    package init(_ text: [UInt8], limit: Int = MessageLimits().addresses) {
        self.init(parsing: text.span, in: 0..<text.count, limit: limit)
    }
}
