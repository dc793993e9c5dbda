/// What was seen in a message's attachments, and in the archives among them.
///
/// It is made by a process without rights (postmaster-attachments(8)), out of what a stranger wrote: names may be
/// anything but longer than ``ExaminedFile/longestName``.
package struct AttachmentReport: Equatable, Sendable {
    package var files: [ExaminedFile]
    package var findings: [AttachmentFinding]

    package init(files: [ExaminedFile] = [], findings: [AttachmentFinding] = []) {
        self.files = files
        self.findings = findings
    }

    /// Most files, and most findings, that a report holds: one more is a finding of the kind `limit`.
    package static var most: Int { 20_000 }
}

/// A part of the message, or an entry of an archive.
package struct ExaminedFile: Equatable, Sendable {
    /// Bytes of a name that are kept.
    package static var longestName: Int { 1024 }

    /// Everything that some reader may take for its name, decoded: what Content-Disposition says, what Content-Type
    /// says, both as RFC 2231 and as it stands; for an entry, what both directories of an archive say. UTF-8 with
    /// replacements.
    package var names: [String]
    /// The archives that it lies in, from the outermost, by their names; empty for a part of the message.
    package var container: [String]
    /// `type/subtype` in lower case, as the part says; empty for an entry.
    package var declaredType: String
    /// `type/subtype` as its contents say; empty where nobody could tell.
    package var recognisedType: String
    /// Bytes, decoded; what the archive says for an entry. Nil where nobody knows.
    package var size: Int?

    package init(
        names: [String], container: [String] = [], declaredType: String = "", recognisedType: String = "",
        size: Int? = nil
    ) {
        self.names = names
        self.container = container
        self.declaredType = declaredType
        self.recognisedType = recognisedType
        self.size = size
    }
}

/// Something that deserves a policy of its own.
package struct AttachmentFinding: Equatable, Sendable {
    package enum Kind: String, Sendable, CaseIterable {
        /// An archive, or an entry of one, whose contents need a password.
        case encrypted
        /// An Office document with macros.
        case macros
        /// The contents are of another type than the part, or its name, says, and of one that runs.
        case mismatch
        /// A name made to mislead: bidirectional controls, NUL, several extensions, homoglyphs…
        case name
        /// Structure made to mislead: directories that disagree, boundaries within boundaries…
        case structure
        /// A limit was reached: what is behind it nobody has seen.
        case limit
        /// What is there cannot be read: broken, or of an unknown kind.
        case unreadable
    }

    package var kind: Kind
    /// The file, as in ``ExaminedFile/container`` and its name, with `/` between them.
    package var file: String
    /// More about it, in words.
    package var detail: String

    package init(_ kind: Kind, file: String, _ detail: String) {
        self.kind = kind
        self.file = file
        self.detail = detail
    }
}
