/// Failures as sessions report them: each with the peer's name.
extension ClientSession {
    /// What a refusal of this message or address says.
    ///
    /// 5yz is permanent, but where it is about who we are (RFC 4954 §6, RFC 3207 §4): a password that is wrong must
    /// not bounce mail.
    func result(of reply: Reply) -> TransportResult {
        guard ![530, 534, 535, 538].contains(reply.code) else {
            return .temporaryFailure(failure(of: reply, .temporary, cause: .security))
        }
        guard reply.class == .permanent else {
            return .temporaryFailure(failure(of: reply, .temporary, cause: .reply))
        }
        return .permanentFailure(failure(of: reply, .permanent, cause: .reply))
    }

    func failure(
        of reply: Reply, _ class: EnhancedStatus.Class, cause: TransportFailure.Cause
    ) -> TransportFailure {
        let status = reply.status?.with(`class`) ?? EnhancedStatus(`class`, cause == .security ? 7 : 0, 0)
        return TransportFailure(
            status: status.text, text: reply.text, cause: cause, peer: options.peer, reply: reply.text)
    }

    func failure(_ status: String, _ text: String, _ cause: TransportFailure.Cause) -> TransportFailure {
        TransportFailure(
            status: status, text: TransportText.clean(Array(text.utf8)[...]), cause: cause, peer: options.peer
        )
    }

    /// What the peer said is not the protocol.
    func misunderstanding(_ text: String) -> TransportFailure { failure("4.5.0", text, .protocol) }

    func refusal(_ status: String, _ text: String) -> TransportResult {
        .permanentFailure(failure(status, text, .content))
    }
}
