package import Platform

/// Why something could not be done in a mail root.
package enum MaildirError: Error, Equatable, Sendable {
    /// A system call failed.
    case system(SystemError)
    /// The mailbox does not exist, and may not be created. The path says which.
    case noSuchMailbox(path: String)
    case name(MailboxNameError)
    /// A symbolic link stands for a folder, and is neither the mail root's owner's nor root's.
    case foreignLink(path: String)
    /// Every name that was tried is taken.
    case noFreeName(path: String)
    /// A message was to be published that could not be written, or that was published already.
    case notPublishable(path: String)

    /// `errno`, where there is one.
    package var code: CInt? {
        if case .system(let error) = self { error.code } else { nil }
    }

    /// Whether the file system holds no more of this user's (`EDQUOT`, `EFBIG`): no matter of the machine's.
    package var isQuota: Bool { code == ErrorCode.quotaExceeded || code == ErrorCode.fileTooLarge }

    package var isNoSuchMailbox: Bool {
        if case .noSuchMailbox = self { true } else { false }
    }

    /// Whether the same again, later, may go well.
    package var mayPass: Bool {
        if case .name = self { false } else { true }
    }
}

extension MaildirError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .system(let error): error.description
        case .noSuchMailbox(let path): "\(path): no such mailbox"
        case .name(let error): error.description
        case .foreignLink(let path): "\(path): a symbolic link of somebody else's"
        case .noFreeName(let path): "\(path): every name that was tried is taken"
        case .notPublishable(let path): "\(path): not whole, or published before"
        }
    }
}

/// Something that went wrong without a message being the worse for it: a line for the log.
package struct MaildirWarning: Equatable, Sendable, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }

    init(_ what: String, _ cause: SystemError) { self.init("\(what): \(cause)") }
}
