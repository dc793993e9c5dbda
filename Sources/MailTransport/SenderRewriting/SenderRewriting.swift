/// The Sender Rewriting Scheme: reverse paths of mail that is sent on, in a domain of ours, so that the next host's
/// SPF check is of us and bounces come back through us (draft-mengwong-sender-rewrite; Shevek, "The Sender
/// Rewriting Scheme", 2004).
///
///     SRS0=HASH=DAY=domain=local      of an address that was not rewritten before
///     SRS1=HASH=host==HASH=DAY=…      of another host's SRS0 or SRS1: bounces skip the hosts in between
///
/// - The hash is the first four characters of HMAC-SHA-1 in base64, over what follows it in lower case. Four keep
///   addresses short, and are what other implementations write; forging one takes millions of messages, and gains a
///   bounce to one address.
/// - The first secret signs, any of them is good.
/// - What is read may have lost its case on the way; what is written keeps it.
package struct SenderRewriting: Sendable {
    /// Local part and domain, the local part without quotes.
    package struct Address: Sendable, Equatable {
        package let localPart: String
        package let domain: String

        package init(localPart: String, domain: String) {
            self.localPart = localPart
            self.domain = domain
        }
    }

    private let secrets: [[UInt8]]
    /// Days.
    private let maximumAge: Int

    /// - Parameters:
    ///   - secrets: at least one; without any, nothing that is written here is ever good.
    ///   - maximumAge: seconds for which a rewritten address is good, to the day.
    package init(secrets: [[UInt8]], maximumAge: Int) {
        self.secrets = secrets
        self.maximumAge = min(max(maximumAge, 0) / RewritingDay.seconds, RewritingDay.cycle / 2)
    }

    /// Whether a local part has the form that only rewriting makes.
    package static func isRewritten(_ localPart: String) -> Bool {
        RewritingTag(Array(localPart.utf8.prefix(5))) != nil
    }

    // MARK: Away from here

    /// The local part, in the domain of ours, that stands for `address`.
    ///
    /// - Parameter time: seconds since the epoch.
    package func rewritten(_ address: Address, at time: Int) -> String {
        let local = Array(address.localPart.utf8)
        switch RewritingTag(local) {
        case .first: return guarded(host: address.domain, opaque: local[4...])
        case .further:
            // Hash, first host, and what that host made. Without these it only looks like one.
            let parts = Self.split(local[5...], 3)
            guard parts.count == 3, !parts[1].isEmpty else { break }
            return guarded(host: String(decoding: parts[1], as: UTF8.self), opaque: parts[2])
        case nil: break
        }
        let day = RewritingDay(at: time).text
        let domain = Array(address.domain.utf8)
        let hash = sign([day, domain, local])
        return Self.text("SRS0=", [hash, day, domain, local])
    }

    /// - Parameter opaque: what the first host made, from its separator on.
    private func guarded(host: String, opaque: ArraySlice<UInt8>) -> String {
        let host = Array(host.utf8)
        return Self.text("SRS1=", [sign([host, Array(opaque)]), host, Array(opaque)])
    }

    private static func text(_ tag: String, _ parts: [[UInt8]]) -> String {
        tag + String(decoding: Array(parts.joined(separator: [separator])), as: UTF8.self)
    }

    // MARK: Back

    /// The address that a local part in the domain of ours stands for: the sender's, or what the first host that
    /// rewrote it made.
    ///
    /// - Parameter time: seconds since the epoch.
    package func original(of localPart: String, at time: Int) throws(SenderRewritingFailure) -> Address {
        let local = Array(localPart.utf8)
        guard let tag = RewritingTag(local) else { throw .notRewritten }
        switch tag {
        case .first: return try sender(local[5...], time)
        case .further: return try firstHost(local[5...])
        }
    }

    private func sender(_ text: ArraySlice<UInt8>, _ time: Int) throws(SenderRewritingFailure) -> Address {
        // A local part may have separators of its own; a domain has none.
        let parts = Self.split(text, 4)
        guard parts.count == 4, !parts[2].isEmpty, !parts[3].isEmpty else { throw .malformed }
        guard verifies(parts[0], parts[1...]) else { throw .forged }
        guard let day = RewritingDay(parts[1]) else { throw .malformed }
        guard day.isWithin(maximumAge, at: time) else { throw .expired }
        return try Self.address(parts[3], parts[2])
    }

    /// The age is the first host's business: it alone knows its secret.
    private func firstHost(_ text: ArraySlice<UInt8>) throws(SenderRewritingFailure) -> Address {
        let parts = Self.split(text, 3)
        guard parts.count == 3, !parts[1].isEmpty, let separator = parts[2].first,
            RewritingTag.isSeparator(separator), parts[2].count > 1
        else { throw .malformed }
        guard verifies(parts[0], parts[1...]) else { throw .forged }
        return try Self.address(Array("SRS0".utf8) + parts[2], parts[1])
    }

    private static func address(
        _ local: some Sequence<UInt8>, _ domain: ArraySlice<UInt8>
    ) throws(SenderRewritingFailure) -> Address {
        guard let localPart = String(validating: Array(local), as: UTF8.self),
            let domain = String(validating: Array(domain), as: UTF8.self)
        else { throw .malformed }
        return Address(localPart: localPart, domain: domain)
    }

    // MARK: Hashes

    private static var separator: UInt8 { UInt8(ascii: "=") }

    /// At most `count` parts, the last one with whatever separators it has.
    private static func split(_ text: ArraySlice<UInt8>, _ count: Int) -> [ArraySlice<UInt8>] {
        text.split(separator: separator, maxSplits: count - 1, omittingEmptySubsequences: false)
    }

    private func sign(_ parts: [[UInt8]]) -> [UInt8] {
        Array(RewritingHash(secret: secrets.first ?? [], parts.map { $0[...] }[...]).text.prefix(4))
    }

    /// Each secret is asked, whatever the others say: the time that it takes tells nothing.
    private func verifies(_ hash: ArraySlice<UInt8>, _ parts: ArraySlice<ArraySlice<UInt8>>) -> Bool {
        var isGood = false
        for secret in secrets where RewritingHash(secret: secret, parts).matches(hash) { isGood = true }
        return isGood
    }
}

/// Why an address is none that bounces are taken for.
package enum SenderRewritingFailure: Error, Sendable, Equatable {
    /// It does not begin like one.
    case notRewritten
    /// Parts are missing.
    case malformed
    /// No secret of ours made the hash.
    case forged
    /// It was good once.
    case expired
}

extension SenderRewritingFailure: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notRewritten: "not a rewritten sender"
        case .malformed: "not a whole rewritten sender"
        case .forged: "a rewritten sender with a hash that is not ours"
        case .expired: "a rewritten sender that is too old"
        }
    }
}
