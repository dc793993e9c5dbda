import MailMessage

/// Header fields that scripts have asked for, each looked up and decoded once in a run, however many rules ask.
struct HeaderCache {
    private struct Entry {
        let name: HeaderName
        let fields: [HeaderField]
        var values: [MatchValue]?
        /// Of each field by itself.
        var addresses: [[AddressValue]]?
        var parts: [(part: ObjectIdentifier, values: [MatchValue])] = []
    }

    private var entries: [Entry] = []
    private var index = NameIndex()

    /// The entry of a name that has been asked for before.
    func entry(_ name: HeaderName) -> Int? { index.number(of: name.text) }

    mutating func add(_ name: HeaderName, _ message: Message) -> Int {
        let fields = message.fields(named: name.text)
        entries.append(Entry(name: name, fields: fields))
        index.add(name.text)
        return entries.count - 1
    }

    func fields(_ entry: Int) -> [HeaderField] { entries[entry].fields }

    /// Octets of the fields' bodies.
    func size(_ entry: Int) -> Int {
        entries[entry].fields.reduce(0) { $0 &+ $1.body.count }
    }

    func values(_ entry: Int) -> [MatchValue]? { entries[entry].values }

    mutating func loadValues(_ entry: Int, _ message: Message) -> [MatchValue] {
        // RFC 5228 §2.4.2.2: unfolded, white space at the ends removed, encoded words decoded.
        let values = entries[entry].fields.map { MatchValue(message.decodedBody($0)) }
        entries[entry].values = values
        return values
    }

    func addressValues(_ entry: Int, _ part: any AddressPart.Type) -> [MatchValue]? {
        let wanted = ObjectIdentifier(part)
        return entries[entry].parts.first { $0.part == wanted }?.values
    }

    mutating func loadAddressValues(
        _ entry: Int, _ part: any AddressPart.Type, delimiters: [UInt8], _ message: Message
    ) -> [MatchValue] {
        let values = addresses(entry, message).flatMap { $0 }.compactMap {
            part.value(of: $0, delimiters: delimiters).map(MatchValue.init)
        }
        entries[entry].parts.append((ObjectIdentifier(part), values))
        return values
    }

    /// The addresses of each field.
    mutating func addresses(_ entry: Int, _ message: Message) -> [[AddressValue]] {
        if let addresses = entries[entry].addresses { return addresses }
        let addresses = parseAddresses(entries[entry], message)
        entries[entry].addresses = addresses
        return addresses
    }

    /// What is no address has been left out by the message's own parser.
    private func parseAddresses(_ entry: Entry, _ message: Message) -> [[AddressValue]] {
        guard entry.name.holdsAddresses else { return [] }
        return entry.fields.map { message.addresses($0).addresses.map(AddressValue.init) }
    }
}

extension AddressValue {
    init(_ address: MailAddress) {
        self.init(
            text: [UInt8](address.text.utf8), localPart: [UInt8](address.localPart.utf8),
            domain: [UInt8](address.domain.utf8))
    }

    /// An address of the envelope. What is no address by the rules is cut at its last `@`: what the MTA let
    /// through must be there to match.
    init(path: String) {
        if let address = MailAddress(path: path) {
            self.init(address)
            return
        }
        let bytes = [UInt8](path.utf8)
        guard !bytes.isEmpty, path != "<>" else {
            self = .null
            return
        }
        let at = bytes.lastIndex(of: 0x40)
        self.init(
            text: bytes, localPart: [UInt8](bytes[..<(at ?? bytes.count)]),
            domain: at.map { [UInt8](bytes[($0 + 1)...]) } ?? [])
    }
}
