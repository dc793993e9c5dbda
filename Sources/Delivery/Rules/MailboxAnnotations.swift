import Maildir
import Platform
import Settings

/// What is known of mailboxes beside their mail, as Dovecot keeps it: annotations (RFC 5464), special uses
/// (RFC 6154) and identifiers (RFC 8474).
///
/// Nothing is written. Nothing is opened before a script asks, and then once; what cannot be read is not known.
final class MailboxAnnotations {
    private let configuration: Configuration
    private let destination: Destination
    private let layout: MailboxLayout

    private lazy var attributes = AttributeFile(path: attributePath)
    private lazy var mailboxes = self.mailboxesByIdentifier()

    /// Mailboxes that are looked through for an identifier.
    private static let limit = 10_000
    /// Before the entries of the server, which Dovecot keeps with those of INBOX.
    private static let serverPrefix = "vendor/vendor.dovecot/pvt/server/"
    private static let hiddenPrefix = "vendor/vendor.dovecot/pvt/"

    init(configuration: Configuration, destination: Destination) {
        self.configuration = configuration
        self.destination = destination
        layout = MailboxLayout(configuration.mail)
    }

    // MARK: Annotations

    /// The annotation of a mailbox, or of the server if it is nil; `/private/comment`, in any case.
    func value(of entry: String, mailbox: String?) -> [UInt8]? {
        let components = entry.utf8.split(
            separator: UInt8(ascii: "/"), maxSplits: 2, omittingEmptySubsequences: false)
        guard components.count == 3, components[0].isEmpty, let scope = Self.scope(components[1]) else {
            return nil
        }
        let rest = String(decoding: components[2].map(Self.lowercased), as: UTF8.self)
        if scope == "priv", rest == "specialuse", let mailbox, let uses = specialUses(of: mailbox) {
            return uses
        }
        guard let name = name(mailbox ?? "INBOX"), let root = openRoot(),
            let identifier = root.identifier(of: name)
        else { return nil }
        if mailbox != nil, rest.utf8.starts(with: Self.hiddenPrefix.utf8) { return nil }
        return attributes.value(
            of: "\(scope)/\(identifier)/\(mailbox == nil ? Self.serverPrefix : "")\(rest)")
    }

    private var attributePath: String {
        configuration.mail.annotations.flatMap {
            try? $0.expanded(user: destination.userName, home: destination.home)
        } ?? destination.mailRoot + "/dovecot-attributes"
    }

    private static func scope(_ component: Substring.UTF8View) -> String? {
        let name = component.map(lowercased)
        if name.elementsEqual("private".utf8) { return "priv" }
        return name.elementsEqual("shared".utf8) ? "shared" : nil
    }

    /// RFC 6154 §4: the uses with blanks between them.
    private func specialUses(of mailbox: String) -> [UInt8]? {
        let uses = configuration.mail.specialUse.map(\.use).filter {
            self.mailbox(mailbox, hasSpecialUse: $0)
        }
        return uses.isEmpty ? nil : Array(uses.joined(separator: " ").utf8)
    }

    // MARK: Special uses

    func mailbox(withSpecialUse use: String) -> String? {
        configuration.mail.specialUse.first { Self.isSame($0.use, use) && exists($0.mailbox) }?.mailbox
    }

    func mailbox(_ name: String, hasSpecialUse use: String) -> Bool {
        guard let wanted = self.name(name) else { return false }
        return configuration.mail.specialUse.contains {
            Self.isSame($0.use, use) && self.name($0.mailbox) == wanted
        } && exists(name)
    }

    private func exists(_ mailbox: String) -> Bool {
        FolderInquiry(mailRoot: destination.mailRoot, layout: layout).mailboxExists(mailbox)
    }

    // MARK: Identifiers

    func mailbox(withIdentifier identifier: String) -> String? { mailboxes[identifier] }

    /// Of several with one identifier, as after a folder was copied, the first by its name.
    private func mailboxesByIdentifier() -> [String: String] {
        guard let root = openRoot(), let names = try? root.mailboxes(limit: Self.limit) else { return [:] }
        var found: [String: String] = [:]
        for name in names {
            // A level with the separator in it cannot be named in a script.
            guard let identifier = root.identifier(of: name), found[identifier] == nil,
                let text = text(of: name)
            else { continue }
            found[identifier] = text
        }
        return found
    }

    // MARK: Names

    private func openRoot() -> MailRoot? {
        try? MailRoot(opening: destination.mailRoot, layout: layout, creating: false)
    }

    private func name(_ text: String) -> MailboxName? { try? MailboxName(text, separator: layout.separator) }

    private func text(of name: MailboxName) -> String? {
        let text = name.levels.joined(separator: String(UnicodeScalar(layout.separator)))
        return self.name(text) == name ? text : nil
    }

    private static func isSame(_ a: String, _ b: String) -> Bool {
        a.utf8.elementsEqual(b.utf8) { lowercased($0) == lowercased($1) }
    }

    private static func lowercased(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }
}
