import MailMessage

/// One exchange of AUTH (RFC 4954 §4), from our side.
///
/// Invariant: ``isComplete`` is true only if a 235 may be believed: for SCRAM, after the server has shown what it
/// knows.
struct AuthenticationExchange: Sendable {
    private enum Step: Sendable {
        /// Everything was said with the command.
        case said
        case user, password
        case challenge(SCRAMClient)
        case signature(SCRAMClient)
    }

    let mechanism: AuthenticationMechanism
    private let credential: PasswordCredential
    private var step: Step

    /// Nil if the credential cannot be said with `mechanism`.
    init?(_ mechanism: AuthenticationMechanism, _ credential: PasswordCredential, nonce: [UInt8]) {
        guard !credential.user.isEmpty, !credential.user.utf8.contains(0),
            !credential.password.utf8.contains(0)
        else { return nil }
        self.mechanism = mechanism
        self.credential = credential
        switch mechanism {
        case .plain: step = .said
        case .login: step = .user
        case .scramSHA256:
            guard !nonce.isEmpty, let client = SCRAMClient(credential, nonce: Base64.encodeUnbroken(nonce))
            else {
                return nil
            }
            step = .challenge(client)
        }
    }

    var isComplete: Bool {
        if case .said = step { true } else { false }
    }

    /// The command, without its line end.
    var command: [UInt8] {
        let name = Array("AUTH \(mechanism.rawValue)".utf8)
        switch step {
        case .said:
            // RFC 4616 §2: no authorization identity, the user, the password.
            let message = [0] + Array(credential.user.utf8) + [0] + Array(credential.password.utf8)
            return name + [UInt8(ascii: " ")] + Base64.encodeUnbroken(message)
        case .challenge(let client):
            return name + [UInt8(ascii: " ")] + Base64.encodeUnbroken(client.firstMessage)
        case .user, .password, .signature: return name
        }
    }

    /// The answer to a 334 with `challenge`, without its line end.
    mutating func answer(_ challenge: [UInt8]) throws(SCRAMClient.Refusal) -> [UInt8] {
        switch step {
        case .said:
            throw SCRAMClient.Refusal(text: "a challenge where none is due")
        case .user:
            // The prompts are not looked at: servers differ in them.
            step = .password
            return Base64.encodeUnbroken(Array(credential.user.utf8))
        case .password:
            step = .said
            return Base64.encodeUnbroken(Array(credential.password.utf8))
        case .challenge(var client):
            guard let message = Base64.decodeStrict(challenge) else {
                throw SCRAMClient.Refusal(text: "a challenge that is not base64")
            }
            let answer = try client.finalMessage(message)
            step = .signature(client)
            return Base64.encodeUnbroken(answer)
        case .signature(let client):
            guard let message = Base64.decodeStrict(challenge), client.verify(message) else {
                throw SCRAMClient.Refusal(text: "the server does not know the password")
            }
            step = .said
            // RFC 4954 §4: an empty answer to what needs none.
            return []
        }
    }
}
