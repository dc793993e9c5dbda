/// A call of SQLite that failed: what it was to do, on which file, and why.
package struct DatabaseError: Error, Equatable, Sendable {
    package enum Operation: String, Sendable {
        case create, open, prepare, execute
    }

    package let operation: Operation
    package let path: String
    /// SQLite's extended result code.
    package let code: Int
    /// SQLite's words for it.
    package let message: String

    package init(_ operation: Operation, path: String, code: Int, message: String) {
        self.operation = operation
        self.path = path
        self.code = code
        self.message = message
    }

    /// What SQLite calls a result, without its details.
    package enum Result: Int, Sendable {
        case error = 1, busy = 5, locked = 6, outOfMemory = 7, readOnly = 8, interrupted = 9, inputOutput = 10
        case corrupt = 11, full = 13, cannotOpen = 14, notDatabase = 26
    }

    /// Nil for a result that nobody tells apart.
    package var result: Result? { Result(rawValue: code & 0xFF) }
}

extension DatabaseError: CustomStringConvertible {
    /// `open /home/a/state.db: file is not a database (26)`
    package var description: String { "\(operation.rawValue) \(path): \(message) (\(code))" }
}
