/// A capability, and what requiring it adds to the language (RFC 5228 §6).
///
/// An extension lives in one folder, and nothing outside of it knows about it but ``all``.
struct SieveExtension: Sendable {
    /// The string that `require` takes.
    let capability: String
    let extend: @Sendable (inout Language) -> Void

    init(_ capability: String, extend: @escaping @Sendable (inout Language) -> Void) {
        self.capability = capability
        self.extend = extend
    }

    /// Whether it has no meaning of its own: the comparators that RFC 5228 §2.7.3 has without `require`.
    var isAlwaysEnabled: Bool {
        capability == "comparator-i;octet" || capability == "comparator-i;ascii-casemap"
    }

    /// The extensions that this engine has.
    static var all: [SieveExtension] {
        [
            .fileinto, .envelope, .encodedCharacter, .copy, .variables, .relational, .subaddress, .imap4flags,
            .mailbox, .octetComparator, .casemapComparator, .numericComparator,
        ]
    }
}
