/// What became of a message that was handed on.
package enum TransportResult: Equatable, Sendable {
    /// The other side answers for it from now on.
    case accepted
    /// It may be accepted later.
    case temporaryFailure(TransportFailure)
    /// It will never be accepted like this.
    case permanentFailure(TransportFailure)
}

/// Why a message was not accepted.
package struct TransportFailure: Equatable, Sendable {
    /// The enhanced status (RFC 3463): `5.1.1`.
    package let status: String
    /// One line without controls, at most 500 bytes.
    package let text: String

    package init(status: String, text: String) {
        self.status = status
        self.text = text
    }
}
