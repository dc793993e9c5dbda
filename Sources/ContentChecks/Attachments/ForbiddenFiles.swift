/// The files that a site does not want, by name and by type.
package struct ForbiddenFiles: Sendable {
    private let names: [String]
    private let types: [String]

    /// - Parameter names: globs: `*` for anything, `?` for one character, ASCII letters of either case.
    package init(names: [String], types: [String]) {
        self.names = names
        self.types = types
    }

    /// The first file of a report that is not wanted, and the glob that says so; nil if there is none.
    package func first(in report: AttachmentReport) -> (file: ExaminedFile, glob: String)? { nil }
}
