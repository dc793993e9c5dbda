import Platform

/// Dovecot's user database, asked through the socket `auth-userdb` in its protocol, version 1.
struct DovecotUserDatabase {
    let socketPath: String

    func find(_ name: UserName, until deadline: Deadline) throws(UserLookupError) -> MailUser? {
        switch try ask(name, until: deadline) {
        case .notFound:
            return nil
        case .user(let answered, let fields):
            // The server may spell the name in another way, but not in one that could not be asked for.
            guard let name = UserName(answered) else { throw failure("it answers with a name that is none") }
            do throws(UserFields.Problem) {
                return try fields.mailUser(name)
            } catch {
                throw failure(error.reason)
            }
        }
    }

    private func ask(
        _ name: UserName, until deadline: Deadline
    ) throws(UserLookupError) -> DovecotReply.Answer {
        var stream = try connect(until: deadline)
        let question = "VERSION\t1\t2\nUSER\t\(DovecotReply.request)\t\(name.text)\tservice=lda\n"
        try send(Array(question.utf8), on: stream)
        var reply = DovecotReply()
        while true {
            let bytes = try receive(on: &stream)
            guard !bytes.isEmpty else { throw failure("it hangs up without an answer") }
            if let answer = try take(bytes, into: &reply) { return answer }
        }
    }

    private func connect(until deadline: Deadline) throws(UserLookupError) -> StreamSocket {
        do throws(SystemError) {
            return try StreamSocket(connectingTo: socketPath, deadline: deadline)
        } catch {
            throw UserLookupError(source: socketPath, error)
        }
    }

    private func send(_ bytes: [UInt8], on stream: borrowing StreamSocket) throws(UserLookupError) {
        do throws(SystemError) {
            try stream.send(bytes)
        } catch {
            throw UserLookupError(source: socketPath, error)
        }
    }

    private func receive(on stream: inout StreamSocket) throws(UserLookupError) -> [UInt8] {
        do throws(SystemError) {
            return try stream.receive()
        } catch {
            throw UserLookupError(source: socketPath, error)
        }
    }

    private func take(
        _ bytes: [UInt8], into reply: inout DovecotReply
    ) throws(UserLookupError) -> DovecotReply.Answer? {
        do throws(DovecotReply.Problem) {
            return try reply.take(bytes)
        } catch {
            throw failure(error.reason)
        }
    }

    private func failure(_ reason: String) -> UserLookupError {
        UserLookupError(source: socketPath, reason: reason)
    }
}
