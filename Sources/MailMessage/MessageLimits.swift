/// How far a message is taken apart.
///
/// Beyond a limit nothing fails: what was found until then stands, and the result says which limit ended it.
package struct MessageLimits: Sendable, Equatable {
    /// Octets of one header section.
    package var headerBytes: Int
    /// Fields of one header section.
    package var headerFields: Int
    /// Addresses of one field, valid or not.
    package var addresses: Int
    /// Parameters of one field, each segment of a continued one counted (RFC 2231 §3).
    package var parameters: Int
    /// Entities within one another, the message itself included.
    package var mimeDepth: Int
    /// Entities of one message, the message itself included.
    package var mimeParts: Int

    package init(
        headerBytes: Int = 1 << 20, headerFields: Int = 10_000, addresses: Int = 10_000,
        parameters: Int = 256,
        mimeDepth: Int = 100, mimeParts: Int = 10_000
    ) {
        self.headerBytes = headerBytes
        self.headerFields = headerFields
        self.addresses = addresses
        self.parameters = parameters
        self.mimeDepth = mimeDepth
        self.mimeParts = mimeParts
    }
}

/// The limit of ``MessageLimits`` that was reached.
package enum MessageLimit: String, Sendable {
    case headerBytes, headerFields, addresses, parameters, mimeDepth, mimeParts
}
