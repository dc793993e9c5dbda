import MailTransport
import Platform
import Synchronization
import TestSupport
import Testing

@testable import MailNetwork

extension Networking {
    @Suite struct Security {
        private let certificates: Certificates

        init() throws { certificates = try Certificates.shared() }

        private func fake(
            _ certificate: String? = "good", isImplicit: Bool = false, dialogue: Peer.Dialogue = .smtp,
            _ adjust: (inout FakePeer.Behaviour) -> Void = { _ in }
        ) throws -> FakePeer {
            var behaviour = FakePeer.Behaviour(dialogue: dialogue)
            if let certificate {
                behaviour.tls = try certificates.server(certificate)
                if !isImplicit { behaviour.capabilities.append("STARTTLS") }
            }
            behaviour.isImplicit = isImplicit
            adjust(&behaviour)
            return try FakePeer(behaviour)
        }

        private func send(
            to peer: Peer, _ adjust: (inout NetworkOptions) -> Void = { _ in }
        ) -> TransportResult? {
            withCarrier({
                $0.certificates = certificates.authority
                adjust(&$0)
            }) { $0.send(message(), by: [.peer(peer)]).first }
        }

        @Test("a good certificate is trusted, by address and by name", arguments: ["127.0.0.1", "localhost"])
        func good(host: String) throws {
            let fake = try fake()
            let result = send(to: fake.peer(.required, host: host))
            #expect(result?.isAccepted == true, "\(String(describing: result))")
            #expect(fake.log.commands.filter { $0.hasPrefix("EHLO") }.count == 2)
        }

        @Test("implicit TLS comes before the greeting", arguments: [Peer.Dialogue.smtp, .lmtp])
        func implicit(dialogue: Peer.Dialogue) throws {
            let fake = try fake(isImplicit: true, dialogue: dialogue)
            let result = send(to: fake.peer(.implicit, host: "localhost"))
            #expect(result?.isAccepted == true, "\(String(describing: result))")
            #expect(!fake.log.commands.contains("STARTTLS"))
        }

        static let bad: [(String, Peer.Encryption, String)] = [
            ("expired", .required, "not trusted"), ("expired", .implicit, "not trusted"),
            ("alone", .required, "not trusted"), ("alone", .implicit, "not trusted"),
            ("other", .required, "not one of localhost"), ("other", .implicit, "not one of localhost"),
        ]

        @Test("a certificate that does not hold keeps mail back", arguments: bad)
        func badCertificate(certificate: String, encryption: Peer.Encryption, text: String) throws {
            let fake = try fake(certificate, isImplicit: encryption == .implicit)
            let peer = fake.peer(encryption, host: "localhost")
            let result = send(to: peer)
            #expect(result?.isTemporary == true)
            #expect(result?.failure?.cause == .security)
            #expect(result?.failure?.status == "4.7.5")
            #expect(result?.failure?.text.contains(text) == true, "\(result?.failure?.text ?? "")")
            #expect(fake.deliveries.isEmpty)
            let mails = fake.log.commands.filter { $0.hasPrefix("MAIL") }
            #expect(mails.isEmpty)
        }

        @Test("an authority that is not ours is not trusted")
        func authority() throws {
            let fake = try fake()
            let result = send(to: fake.peer(.required, host: "localhost")) { $0.certificates = nil }
            #expect(result?.failure?.cause == .security)
            #expect(fake.deliveries.isEmpty)
        }

        @Test("name= says which name the certificate must have")
        func otherName() throws {
            let fake = try fake("other")
            #expect(send(to: fake.peer(.required, name: "other.example"))?.isAccepted == true)
            #expect(send(to: fake.peer(.required, name: "third.example"))?.failure?.cause == .security)
        }

        @Test("verify=no takes any certificate", arguments: ["alone", "expired", "other"])
        func unverified(certificate: String) throws {
            let fake = try fake(certificate)
            #expect(send(to: fake.peer(.required, verifies: false, host: "localhost"))?.isAccepted == true)
            #expect(fake.log.commands.contains("STARTTLS"))
        }

        @Test("opportunistic TLS takes any certificate", arguments: ["good", "alone", "expired", "other"])
        func opportunistic(certificate: String) throws {
            let fake = try fake(certificate)
            #expect(send(to: fake.peer(host: "localhost"))?.isAccepted == true)
            #expect(fake.log.commands.contains("STARTTLS"))
            #expect(fake.log.connections == 1)
        }

        @Test("verify=yes makes opportunistic TLS firm, and never falls back to the clear")
        func opportunisticVerified() throws {
            let fake = try fake("alone")
            let result = send(to: fake.peer(.opportunistic, verifies: true, host: "localhost"))
            #expect(result?.failure?.cause == .security)
            #expect(fake.deliveries.isEmpty)
            #expect(fake.log.connections == 1)
        }

        @Test("TLS that is off is not asked for")
        func off() throws {
            let fake = try fake()
            #expect(send(to: fake.peer(.off))?.isAccepted == true)
            #expect(!fake.log.commands.contains("STARTTLS"))
        }

        @Test("the site's setting holds where the route is silent; not for a local socket")
        func setting() throws {
            let fake = try fake(nil)
            let result = send(to: fake.peer()) { $0.encryption = .required }
            #expect(result?.failure?.cause == .security)
            let directory = try TemporaryDirectory()
            let local = try FakePeer(socket: directory.path("socket"))
            #expect(send(to: local.peer()) { $0.encryption = .required }?.isAccepted == true)
        }

        @Test("required TLS that is not offered keeps mail back, and the next route is tried")
        func notOffered() throws {
            let plain = try fake(nil)
            let good = try fake()
            let results = withCarrier({ $0.certificates = certificates.authority }) {
                $0.send(message(), by: [.peer(plain.peer(.required)), .peer(good.peer(.required))])
            }
            #expect(results.first?.isAccepted == true)
            #expect(plain.deliveries.isEmpty)
            #expect(good.deliveries.count == 1)
        }

        private static let garbage = Array(String(repeating: "garbage ", count: 20).utf8)

        /// A server that answers STARTTLS, and then cannot do TLS.
        private func broken(_ answer: FakePeer.Answer) throws -> FakePeer {
            try fake(nil) {
                $0.capabilities.append("STARTTLS")
                $0.answer = { line, _ in line == "STARTTLS" ? answer : nil }
            }
        }

        @Test("where opportunistic TLS fails, mail goes in the clear, and TLS is not tried again")
        func fallback() throws {
            let fake = try broken(.sayThenGarble("220 begin\r\n", Self.garbage))
            withCarrier { carrier in
                for number in 1...3 {
                    #expect(carrier.send(message(number), by: [fake.route]).first?.isAccepted == true)
                }
            }
            #expect(fake.deliveries.count == 3)
            #expect(fake.log.commands.filter { $0 == "STARTTLS" }.count == 1)
            #expect(fake.log.connections == 2)
        }

        @Test("no garbage that looks like TLS is taken for it")
        func records() throws {
            var random = SeededGenerator(seed: 6)
            for _ in 0..<60 {
                let payload = random.bytes(upTo: 300)
                let type = UInt8.random(in: 20...23, using: &random)
                let count =
                    Bool.random(using: &random) ? payload.count : Int.random(in: 0...400, using: &random)
                let header = [type, 3, 3, UInt8(count >> 8), UInt8(count & 0xFF)]
                let fake = try broken(.sayThenGarble("220 begin\r\n", header + payload))
                let result = send(to: fake.peer(.required)) { $0.connectTimeout = 1 }
                #expect(result?.failure?.cause == .security)
                #expect(fake.deliveries.isEmpty)
            }
        }

        @Test("a handshake that is cut off falls back as well")
        func cutOff() throws {
            let fake = try broken(.sayAndClose("220 begin\r\n"))
            #expect(send(to: fake.peer())?.isAccepted == true)
            #expect(fake.log.connections == 2)
        }

        @Test("a handshake that never ends is ended, and falls back")
        func endless() throws {
            let fake = try broken(.say("220 begin\r\n"))
            let time = duration {
                #expect(send(to: fake.peer()) { $0.connectTimeout = 1 }?.isAccepted == true)
            }
            #expect(time < 60_000)
        }

        @Test("an implicit handshake that never ends is ended")
        func endlessImplicit() throws {
            let fake = try fake(nil) { $0.answer = { _, _ in .stop(.hang) } }
            let time = duration {
                let result = send(to: fake.peer(.implicit)) { $0.connectTimeout = 1 }
                #expect(result?.failure?.cause == .security)
                #expect(result?.failure?.text.contains("took too long") == true)
            }
            #expect(time < 60_000)
        }

        @Test("a server that speaks in the clear where TLS is meant is none")
        func clear() throws {
            let fake = try fake(nil)
            let result = send(to: fake.peer(.implicit, host: "localhost"))
            #expect(result?.failure?.cause == .security)
            #expect(result?.failure?.text.contains("WRONG_VERSION_NUMBER") == true)
        }

        @Test("where TLS is required, one that fails keeps mail back", arguments: [Peer.Encryption.required])
        func required(encryption: Peer.Encryption) throws {
            let fake = try broken(.sayThenGarble("220 begin\r\n", Self.garbage))
            let result = send(to: fake.peer(encryption))
            #expect(result?.failure?.cause == .security)
            #expect(result?.isTemporary == true)
            #expect(fake.deliveries.isEmpty)
        }

        @Test("what was put before TLS counts for nothing")
        func injection() throws {
            let fake = try fake { $0.injection = "250-fake.example\r\n250 AUTH PLAIN\r\n250 2.1.0 ok\r\n" }
            let result = send(to: fake.peer(.required, host: "localhost"))
            #expect(result?.isTemporary == true)
            #expect(fake.deliveries.isEmpty)
        }

        @Test("TLS before version 1.2 is none")
        func oldVersion() throws {
            let fake = try fake(nil) {
                $0.capabilities.append("STARTTLS")
                $0.tls = try? certificates.server("good", versions: 1...1)
            }
            let result = send(to: fake.peer(.required, host: "localhost"))
            #expect(result?.failure?.cause == .security)
            #expect(fake.deliveries.isEmpty)
        }

        @Test("over a local socket TLS takes a name")
        func localSocket() throws {
            let directory = try TemporaryDirectory()
            var behaviour = FakePeer.Behaviour(dialogue: .lmtp)
            behaviour.tls = try certificates.server("good")
            behaviour.capabilities.append("STARTTLS")
            let fake = try FakePeer(behaviour, socket: directory.path("socket"))
            #expect(send(to: fake.peer(.required, name: "localhost"))?.isAccepted == true)
            let result = send(to: fake.peer(.required))
            #expect(result?.failure?.cause == .security)
            #expect(result?.failure?.text.contains("name=") == true, "\(result?.failure?.text ?? "")")
        }

        @Test("certificates that cannot be read are named")
        func unreadable() throws {
            let fake = try fake()
            let directory = try TemporaryDirectory()
            for path in [directory.path("missing"), try directory.write("empty", "")] {
                let result = send(to: fake.peer(.required)) { $0.certificates = path }
                #expect(result?.failure?.cause == .security)
                #expect(result?.failure?.text.contains(path) == true)
            }
            #expect(fake.log.connections == 0)
        }

        @Test("a system without trusted certificates says so")
        func noCertificates() {
            let contexts = TLSContexts(certificates: nil, systemCertificates: ["/nonexistent/a"])
            let problem = #expect(throws: TLSContexts.Problem.self) { try contexts.context(verifying: true) }
            #expect(problem?.reason.contains("transport.certificates") == true)
            #expect(throws: Never.self) { try contexts.context(verifying: false) }
        }

        @Test("SNI is for names")
        func serverName() {
            func name(_ host: String, _ name: String? = nil) -> String? {
                PeerSecurity(
                    Peer(.smtp, .host(host, port: 25), certificateName: name), standard: .required
                ).name
            }
            #expect(name("mx.example.org") == "mx.example.org")
            #expect(name("mx.example.org.") == "mx.example.org")
            #expect(name("192.0.2.1") == nil)
            #expect(name("2001:db8::1") == nil)
            #expect(name("192.0.2.1", "mx.example.org") == "mx.example.org")
        }

        // MARK: Passwords

        @Test(
            "a password is shown only to the host that it is for, but where the route says otherwise",
            arguments: [
                ("mx.example.org", "me", nil, true), ("mx.example.org", nil, nil, false),
                ("mx.example.org", "me", false, false), ("localhost", "me", nil, false),
                ("127.0.0.1", "me", nil, false), ("127.example.org", "me", nil, true),
                ("::1", "me", nil, false),
            ] as [(String, String?, Bool?, Bool)])
        func passwords(host: String, user: String?, verifies: Bool?, expected: Bool) {
            let peer = Peer(.smtp, .host(host, port: 587), verifies: verifies, user: user)
            #expect(PeerSecurity(peer, standard: .opportunistic).verifies == expected)
        }

        private func authenticating(_ answer: String) throws -> FakePeer {
            try fake(nil) {
                $0.capabilities.append("AUTH PLAIN")
                $0.answer = { line, _ in line.hasPrefix("AUTH") ? .say(answer) : nil }
            }
        }

        @Test("who we are is told with the password of the file")
        func authentication() throws {
            let fake = try authenticating("235 2.7.0 welcome\r\n")
            let file = CredentialsFile(Array("127.0.0.1 me open sesame\n".utf8))
            let result = send(to: fake.peer(.off, user: "me")) { $0.credentials = .success(file) }
            #expect(result?.isAccepted == true)
            // "\0me\0open sesame"
            #expect(fake.log.commands.contains("AUTH PLAIN AG1lAG9wZW4gc2VzYW1l"))
        }

        @Test("without a password nobody is called, and the reason has none")
        func noPassword() throws {
            let fake = try authenticating("235 2.7.0 welcome\r\n")
            let file = CredentialsFile(Array("127.0.0.1 you hidden\nbad\n".utf8), path: "/etc/passwords")
            let problem = #expect(throws: CredentialsFile.Problem.self) {
                try CredentialsFile(path: "/nonexistent/file")
            }
            let given: [Result<CredentialsFile, CredentialsFile.Problem>?] = [
                .success(file), problem.map { .failure($0) }, nil,
            ]
            for credentials in given {
                let result = send(to: fake.peer(.off, user: "me")) { $0.credentials = credentials }
                #expect(result?.isTemporary == true)
                #expect(result?.failure?.cause == .security)
                #expect(result?.failure?.text.contains("hidden") == false)
            }
            #expect(fake.log.connections == 0)
        }

        @Test("a password that is refused is not tried again; other users of the server are not harmed")
        func refused() throws {
            let fake = try authenticating("535 5.7.8 no\r\n")
            withCarrier({ $0.credentials = .success(CredentialsFile(Array("* me secret\n".utf8))) }) {
                carrier in
                for number in 1...3 {
                    let result = carrier.send(message(number), by: [.peer(fake.peer(.off, user: "me"))]).first
                    #expect(result?.isTemporary == true)
                    #expect(result?.failure?.cause == .security)
                    let isLater = result?.failure?.text.hasPrefix("not tried again: ") == true
                    #expect(isLater == (number > 1))
                }
                #expect(carrier.send(message(4), by: [fake.route]).first?.isAccepted == true)
                #expect(carrier.suspensions.isEmpty)
            }
            #expect(fake.log.commands.filter { $0.hasPrefix("AUTH") }.count == 1)
        }
    }
}
