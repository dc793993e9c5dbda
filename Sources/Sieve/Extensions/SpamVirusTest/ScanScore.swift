/// What a scanner looks for (RFC 5235).
package enum ScanKind: Sendable, Equatable {
    case spam, virus
}

/// What a scanner has said about the message.
package enum ScanScore: Sendable, Equatable {
    /// Nobody has looked.
    case unknown
    /// From 0, clean, to 1, spam; for viruses the steps of RFC 5235 §3, of which 1 is the fifth.
    case fraction(Double)
}
