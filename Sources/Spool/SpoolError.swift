package import Platform

/// Why something in the spool could not be done. Nothing was lost by it: what was in the spool before is
/// there still, and what was not yet committed must be answered for by whoever still has it.
package struct SpoolError: Error, Equatable, Sendable {
    package enum Kind: Equatable, Sendable {
        /// The spool, or the user's part of it, is not there.
        case absent
        /// Somebody else could have put there what is there: wrong owner, permissions, links, kind of file.
        case unsafe
        /// An entry is not what was written. In the queue and on hold it is moved to `corrupt/`.
        case damaged
        /// An entry has a format that this version does not know. It stays where it is.
        case unsupported
        /// An entry, a header or a record is larger than the format allows.
        case tooLarge
        /// A system call failed; ``SpoolError/cause`` says which.
        case failed
    }

    package let kind: Kind
    /// What it is about.
    package let path: String
    /// In words, one line; empty where ``cause`` says it all.
    package let reason: String
    package let cause: SystemError?

    init(_ kind: Kind, path: String, reason: String) {
        self.kind = kind
        self.path = path
        self.reason = reason
        cause = nil
    }

    init(_ cause: SystemError) {
        kind = .failed
        path = cause.path
        reason = ""
        self.cause = cause
    }
}

extension SpoolError: CustomStringConvertible {
    /// `spool/1000/queue/…: the message is not what its checksum says`
    package var description: String {
        if let cause { return cause.description }
        return "\(path): \(reason)"
    }
}
