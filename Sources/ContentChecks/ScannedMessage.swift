package import Platform

/// A message as scanners are given it: as it came, with the line ends that it has.
package struct ScannedMessage: ~Copyable {
    package let bytes: SharedBytes
    /// A file with the message in it, for scanners that take one; there may be trace fields before the message. Nil
    /// for a message that is in memory.
    package let file: OwnedFileDescriptor?

    package init(_ bytes: SharedBytes, file: consuming OwnedFileDescriptor? = nil) {
        self.bytes = bytes
        self.file = file
    }
}

/// What is known of a message's way, for scanners that want to know.
package struct ScannedEnvelope: Equatable, Sendable {
    /// The reverse path; empty for the null one.
    package var sender: String
    package var recipient: String
    package var user = ""
    package var clientAddress: String?
    package var clientName: String?
    package var clientHELO: String?
    package var authenticatedUser: String?
    package var queueIdentifier: String?

    package init(sender: String, recipient: String) {
        self.sender = sender
        self.recipient = recipient
    }
}
