/// From the greeting to the first mail: EHLO, STARTTLS, AUTH.
extension ClientSession {
    mutating func takeGreeting(_ reply: Reply) {
        // RFC 5321 §3.1: a 554 here is about the server, not about our mail.
        guard reply.class == .success else { return refuse(reply) }
        sayHello()
    }

    private mutating func sayHello() {
        state = .hello(isExtended: true)
        say("\(options.dialogue == .lmtp ? "LHLO" : "EHLO") \(ownName)")
    }

    private var ownName: String {
        let name = options.helo
        let isUsable = 1...255 ~= name.utf8.count && name.utf8.allSatisfy { 0x21...0x7E ~= $0 }
        return isUsable ? name : "localhost"
    }

    mutating func takeHello(_ reply: Reply, isExtended: Bool) {
        switch reply.class {
        case .success:
            capabilities = isExtended ? Capabilities(reply) : Capabilities()
            considerTLS()
        case .permanent where isExtended && options.dialogue == .smtp:
            // RFC 5321 §3.2: a server that does not know EHLO.
            state = .hello(isExtended: false)
            say("HELO \(ownName)")
        default: refuse(reply)
        }
    }

    /// A server that does not want to talk to us: another one may, and so may this one later.
    private mutating func refuse(_ reply: Reply) {
        guard reply.class != .intermediate, reply.class != .success else {
            return end(misunderstanding("an answer that makes no sense: \(reply.text)"))
        }
        end(failure(of: reply, .temporary, cause: .connection), politely: true)
    }

    // MARK: - TLS

    private mutating func considerTLS() {
        switch options.encryption {
        case _ where isEncrypted, .off, .implicit: authenticate()
        case .opportunistic, .required:
            if capabilities.startTLS {
                state = .startTLS
                say("STARTTLS")
            } else if options.encryption == .required {
                end(failure("4.7.4", "TLS is required, and not offered", .security), politely: true)
            } else {
                authenticate()
            }
        }
    }

    mutating func takeStartTLS(_ reply: Reply) {
        switch reply.class {
        case .success:
            // RFC 3207 §4.2, CVE-2011-0411: who put it there is not known.
            guard parser.isEmpty else {
                return end(misunderstanding("what came before TLS was awaited in the clear"))
            }
            state = .handshake
            effects.append(.startTLS)
            setDeadline(.command)
        case .intermediate: end(misunderstanding("an answer that makes no sense: \(reply.text)"))
        case .temporary, .permanent:
            guard options.encryption == .opportunistic else {
                return end(failure(of: reply, .temporary, cause: .security), politely: true)
            }
            authenticate()
        }
    }

    mutating func startAgainEncrypted() {
        guard case .handshake = state else { return }
        isEncrypted = true
        parser = ReplyParser()
        capabilities = Capabilities()
        sayHello()
    }

    mutating func failTLS(_ reason: String) {
        let isOptional =
            if case .handshake = state { options.encryption == .opportunistic } else { false }
        end(failure("4.7.5", "TLS failed: \(reason)", .security), withoutTLS: isOptional)
    }

    // MARK: - AUTH

    private mutating func authenticate() {
        guard let credential = options.credential else { return becomeReady() }
        let known = AuthenticationMechanism.allCases.filter(capabilities.mechanisms.contains)
        let safe = known.filter { isEncrypted || options.isLocal || !$0.showsPassword }
        mechanisms = safe.filter { AuthenticationExchange($0, credential, nonce: options.nonce) != nil }
        guard !mechanisms.isEmpty else {
            let reason =
                known.isEmpty
                ? "no authentication that we know is offered"
                : safe.isEmpty
                    ? "the password would go over the wire in the clear" : "the password cannot be said"
            return end(failure("4.7.0", reason, .security), politely: true)
        }
        tryNextMechanism(credential)
    }

    private mutating func tryNextMechanism(_ credential: PasswordCredential) {
        let mechanism = mechanisms.removeFirst()
        // What shows the password is tried once: the others could only say the same.
        if mechanism.showsPassword { mechanisms = [] }
        guard let exchange = AuthenticationExchange(mechanism, credential, nonce: options.nonce) else {
            return
        }
        state = .authentication(exchange)
        say(exchange.command)
    }

    mutating func takeAuthentication(_ reply: Reply, _ exchange: AuthenticationExchange) {
        switch reply.class {
        case .success:
            guard exchange.isComplete else {
                return end(failure("4.7.0", "the server has not shown that it knows the password", .security))
            }
            becomeReady()
        case .intermediate:
            var exchange = exchange
            do throws(SCRAMClient.Refusal) {
                let answer = try exchange.answer(reply.lines.first ?? [])
                state = .authentication(exchange)
                say(answer)
            } catch {
                end(failure("4.7.0", "authentication failed: \(error.text)", .security))
            }
        case .permanent where !mechanisms.isEmpty:
            // A server may offer a mechanism for which it has no secret of this user.
            guard let credential = options.credential else { return }
            tryNextMechanism(credential)
        case .temporary, .permanent:
            end(failure(of: reply, .temporary, cause: .security), politely: true)
        }
    }

    // MARK: - Ready

    mutating func becomeReady() {
        wasReady = true
        state = .ready
        effects += [.deadline(nil), .ready]
        if transaction != nil { startMail() }
    }

    mutating func takeReset(_ reply: Reply) {
        guard reply.class == .success else {
            return end(failure(of: reply, .temporary, cause: .connection), politely: true)
        }
        becomeReady()
    }
}
