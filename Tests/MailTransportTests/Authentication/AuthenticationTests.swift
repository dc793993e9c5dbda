import MailMessage
import Platform
import TestSupport
import Testing

@testable import MailTransport

@Suite struct Base64Tests {
    @Test(
        "the vectors of RFC 4648 §10",
        arguments: [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ])
    func vectors(text: String, encoded: String) {
        #expect(Base64.encodeUnbroken(Array(text.utf8)) == Array(encoded.utf8))
        #expect(Base64.decodeStrict(encoded.utf8) == Array(text.utf8))
    }

    @Test(
        "anything else is refused",
        arguments: [
            "Z", "Zg", "Zg=", "Zg===", "=Zg=", "====", "Zh==", "Zm9=", "Zg==Zg==", "Zm9v\n", "Zm 9", "Zm_9",
            "é===", "Z===",
        ])
    func bad(text: String) {
        #expect(Base64.decodeStrict(text.utf8) == nil)
    }

    @Test("what was encoded is what is decoded, and nothing else is the same")
    func random() {
        var generator = SeededGenerator(seed: 6)
        for _ in 0..<5000 {
            let bytes = generator.bytes(upTo: 20)
            #expect(Base64.decodeStrict(Base64.encodeUnbroken(bytes)) == bytes)
            let text = (0..<8).map { _ in "AZaz09+/=".utf8.randomElement(using: &generator) ?? 0 }
            if let decoded = Base64.decodeStrict(text) { #expect(Base64.encodeUnbroken(decoded) == text) }
        }
    }
}

@Suite struct SCRAMClientTests {
    // RFC 7677 §3
    private let nonce = Array("rOprNGfwEbeRWgbNEkqO".utf8)
    private let challenge =
        "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"
    private let credential = PasswordCredential(user: "user", password: "pencil")

    private func client() throws -> SCRAMClient {
        try #require(SCRAMClient(credential, nonce: nonce))
    }

    /// The second message, or nil where it is refused.
    private func answer(_ client: inout SCRAMClient, _ challenge: String) -> String? {
        do throws(SCRAMClient.Refusal) {
            return String(decoding: try client.finalMessage(Array(challenge.utf8)), as: UTF8.self)
        } catch {
            return nil
        }
    }

    @Test("the exchange of RFC 7677 §3")
    func example() throws {
        var client = try client()
        #expect(client.firstMessage == Array("n,,n=user,r=rOprNGfwEbeRWgbNEkqO".utf8))
        #expect(
            answer(&client, challenge)
                == "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="
        )
        #expect(client.verify(Array("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=".utf8)))
        #expect(client.verify(Array("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=,x=ext".utf8)))
    }

    @Test(
        "a signature that is not the right one is refused",
        arguments: [
            "v=7rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
            "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95Gk=",
            "v=", "v=6rri",
            "e=other-error", "", "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
            "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4",
        ])
    func wrongSignature(message: String) throws {
        var client = try client()
        #expect(!client.verify(Array(message.utf8)))
        _ = answer(&client, challenge)
        #expect(!client.verify(Array(message.utf8)))
    }

    @Test(
        "a challenge that could only harm is refused",
        arguments: [
            "", "r=", "r=rOprNGfwEbeRWgbNEkqO,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
            "r=xOprNGfwEbeRWgbNEkqOabc,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
            "r=rOprNGfwEbeRWgbNEkqOabc,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4095",
            "r=rOprNGfwEbeRWgbNEkqOabc,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=1000001",
            "r=rOprNGfwEbeRWgbNEkqOabc,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=99999999999999999999",
            "r=rOprNGfwEbeRWgbNEkqOabc,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=-4096",
            "r=rOprNGfwEbeRWgbNEkqOabc,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=",
            "r=rOprNGfwEbeRWgbNEkqOabc,s=,i=4096", "r=rOprNGfwEbeRWgbNEkqOabc,s=x,i=4096",
            "m=ext,r=rOprNGfwEbeRWgbNEkqOabc,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
            "s=W22ZaJ0SNY7soEsUEjb6gQ==,r=rOprNGfwEbeRWgbNEkqOabc,i=4096",
            "r=rOprNGfwEbeRWgbNEkqOa\u{1}bc,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
            "r=rOprNGfwEbeRWgbNEkqO\u{E9},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
            "e=unknown-user",
        ])
    func badChallenge(text: String) throws {
        var client = try client()
        #expect(answer(&client, text) == nil)
    }

    @Test("extensions at the end are heeded in the proof, and otherwise not")
    func extensions() throws {
        var plain = try client()
        var extended = try client()
        let one = answer(&plain, challenge)
        let other = answer(&extended, challenge + ",x=y")
        #expect(one != nil && other != nil && one != other)
    }

    @Test("a name with commas and equals signs is escaped")
    func escapes() throws {
        let odd = try #require(
            SCRAMClient(PasswordCredential(user: "a,b=c", password: "x"), nonce: Array("n".utf8)))
        #expect(odd.firstMessage == Array("n,,n=a=2Cb=3Dc,r=n".utf8))
    }

    @Test(
        "what SASLprep could change is not prepared",
        arguments: [("é", "x"), ("x", "é"), ("", "x"), ("x", ""), ("x\0", "x"), ("x", "a\tb")])
    func unprepared(user: String, password: String) {
        #expect(SCRAMClient(PasswordCredential(user: user, password: password), nonce: nonce) == nil)
    }

    @Test("a nonce is printable and has no comma", arguments: ["", "a,b", "a b", "a\u{7F}"])
    func badNonce(text: String) {
        #expect(SCRAMClient(credential, nonce: Array(text.utf8)) == nil)
    }
}

@Suite struct AuthenticationExchangeTests {
    private let credential = PasswordCredential(user: "user", password: "pencil")

    @Test("a password is not shown by accident")
    func secrecy() {
        #expect("\(credential)" == "credential of user")
        #expect(!String(reflecting: credential).contains("pencil"))
        var text = ""
        dump(credential, to: &text)
        #expect(!text.contains("pencil"))
        var options = SessionOptions.test(credential: credential)
        options.replyTimeout = 5
        #expect(!"\(options)".contains("pencil"))
    }

    @Test("what cannot be said is not tried")
    func impossible() {
        for bad in [("", "x"), ("a\0", "x"), ("a", "x\0")] {
            for mechanism in AuthenticationMechanism.allCases {
                let credential = PasswordCredential(user: bad.0, password: bad.1)
                #expect(AuthenticationExchange(mechanism, credential, nonce: [1]) == nil)
            }
        }
        #expect(AuthenticationExchange(.scramSHA256, credential, nonce: []) == nil)
        let international = PasswordCredential(user: "é", password: "x")
        #expect(AuthenticationExchange(.scramSHA256, international, nonce: [1]) == nil)
        #expect(AuthenticationExchange(.plain, international, nonce: [1]) != nil)
    }

    /// A server of SCRAM-SHA-256 (RFC 5802 §3), by its own reckoning.
    private func serve(_ password: String, user: PasswordCredential) -> (reply: String, isReady: Bool) {
        var session = ClientSession(.test(credential: user))
        _ = session.handle(.connected)
        func hear(_ text: String) -> [UInt8] {
            var written: [UInt8] = []
            for effect in session.handle(.received(Array((text + "\r\n").utf8))) {
                if case .write(let bytes) = effect { written += bytes.dropLast(2) }
            }
            return written
        }
        _ = hear("220 x")
        let command = String(decoding: hear("250-x\r\n250 AUTH SCRAM-SHA-256 PLAIN"), as: UTF8.self)
        guard command.hasPrefix("AUTH SCRAM-SHA-256 "),
            let first = Base64.decodeStrict(command.utf8.dropFirst(19))
        else {
            return ("no AUTH", false)
        }
        let bare = Array(first.dropFirst(3))
        let nonce = String(decoding: bare, as: UTF8.self).split(separator: ",r=").last.map(String.init) ?? ""
        let salt = Array("salt".utf8)
        let challenge = Array(
            "r=\(nonce)server,s=\(String(decoding: Base64.encodeUnbroken(salt), as: UTF8.self)),i=4096".utf8)
        guard
            let last = Base64.decodeStrict(
                hear("334 \(String(decoding: Base64.encodeUnbroken(challenge), as: UTF8.self))"))
        else {
            return ("no answer", false)
        }
        let text = String(decoding: last, as: UTF8.self)
        guard let proofText = text.split(separator: ",p=").last,
            let proof = Base64.decodeStrict(proofText.utf8)
        else {
            return ("no proof", false)
        }
        let withoutProof = Array(text.utf8.dropLast(proofText.utf8.count + 3))
        let comma = [UInt8(ascii: ",")]
        let exchange = bare + comma + challenge + comma + withoutProof
        let salted = Digest.pbkdf2SHA256(password: Array(password.utf8), salt: salt, iterations: 4096)
        let stored = Digest.sha256(Digest.hmacSHA256(key: salted, Array("Client Key".utf8)))
        let key = zip(proof, Digest.hmacSHA256(key: stored, exchange)).map { $0 ^ $1 }
        let isKnown = Digest.sha256(key) == stored
        let signature = Digest.hmacSHA256(
            key: Digest.hmacSHA256(key: salted, Array("Server Key".utf8)), exchange)
        let final = Array("v=".utf8) + Base64.encodeUnbroken(signature)
        let answer = hear("334 \(String(decoding: Base64.encodeUnbroken(final), as: UTF8.self))")
        guard answer.isEmpty else { return ("an answer too many", false) }
        _ = hear("235 2.7.0 ok")
        return (isKnown ? "known" : "unknown", session.isReady)
    }

    @Test("a server that knows the password is believed, and it believes us")
    func scram() {
        #expect(serve("pencil", user: credential) == ("known", true))
    }

    @Test("a server that does not is not, whatever it says")
    func wrongPassword() {
        #expect(serve("eraser", user: credential) == ("unknown", false))
    }
}
