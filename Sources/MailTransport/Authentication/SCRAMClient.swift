import MailMessage
import Platform

/// SCRAM-SHA-256 from the client's side, without channel binding (RFC 5802, RFC 7677).
///
/// Invariant: ``verify(_:)`` is true only if the server has shown that it knows the password's keys.
struct SCRAMClient: Sendable {
    /// Why the server's word is not taken. The text is one line without secrets.
    struct Refusal: Error, Equatable, Sendable {
        let text: String
    }

    /// RFC 7677 §4 asks for 4,096 at least; with more than the other, a server would only waste our time.
    static let iterations = 4096...1_000_000
    static let maximumSalt = 1024

    private let password: [UInt8]
    /// RFC 5802 §7: `client-first-message-bare`
    private let first: [UInt8]
    private let nonce: [UInt8]
    private var serverSignature: [UInt8]?

    /// Nil for a user or a password that SASLprep (RFC 4013) could change, which is anything but printable ASCII.
    ///
    /// - Parameter nonce: printable, without commas.
    init?(_ credential: PasswordCredential, nonce: [UInt8]) {
        guard !nonce.isEmpty, nonce.allSatisfy(Self.isNonceText),
            Self.isPrepared(credential.user), Self.isPrepared(credential.password)
        else { return nil }
        password = Array(credential.password.utf8)
        self.nonce = nonce
        first = Array("n=".utf8) + Self.escaped(credential.user) + Array(",r=".utf8) + nonce
    }

    private static func isPrepared(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { 0x20...0x7E ~= $0 }
    }

    private static func isNonceText(_ byte: UInt8) -> Bool {
        0x21...0x7E ~= byte && byte != UInt8(ascii: ",")
    }

    /// RFC 5802 §5.1, `saslname`
    private static func escaped(_ user: String) -> [UInt8] {
        user.utf8.flatMap { byte in
            switch byte {
            case UInt8(ascii: ","): Array("=2C".utf8)
            case UInt8(ascii: "="): Array("=3D".utf8)
            default: [byte]
            }
        }
    }

    /// The first message, with the header that says that there is no channel binding.
    var firstMessage: [UInt8] { Array("n,,".utf8) + first }

    /// The second message, in answer to `challenge`: `r=NONCE,s=SALT,i=ITERATIONS`.
    mutating func finalMessage(_ challenge: [UInt8]) throws(Refusal) -> [UInt8] {
        let parts = challenge.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        guard parts.count >= 3, let whole = Self.value("r", parts[0]), let coded = Self.value("s", parts[1]),
            let count = Self.value("i", parts[2])
        else {
            // RFC 5802 §5.1: an extension that is mandatory and not known, or nonsense.
            throw Refusal(text: "a challenge of SCRAM that is not understood")
        }
        guard whole.starts(with: nonce), whole.count > nonce.count, whole.allSatisfy(Self.isNonceText) else {
            throw Refusal(text: "a nonce that is not ours")
        }
        guard let salt = Base64.decodeStrict(coded), 1...Self.maximumSalt ~= salt.count else {
            throw Refusal(text: "a salt that is not understood")
        }
        guard count.count <= 8, count.allSatisfy({ 0x30...0x39 ~= $0 }),
            let iterations = Int(String(decoding: count, as: UTF8.self)), Self.iterations ~= iterations
        else { throw Refusal(text: "a number of iterations that is too low or too high") }

        // `biws` is the header `n,,` (RFC 5802 §5.1, `c`).
        let withoutProof = Array("c=biws,r=".utf8) + whole
        let comma = [UInt8(ascii: ",")]
        let exchange = first + comma + challenge + comma + withoutProof
        let salted = Digest.pbkdf2SHA256(password: password, salt: salt, iterations: iterations)
        let clientKey = Digest.hmacSHA256(key: salted, Array("Client Key".utf8))
        let clientSignature = Digest.hmacSHA256(key: Digest.sha256(clientKey), exchange)
        let serverKey = Digest.hmacSHA256(key: salted, Array("Server Key".utf8))
        serverSignature = Digest.hmacSHA256(key: serverKey, exchange)
        let proof = zip(clientKey, clientSignature).map { $0 ^ $1 }
        return withoutProof + Array(",p=".utf8) + Base64.encodeUnbroken(proof)
    }

    /// Whether `message`, the server's last, is `v=` and the signature that only the right server can make.
    func verify(_ message: [UInt8]) -> Bool {
        let parts = message.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        guard let serverSignature, let first = parts.first, let coded = Self.value("v", first),
            let signature = Base64.decodeStrict(coded), signature.count == serverSignature.count
        else { return false }
        // In a time that does not tell how much of it was right.
        return zip(signature, serverSignature).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }

    private static func value(_ name: Unicode.Scalar, _ part: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard part.first == UInt8(ascii: name), part.dropFirst().first == UInt8(ascii: "=") else {
            return nil
        }
        return part.dropFirst(2)
    }
}
