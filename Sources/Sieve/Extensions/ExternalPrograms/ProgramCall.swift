/// A program of the site's own folder that a script calls by its name (vnd.dovecot.pipe, .filter, .execute).
package struct ProgramCall: Sendable, Equatable {
    /// Without any `/`; the host looks for it in its folder alone.
    package let name: String
    package let arguments: [String]

    package init(name: String, arguments: [String]) {
        self.name = name
        self.arguments = arguments
    }
}

/// What the program reads from its standard input.
package enum ProgramInput: Sendable {
    case none
    case bytes([UInt8])
    /// The message as the script sees it now.
    case message(MessageContent)
}

/// What came of a program.
package enum ProgramAnswer: Sendable, Equatable {
    /// There is no such program, or none may be called.
    case notFound
    /// It ended with this status and wrote this.
    case ended(status: Int, output: [UInt8])
    /// It did not end by itself, could not be started, or wrote too much; in words.
    case failed(String)
}
