/// Where mail is handed on to, as a site writes it.
///
///     smtp://[USER@]HOST[:PORT][?OPTIONS]      SMTP, port 25; with a user, port 587
///     smtps://[USER@]HOST[:PORT][?OPTIONS]     SMTP within TLS (RFC 8314 §3.3), port 465
///     lmtp://[USER@]HOST[:PORT][?OPTIONS]      LMTP, port 24 (RFC 2033 §5 forbids 25)
///     lmtp:unix:/PATH   smtp:unix:/PATH        the same over a local socket
///     sendmail:[/PATH]                         a program; without a path, that of transport.sendmail
///
/// Options are separated by `&`: `tls=off|opportunistic|required`, `verify=yes|no`, `name=NAME` (that the certificate
/// must have, where it is not the host's).
///
/// Invariant: ``text`` read again gives the same route; ports are 1 to 65535; no part has controls or white space.
package enum Route: Hashable, Sendable {
    case peer(Peer)
    case sendmail(path: String?)
}

/// A server that mail is handed on to.
package struct Peer: Hashable, Sendable {
    package enum Dialogue: String, Hashable, Sendable {
        case smtp, lmtp
    }

    package enum Address: Hashable, Sendable {
        /// A name or an address; an IPv6 address without brackets.
        case host(String, port: Int)
        case socket(path: String)
    }

    package enum Encryption: String, Hashable, Sendable, CaseIterable {
        /// Never STARTTLS.
        case off
        /// STARTTLS where it is offered, and whatever certificate there is (RFC 7435).
        case opportunistic
        /// STARTTLS with a certificate that is verified, or no mail.
        case required
        /// TLS from the first byte, with a certificate that is verified.
        case implicit
    }

    package let dialogue: Dialogue
    package let address: Address
    /// Nil for the site's setting.
    package let encryption: Encryption?
    /// Whether the certificate is verified; nil for what ``encryption`` says.
    package let verifies: Bool?
    /// The name that the certificate must have; nil for the host's.
    package let certificateName: String?
    /// Who we are to it; the password is in a file of credentials. Nil for nobody.
    package let user: String?

    package init(
        _ dialogue: Dialogue, _ address: Address, encryption: Encryption? = nil, verifies: Bool? = nil,
        certificateName: String? = nil, user: String? = nil
    ) {
        self.dialogue = dialogue
        self.address = address
        self.encryption = encryption
        self.verifies = verifies
        self.certificateName = certificateName
        self.user = user
    }
}

extension Route {
    /// Whether a process without a network can use it.
    package var isLocalProgram: Bool {
        if case .sendmail = self { true } else { false }
    }

    /// What it is called in logs, listings and limits: without user and options.
    package var name: String {
        switch self {
        case .sendmail(let path): "sendmail:\(path ?? "")"
        case .peer(let peer): peer.name
        }
    }

    package var text: String {
        switch self {
        case .sendmail: name
        case .peer(let peer): peer.text
        }
    }

    /// Nil if it is no route.
    package init?(_ text: String) {
        guard text.utf8.count <= 1000, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return nil }
        if text.hasPrefix("sendmail:") {
            let path = String(text.dropFirst(9))
            guard path.isEmpty || path.utf8.first == UInt8(ascii: "/") else { return nil }
            self = .sendmail(path: path.isEmpty ? nil : path)
        } else if let peer = Peer(text) {
            self = .peer(peer)
        } else {
            return nil
        }
    }
}

extension Peer {
    /// `smtp://mx.example.org:25`, `lmtp:unix:/run/lmtp`
    package var name: String {
        switch address {
        case .socket(let path): "\(dialogue.rawValue):unix:\(path)"
        case .host(let host, let port): "\(scheme)://\(Self.bracketed(host)):\(port)"
        }
    }

    var text: String {
        var options: [String] = []
        if let encryption, encryption != .implicit { options.append("tls=\(encryption.rawValue)") }
        if let verifies { options.append("verify=\(verifies ? "yes" : "no")") }
        if let certificateName { options.append("name=\(certificateName)") }
        let query = options.isEmpty ? "" : "?" + options.joined(separator: "&")
        guard case .host(let host, let port) = address else { return name + query }
        let user = user.map { $0 + "@" } ?? ""
        return "\(scheme)://\(user)\(Self.bracketed(host)):\(port)\(query)"
    }

    private var scheme: String { encryption == .implicit ? dialogue.rawValue + "s" : dialogue.rawValue }

    private static func bracketed(_ host: String) -> String {
        host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]" : host
    }

    init?(_ text: String) {
        let parts = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let colon = first.firstIndex(of: ":") else { return nil }
        let rest = first[first.index(after: colon)...]
        let isImplicit = first[..<colon] == "smtps"
        guard let dialogue = isImplicit ? .smtp : Dialogue(rawValue: String(first[..<colon])) else {
            return nil
        }
        var options = PeerOptions()
        if parts.count == 2 {
            guard let read = PeerOptions(parts[1]) else { return nil }
            options = read
        }
        if isImplicit {
            guard options.encryption == nil else { return nil }
            options.encryption = .implicit
        }
        if rest.hasPrefix("unix:/"), !isImplicit {
            self.init(
                dialogue, .socket(path: String(rest.dropFirst(5))), encryption: options.encryption,
                verifies: options.verifies, certificateName: options.name)
        } else if rest.hasPrefix("//"), let authority = PeerAuthority(rest.dropFirst(2)) {
            let standard = isImplicit ? 465 : dialogue == .lmtp ? 24 : authority.user == nil ? 25 : 587
            self.init(
                dialogue, .host(authority.host, port: authority.port ?? standard),
                encryption: options.encryption, verifies: options.verifies, certificateName: options.name,
                user: authority.user)
        } else {
            return nil
        }
    }
}

/// `[USER@]HOST[:PORT]`
private struct PeerAuthority {
    let user: String?
    let host: String
    let port: Int?

    init?(_ text: Substring) {
        var rest = text
        if let at = text.lastIndex(of: "@") {
            guard at > text.startIndex else { return nil }
            user = String(text[..<at])
            rest = text[text.index(after: at)...]
        } else {
            user = nil
        }
        let isLiteral = rest.first == "["
        let host: Substring
        if isLiteral {
            guard let end = rest.firstIndex(of: "]") else { return nil }
            host = rest[rest.index(after: rest.startIndex)..<end]
            rest = rest[rest.index(after: end)...]
        } else {
            host = rest.prefix { $0 != ":" }
            rest = rest.dropFirst(host.count)
        }
        guard !host.isEmpty, host.utf8.count <= 253, host.utf8.first != UInt8(ascii: "-"),
            host.utf8.allSatisfy({ Self.isHostText($0) || isLiteral && $0 == UInt8(ascii: ":") })
        else { return nil }
        self.host = String(host)
        if rest.isEmpty {
            port = nil
        } else {
            let digits = rest.dropFirst()
            guard rest.first == ":", digits.utf8.count <= 5, digits.utf8.allSatisfy({ 0x30...0x39 ~= $0 }),
                let number = Int(digits), 1...65535 ~= number
            else { return nil }
            port = number
        }
    }

    private static func isHostText(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
            true
        default: false
        }
    }
}

/// `tls=…&verify=…&name=…`
private struct PeerOptions {
    var encryption: Peer.Encryption?
    var verifies: Bool?
    var name: String?

    init() {}

    init?(_ text: Substring) {
        for option in text.split(separator: "&", omittingEmptySubsequences: false) {
            let parts = option.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[1].isEmpty else { return nil }
            switch (parts[0], parts[1]) {
            case ("tls", "off"): encryption = .off
            case ("tls", "opportunistic"): encryption = .opportunistic
            case ("tls", "required"): encryption = .required
            case ("verify", "yes"): verifies = true
            case ("verify", "no"): verifies = false
            case ("name", let value): name = String(value)
            default: return nil
            }
        }
    }
}
