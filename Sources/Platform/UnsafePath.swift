import Glibc

/// A path that is not to be trusted with a user's mail: which component is to blame, and why.
package struct UnsafePath: Error, Equatable, Sendable {
    package enum Reason: Equatable, Sendable {
        case notAbsolute
        /// It does not exist; everything above it is as it should be.
        case missing
        case notDirectory
        case notRegularFile
        /// It belongs to `owner`, who is none of those who may have it.
        case owner(UInt32)
        case writableByEverybody
        case writableByGroup(UInt32)
        /// A symbolic link that somebody else may have put there.
        case linkInSharedDirectory
        case tooManyLinks
        /// It may not be searched by this process.
        case unsearchable
        /// Any other `errno`.
        case system(CInt)
    }

    /// What the path is for: `mail root`.
    package let subject: String
    /// The path as it was given.
    package let path: String
    /// The full path up to the component, links resolved.
    package let component: String
    package let reason: Reason

    package init(subject: String, path: String, component: String, reason: Reason) {
        self.subject = subject
        self.path = path
        self.component = component
        self.reason = reason
    }
}

extension UnsafePath: CustomStringConvertible {
    /// `mail root /srv/mail/x: /srv/mail is writable by everybody`
    package var description: String {
        component == path ? "\(subject) \(path) \(reason)" : "\(subject) \(path): \(component) \(reason)"
    }
}

extension UnsafePath.Reason: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notAbsolute: "is not an absolute path"
        case .missing: "does not exist"
        case .notDirectory: "is not a directory"
        case .notRegularFile: "is not a regular file"
        case .owner(let owner): "belongs to uid \(owner)"
        case .writableByEverybody: "is writable by everybody"
        case .writableByGroup(let group): "is writable by group \(group)"
        case .linkInSharedDirectory: "is a link in a directory that others may write"
        case .tooManyLinks: "is behind too many links"
        case .unsearchable: "may not be searched"
        case .system(let code): SystemError(call: "cannot be looked at", path: "", code: code).description
        }
    }
}
