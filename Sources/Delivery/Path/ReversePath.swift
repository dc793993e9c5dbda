package import MailMessage
import MailTransport
package import Platform
package import Settings

/// The reverse path of mail that is sent on in its sender's name: rewritten into a domain of ours where the site
/// wants that (`transport.srs-domain`).
///
/// Never rewritten are the null reverse path, and senders of our own domains. The secrets are read when they are
/// needed: they may be root's alone.
package struct ReversePath: Sendable {
    private let settings: Configuration.Transport
    /// What was read ahead of need.
    private var known: Result<SenderRewriting, ReversePathFailure>?

    package init(_ configuration: Configuration) {
        settings = configuration.transport
    }

    /// The same with the secrets read now, for a process that is about to give up the right to.
    package func readingSecrets() -> ReversePath {
        guard !settings.srsDomain.isEmpty else { return self }
        var path = self
        do throws(ReversePathFailure) {
            path.known = .success(try read())
        } catch {
            path.known = .failure(error)
        }
        return path
    }

    /// What stands in the envelope when mail that came from `sender` is sent on.
    ///
    /// - Parameter sender: `local@domain`; empty for the null reverse path.
    /// - Throws: why the secrets are not known to this process. Mail had better wait for one that has the rights.
    package func rewritten(sender: String, now: WallTime) throws(ReversePathFailure) -> String {
        guard let address = rewritable(sender) else { return sender }
        let rewriting = try self.rewriting()
        let local = rewriting.rewritten(
            .init(localPart: address.localPart, domain: address.domain), at: now.seconds)
        // What is too long for any address goes out as it came: some hosts may refuse it, and all could refuse that.
        return MailAddress(localPart: local, domain: settings.srsDomain)?.text ?? sender
    }

    /// What a log should say of mail that is sent on for `sender`; nil if nothing.
    ///
    /// RFC 5321 §4.5.3.1.1 asks hosts for 64 octets and lets them take more, as nearly all do: so it is sent all the
    /// same.
    package func warning(for sender: String) -> String? {
        guard let address = rewritable(sender) else { return nil }
        // Secrets change hashes, and no lengths.
        let local = SenderRewriting(secrets: [], maximumAge: 0).rewritten(
            .init(localPart: address.localPart, domain: address.domain), at: 0)
        guard MailAddress(localPart: local, domain: settings.srsDomain) != nil else {
            return "the sender is too long to be rewritten (transport.srs-domain), and stays as it is"
        }
        let octets = local.utf8.count
        return octets <= 64
            ? nil : "the rewritten sender has \(octets) octets before its @; some hosts take no more than 64"
    }

    /// The address that mail to `recipient` goes on to, if that is in our domain and has the form of a rewritten one;
    /// nil if it is any other address.
    package func original(
        of recipient: MailAddress, now: WallTime
    ) throws(ReversePathFailure) -> MailAddress? {
        guard isRewritten(recipient) else { return nil }
        let rewriting = try self.rewriting()
        do throws(SenderRewritingFailure) {
            let original = try rewriting.original(of: recipient.localPart, at: now.seconds)
            guard let address = MailAddress(localPart: original.localPart, domain: original.domain) else {
                throw .malformed
            }
            return address
        } catch {
            throw .notGood("\(error)")
        }
    }

    /// Whether the address is in our domain and has the form that only rewriting makes. A local part alone is taken
    /// to be in our domain: no user is called like that.
    package func isRewritten(_ address: MailAddress) -> Bool {
        guard !settings.srsDomain.isEmpty, SenderRewriting.isRewritten(address.localPart) else {
            return false
        }
        return address.domain.isEmpty || Self.isSame(address.domain, settings.srsDomain)
    }

    /// The address, if it is one to be rewritten.
    private func rewritable(_ sender: String) -> MailAddress? {
        guard !settings.srsDomain.isEmpty, let address = MailAddress(path: sender), !isOwn(address.domain)
        else {
            return nil
        }
        return address
    }

    /// One that begins with a dot means the domains beneath it.
    private func isOwn(_ domain: String) -> Bool {
        if Self.isSame(domain, settings.srsDomain) { return true }
        let domain = domain.lowercased()
        return settings.ownDomains.contains { own in
            let own = own.lowercased()
            return own == domain || (own.hasPrefix(".") && domain.hasSuffix(own))
        }
    }

    private static func isSame(_ a: String, _ b: String) -> Bool { a.lowercased() == b.lowercased() }

    private func rewriting() throws(ReversePathFailure) -> SenderRewriting {
        guard let known else { return try read() }
        return try known.get()
    }

    private func read() throws(ReversePathFailure) -> SenderRewriting {
        var secrets: [[UInt8]] = []
        for item in settings.srsSecrets {
            if item.utf8.first == UInt8(ascii: "/") {
                secrets += try SecretFile(item).secrets()
            } else {
                secrets.append(Array(item.utf8))
            }
        }
        guard !secrets.isEmpty else { throw .secrets("transport.srs-secrets has none") }
        return SenderRewriting(secrets: secrets, maximumAge: settings.srsMaximumAge)
    }
}

/// Why a reverse path cannot be rewritten, or not back.
package enum ReversePathFailure: Error, Equatable, Sendable {
    /// The secrets are not known to this process; in words for the log.
    case secrets(String)
    /// The address is not one that we made, or not any more; in words for whoever sent to it.
    case notGood(String)
}

extension ReversePathFailure: CustomStringConvertible {
    package var description: String {
        switch self {
        case .secrets(let reason), .notGood(let reason): reason
        }
    }
}
