package import ContentChecks

/// A message that means to get something past an examination, or to exhaust it, and what has to be said of it.
package struct Attack: Sendable, CustomStringConvertible {
    package enum Expectation: Sendable {
        /// Among the names of a file there is one that this glob matches.
        case forbidden(String)
        /// There is a finding of one of these kinds.
        case finding([String])
        /// There is a finding that says that something could not be seen.
        case unanswerable
        /// One or the other: it depends on how much memory there is.
        case either(String)
    }

    package let name: String
    package let message: [UInt8]
    package let expectations: [Expectation]

    package var description: String { name }

    init(_ name: String, _ message: [UInt8], _ expectations: Expectation...) {
        self.name = name
        self.message = message
        self.expectations = expectations
    }
}

extension Attack.Expectation {
    /// Whether a report says what is expected.
    package func isMet(by report: AttachmentReport) -> Bool {
        switch self {
        case .forbidden(let glob): ForbiddenFiles(names: [glob], types: []).first(in: report) != nil
        case .finding(let kinds): report.findings.contains { kinds.contains($0.kind.rawValue) }
        case .unanswerable:
            report.findings.contains { [.limit, .unreadable, .encrypted, .structure].contains($0.kind) }
        case .either(let glob):
            Self.forbidden(glob).isMet(by: report) || Self.unanswerable.isMet(by: report)
        }
    }

    static func finding(_ kind: String) -> Self { .finding([kind]) }
}

/// Messages with attachments that are made to mislead, all made here: no octet comes from anywhere else.
package enum Attacks {
    /// The program that most of them carry.
    package static var program: [UInt8] { Mail.program }

    package static func all() -> [Attack] {
        bombs() + zipDirectories() + otherArchives() + documents() + structures() + encodings() + parameters()
            + names()
            + kinds()
    }
}
