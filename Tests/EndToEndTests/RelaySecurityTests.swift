import Foundation
import Testing

/// TLS and passwords with a real Postfix, which asks a real Dovecot.
@Suite(
    "Relay security", .serialized, .enabled(if: isRoot, "starting servers needs root"),
    .enabled(if: PostfixRelay.isInstalled, "Debian's package postfix is not installed"),
    .enabled(if: DovecotDelivery.isInstalled, "Debian's package dovecot-lmtpd is not installed"))
struct RelaySecurityTests {
    /// A way to the relay: a port's name, and the options of the route.
    private struct Way {
        enum Port { case open, encrypted, implicit }

        let port: Port
        var options = ""
        /// The authority that signed the relay's certificate is trusted.
        var isTrusted = true
        let arrives: Bool
        var isEncrypted = true
    }

    private static let ways = [
        Way(port: .open, arrives: true, isEncrypted: false),
        Way(port: .open, options: "?tls=required", arrives: false),
        Way(port: .open, options: "?tls=required&name=mx.test", arrives: false),
        Way(port: .encrypted, arrives: true),
        Way(port: .encrypted, isTrusted: false, arrives: true),
        Way(port: .encrypted, options: "?tls=off", arrives: true, isEncrypted: false),
        Way(port: .encrypted, options: "?tls=required&name=mx.test", arrives: true),
        Way(port: .encrypted, options: "?tls=required&name=other.test", arrives: false),
        Way(port: .encrypted, options: "?tls=required", arrives: false),
        Way(port: .encrypted, options: "?tls=required&verify=no", isTrusted: false, arrives: true),
        Way(port: .encrypted, options: "?tls=required&name=mx.test", isTrusted: false, arrives: false),
        Way(port: .implicit, options: "?name=mx.test", arrives: true),
        Way(port: .implicit, options: "?name=other.test", arrives: false),
        Way(port: .implicit, options: "?name=mx.test", isTrusted: false, arrives: false),
        Way(port: .implicit, options: "?verify=no", isTrusted: false, arrives: true),
    ]

    @Test("mail goes as secretly as is wanted, or waits")
    func encryption() throws {
        let secure = try SecureRelay(names: "DNS:mx.test")
        let relay = secure.relay
        var arrived = 0
        for (index, way) in Self.ways.enumerated() {
            let (scheme, port) =
                switch way.port {
                case .open: ("smtp", relay.port)
                case .encrypted: ("smtp", relay.encryptedPort)
                case .implicit: ("smtps", relay.implicitPort)
                }
            let site = try secure.site(
                "\(scheme)://127.0.0.1:\(port)\(way.options)", isTrusted: way.isTrusted,
                spool: "spool-\(index)")
            let message = TestMessage.difficult(subject: "way \(index).")
            try site.redirect(message, to: "carol@remote.test")
            let swept = try site.sweep()
            #expect(
                swept == [way.arrives ? "delivered" : "rescheduled"], "\(way)\n\(site.story)\n\(relay.log)")
            if !way.arrives {
                #expect(try site.causes() == ["security"], "\(way)\n\(site.story)")
                continue
            }
            arrived += 1
            let stored = try relay.receive(arrived).filter { $0.bytes.suffix(message.count) == message }
            #expect(stored.count == 1, "\(way)")
            // RFC 3848: what the next server says of the way here.
            let with = way.isEncrypted ? "with ESMTPS id" : "with ESMTP id"
            #expect(stored.first?.text.contains(with) == true, "\(way) \(stored.first?.text ?? "")")
        }
        #expect(relay.received.count == arrived)
    }

    @Test("a certificate for the address is as good as one for the name")
    func addressInCertificate() throws {
        let secure = try SecureRelay(names: "IP:127.0.0.1,DNS:localhost")
        for host in ["127.0.0.1", "localhost"] {
            let site = try secure.site("smtp://\(host):\(secure.relay.encryptedPort)?tls=required")
            try site.redirect(TestMessage.text(subject: "to \(host)"), to: "carol@remote.test")
            #expect(try site.sweep() == ["delivered"], "\(host): \(site.log)")
        }
        #expect(try secure.relay.receive(2).count == 2)
    }

    @Test("we say who we are by whatever mechanism there is")
    func authentication() throws {
        let secure = try SecureRelay(names: "DNS:mx.test")
        for (index, mechanism) in PostfixRelay.Mechanism.allCases.enumerated() {
            let port = secure.relay.port(mechanism)
            let site = try secure.site("smtp://relay@127.0.0.1:\(port)?tls=required&name=mx.test")
            try secure.credentials("# passwords\n127.0.0.1:\(port) relay secret\n")
            let message = TestMessage.difficult(subject: "from a friend \(index).")
            try site.redirect(message, to: "carol@remote.test")
            #expect(try site.sweep() == ["delivered"], "\(mechanism) \(site.story)\(secure.relay.log)")
            let stored = try secure.relay.receive(index + 1).filter {
                $0.bytes.suffix(message.count) == message
            }
            #expect(stored.count == 1)
            #expect(stored.first?.text.contains("with ESMTPSA id") == true)
            #expect(
                secure.relay.log.contains("sasl_method=\(mechanism.rawValue), sasl_username=relay"),
                "\(secure.relay.log)")
            #expect(!site.log.contains("secret"))
        }
    }

    @Test("with a wrong password, or none, mail waits")
    func wrongPassword() throws {
        let secure = try SecureRelay(names: "DNS:mx.test")
        for (index, mechanism) in PostfixRelay.Mechanism.allCases.enumerated() {
            let port = secure.relay.port(mechanism)
            let site = try secure.site("smtp://relay@127.0.0.1:\(port)?tls=required&name=mx.test")
            try site.redirect(TestMessage.text(subject: "from a stranger"), to: "carol@remote.test")
            for credentials in ["* relay hunter2\n", "other.test relay secret\n", ""] {
                try secure.credentials(credentials)
                #expect(try site.sweep() == ["rescheduled"], "\(mechanism) \(secure.relay.log)")
                #expect(try site.causes() == ["security"], "\(mechanism) \(site.story)")
                #expect(!site.story.contains("hunter2"))
            }
            #expect(
                secure.relay.log.contains("SASL \(mechanism.rawValue) authentication failed"),
                "\(secure.relay.log)")
            #expect(secure.relay.received.count == index, "nothing was taken")

            try secure.credentials("* relay secret\n")
            #expect(try site.sweep() == ["delivered"], "\(site.story)")
            #expect(try secure.relay.receive(index + 1).count == index + 1)
        }
    }

    @Test("passwords that anybody may read are not used")
    func openCredentials() throws {
        let secure = try SecureRelay(names: "DNS:mx.test")
        let site = try secure.site(
            "smtp://relay@127.0.0.1:\(secure.relay.port(.plain))?tls=required&name=mx.test")
        try secure.credentials("* relay secret\n", mode: 0o644)
        try site.redirect(TestMessage.text(subject: "careless"), to: "carol@remote.test")
        #expect(try site.sweep() == ["rescheduled"])
        #expect(try site.causes() == ["security"])
        #expect(!secure.relay.log.contains("sasl_username"))
    }
}

/// A relay with a certificate, and passwords.
private struct SecureRelay {
    let workplace: Workplace
    let dovecot: DovecotDelivery
    let authority: TestAuthority
    /// Who signed nothing here.
    let stranger: TestAuthority
    let relay: PostfixRelay

    init(names: String) throws {
        workplace = try Workplace()
        dovecot = try DovecotDelivery(workplace)
        authority = try TestAuthority(in: workplace)
        stranger = try TestAuthority(in: workplace, "stranger")
        var setup = PostfixRelay.Setup()
        setup.certificate = try authority.sign("relay-certificate", names: names)
        setup.passwords = dovecot.passwords
        relay = try PostfixRelay(workplace, "relay", setup)
    }

    func site(_ route: String, isTrusted: Bool = true, spool: String = "spool") throws -> ForwardingSite {
        let trusted = isTrusted ? authority : stranger
        var site = try ForwardingSite(in: workplace, relay: route)
        site.settings += [
            "spool.directory=\(try workplace.makeDirectory(spool, mode: 0o1777))",
            "transport.certificates=\(trusted.certificate)",
            "transport.credentials=\(workplace["credentials"])",
        ]
        try credentials("")
        return site
    }

    func credentials(_ lines: String, mode: Int = 0o600) throws {
        try workplace.write(lines, to: "credentials", mode: mode, owner: .nobody)
    }
}
