/// Where the mailboxes of a mail root lie, and how their names are spelt on disk.
package struct MailboxLayout: Sendable, Equatable {
    package enum Kind: Sendable {
        /// `a/b` is the directory `.a.b` of the root, whatever its depth.
        case maildirPlusPlus
        /// `a/b` is the directory `b` in the directory `a` of the root.
        case fs
    }

    package enum NameEncoding: Sendable {
        /// Modified UTF-7 (RFC 3501 §5.1.3), as Dovecot and Courier have it unless told otherwise.
        case utf7
        case utf8
    }

    package var kind: Kind
    package var encoding: NameEncoding
    /// Between the levels of a name as users and scripts write it; one ASCII character.
    package var separator: UInt8

    package init(
        kind: Kind = .maildirPlusPlus, encoding: NameEncoding = .utf7, separator: UInt8 = UInt8(ascii: "/")
    ) {
        self.kind = kind
        self.encoding = encoding
        self.separator = separator
    }

    /// Between the levels of a name in a `subscriptions` file of the old version.
    var listSeparator: UInt8 {
        switch kind {
        case .maildirPlusPlus: UInt8(ascii: ".")
        case .fs: UInt8(ascii: "/")
        }
    }
}
