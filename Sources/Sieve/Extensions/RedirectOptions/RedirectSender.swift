import MailMessage

/// Under whose name a message is sent on (`sieve_redirect_envelope_from`).
package enum RedirectSender {
    /// The reverse path, empty for the null one.
    ///
    /// A message with the null reverse path keeps it, whatever the policy (RFC 5228 §4.2): it must never come back
    /// to anybody.
    package static func reversePath(
        _ policy: AddressSource, envelope: SieveEnvelope, owner: ScriptOwner
    ) -> String {
        if envelope.sender.isEmpty || envelope.sender == "<>" { return "" }
        // As it came: the MTA took it, whether or not it is an address to us.
        if policy == .sender { return envelope.sender }
        return policy.address(envelope, owner)?.text ?? ""
    }
}
