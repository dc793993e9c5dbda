package import MailMessage

/// Which header fields a scanner of our own hosts wrote before the message came here, and which somebody else
/// did.
///
/// Whoever takes a message adds fields at its top (RFC 5321 §4.4), so that its history is read from there:
/// the first `Received` field is that of the host which brings the message here, and what it says is true.
/// Where it says that the message came from one of our hosts, or from the host itself, the next one is true,
/// too, and so on. The last of these stands at the *border*: what is below it came from outside, or may have.
/// What a field says of its author, such as `on HOST` in `X-Spam-Checker-Version`, proves nothing: the name
/// of a host is no secret.
///
/// The border host's scanner has one of three places for its fields, and the site says which:
///
/// - ``Placement/above`` that host's `Received` field. So do amavis and other filters that take mail by SMTP
///   and give it back, spamc in a pipe, milters that insert at index 0, and Exim's `add_header = :at_start:`.
///   Nobody else can write there, so that all these fields count.
/// - ``Placement/below`` it, directly: milters that insert at index 1 (rspamd with `default_headers_order =
///   1`), and Exim's `:after_received:`. There a stranger's fields follow, so that of each name the first one
///   counts.
/// - ``Placement/end``: milters that append, as rspamd does unless it is told otherwise, and Exim's
///   `add_header`. There a stranger's fields precede, so that of each name the last one counts.
///
/// In the latter two places a scanner must write each of its fields into every message: where it leaves one
/// out, a stranger's counts. That is why ``Placement/above`` is the default, and the one to be preferred.
///
/// Invariant: a field is trusted, or forged, or has none of the names.
package struct UpstreamFields: Sendable {
    package enum Placement: String, CaseIterable, Sendable {
        case above, below, end
    }

    private let hosts: Set<String>
    private let names: [Pattern]
    private let placement: Placement

    /// - Parameters:
    ///   - hosts: what our own hosts call themselves in `Received` fields, and the addresses from which they
    ///     hand mail to each other, written as they write them. A host's own loopback addresses need not be
    ///     among them.
    ///   - names: of the fields, with `*` at the end for all that begin so.
    ///   - placement: of the scanner's fields.
    package init(hosts: [String], names: [String], placement: Placement = .above) {
        self.hosts = Set(hosts.map { ReceivedField.host($0.utf8) })
        self.names = names.map(Pattern.init)
        self.placement = placement
    }

    /// The fields of these names, by who wrote them.
    package func judge(_ message: Message) -> (trusted: [HeaderField], forged: [HeaderField]) {
        let fields = message.header.fields
        let found = fields.indices.filter { index in
            let name = message.name(fields[index])
            return names.contains { $0.matches(name) }
        }
        guard !found.isEmpty else { return ([], []) }
        guard let border = border(of: message) else { return ([], found.map { fields[$0] }) }
        var trusted = Set(found.filter { $0 < border })
        trusted.formUnion(decisive(found, below: border, message))
        return (
            found.filter { trusted.contains($0) }.map { fields[$0] },
            found.filter { !trusted.contains($0) }.map { fields[$0] }
        )
    }

    /// Those below the border that the border host's scanner wrote: one of each name, unless there is one
    /// above.
    private func decisive(_ found: [Int], below border: Int, _ message: Message) -> [Int] {
        guard placement != .above else { return [] }
        func name(_ index: Int) -> [UInt8] {
            message.name(message.header.fields[index]).map(Pattern.lowercased)
        }
        var seen = Set(found.filter { $0 < border }.map(name))
        let candidates = found.filter { $0 > border }
        return (placement == .below ? candidates : candidates.reversed()).filter {
            seen.insert(name($0)).inserted
        }
    }

    /// The place of the last `Received` field that one of our hosts wrote; nil if none did for certain.
    private func border(of message: Message) -> Int? {
        let fields = message.header.fields
        var border: Int?
        var isFromSameHost = false
        for index in fields.indices where Self.isReceived(message.name(fields[index])) {
            let body = message.rawBody(fields[index])
            guard let received = ReceivedField(body) else {
                // qmail-queue's, which says nothing of where the message came from.
                if ReceivedField.isComment(body) { continue }
                break
            }
            guard hosts.contains(received.by) || (isFromSameHost && received.by == "localhost") else { break }
            border = index
            isFromSameHost = !received.hasClient || received.from.map(Self.isLoopback) == true
            guard isFromSameHost || received.from.map(hosts.contains) == true else { break }
        }
        return border
    }

    private static func isReceived(_ name: [UInt8]) -> Bool {
        name.count == 8 && name.lazy.map(Pattern.lowercased).elementsEqual("received".utf8)
    }

    /// RFC 1122 §3.2.1.3, RFC 4291 §2.5.3.
    private static func isLoopback(_ address: String) -> Bool {
        address == "::1"
            || (address.hasPrefix("127.")
                && address.utf8.allSatisfy { $0 &- 0x30 < 10 || $0 == UInt8(ascii: ".") })
    }

    /// A name of fields, or the beginning of names.
    private struct Pattern: Sendable {
        private let octets: [UInt8]
        private let isPrefix: Bool

        init(_ text: String) {
            isPrefix = text.utf8.last == UInt8(ascii: "*")
            octets = text.utf8.dropLast(isPrefix ? 1 : 0).map(Self.lowercased)
        }

        func matches(_ name: [UInt8]) -> Bool {
            guard isPrefix ? name.count >= octets.count : name.count == octets.count else { return false }
            return name.lazy.map(Self.lowercased).starts(with: octets)
        }

        static func lowercased(_ octet: UInt8) -> UInt8 { octet &- 0x41 < 26 ? octet | 0x20 : octet }
    }
}
