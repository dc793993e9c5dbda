/// A capability, and what requiring it adds to the language (RFC 5228 §6).
///
/// An extension lives in one folder, and nothing outside of it knows about it but ``all``.
struct SieveExtension: Sendable {
    /// The string that `require` takes.
    let capability: String
    /// Whether scripts have it only where the site names it.
    let isOptional: Bool
    /// The capabilities with which it cannot stand in one script.
    let conflicts: [String]
    /// The capabilities that a script has to require besides.
    let needs: [String]
    let extend: @Sendable (inout Language) -> Void

    init(
        _ capability: String, isOptional: Bool = false, conflicts: [String] = [],
        needs: [String] = [], extend: @escaping @Sendable (inout Language) -> Void
    ) {
        self.capability = capability
        self.isOptional = isOptional
        self.conflicts = conflicts
        self.needs = needs
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
            .mailbox, .reject, .ereject, .vacation, .vacationSeconds, .enotify, .notify, .fcc, .report,
            .octetComparator, .casemapComparator, .numericComparator,
            .index, .date, .editheader, .body, .mime, .foreverypart, .extracttext, .spamtest, .spamtestplus,
            .virustest, .replace, .enclose, .convert, .regex, .unicodeComparator,
            .ihave, .include, .environment, .dovecotEnvironment, .duplicate, .dovecotDuplicate, .extlists,
            .mailboxid, .specialUse, .mboxmetadata, .servermetadata, .imapflags, .debug, .pipe, .filter,
            .execute, .envelopeDSN, .envelopeDeliverBy, .redirectDSN, .redirectDeliverBy,
        ]
    }
}
