import CPlatform
import CSQLite
import Glibc

/// A value that goes into a database, or comes out of it.
package enum DatabaseValue: Equatable, Sendable {
    case null
    case integer(Int)
    case octets([UInt8])

    package var integer: Int? {
        if case .integer(let value) = self { value } else { nil }
    }
}

/// An SQLite database, open, with one owner. One thread at a time uses it; several processes may have it open.
///
/// A statement is interrupted after 10 million steps of SQLite's machine, which only a damaged file can take.
@safe
package struct Database: ~Copyable {
    private let handle: OpaquePointer
    package let path: String

    /// Makes an empty file for a database, mode 0600, unless one exists.
    package static func create(_ path: String) throws(DatabaseError) {
        // Without a descriptor: to close one would end the locks that another thread has on the file.
        if unsafe mknod(path, S_IFREG | 0o600, 0) == 0 || errno == EEXIST { return }
        // Some network file systems make files in no other way.
        let raw = unsafe postmaster_open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard raw >= 0 || errno == EEXIST else {
            let reason = SystemError(call: "open", path: path).reason
            throw DatabaseError(
                .create, path: path, code: DatabaseError.Result.cannotOpen.rawValue, message: reason)
        }
        if raw >= 0 { _ = close(raw) }
    }

    /// Opens a file that exists; SQLite reads it when it is first asked for something.
    ///
    /// - Parameter busyMilliseconds: how long a statement waits for another process.
    package init(opening path: String, busyMilliseconds: Int) throws(DatabaseError) {
        var opened: OpaquePointer?
        let wait = CInt(clamping: max(busyMilliseconds, 0))
        let code = unsafe csqlite_open(path, wait, 10_000_000, &opened)
        guard let handle = unsafe opened, Int(code) == CSQLITE_OK else {
            let message = unsafe String(cString: csqlite_message(opened))
            unsafe csqlite_close(opened)
            throw DatabaseError(.open, path: path, code: Int(code), message: message)
        }
        unsafe self.handle = handle
        self.path = path
    }

    deinit { unsafe csqlite_close(handle) }

    /// Runs statements that take no values and give no rows.
    package func execute(_ sql: StaticString) throws(DatabaseError) {
        let code = unsafe csqlite_execute(handle, Database.pointer(sql))
        guard Int(code) == CSQLITE_OK else { throw failure(.execute) }
    }

    /// Runs one statement with `values` for its parameters.
    ///
    /// - Returns: how many rows it changed.
    @discardableResult
    package func run(_ sql: StaticString, _ values: [DatabaseValue] = []) throws(DatabaseError) -> Int {
        var statement = try prepare(sql)
        try statement.bind(values)
        while try statement.next() != nil {}
        return Int(unsafe csqlite_changes(handle))
    }

    /// The first row that one statement gives with `values` for its parameters.
    package func row(
        _ sql: StaticString, _ values: [DatabaseValue] = []
    ) throws(DatabaseError) -> [DatabaseValue]? {
        var statement = try prepare(sql)
        try statement.bind(values)
        return try statement.next()
    }

    package func prepare(_ sql: StaticString) throws(DatabaseError) -> DatabaseStatement {
        var prepared: OpaquePointer?
        let code = unsafe csqlite_prepare(handle, Database.pointer(sql), &prepared)
        guard let statement = unsafe prepared, Int(code) == CSQLITE_OK else {
            throw failure(.prepare)
        }
        return unsafe DatabaseStatement(statement, of: handle, path: path)
    }

    /// Does all of `body`, or, if that throws, nothing of it. Others may not write from its beginning.
    package func transaction<Value>(
        _ body: (borrowing Database) throws(DatabaseError) -> Value
    ) throws(DatabaseError) -> Value {
        do throws(DatabaseError) {
            try execute("BEGIN IMMEDIATE")
            let value = try body(self)
            try execute("COMMIT")
            return value
        } catch {
            unsafe csqlite_roll_back(handle)
            throw error
        }
    }

    private func failure(_ operation: DatabaseError.Operation) -> DatabaseError {
        unsafe DatabaseError(handle, operation, path: path)
    }

    private static func pointer(_ sql: StaticString) -> UnsafePointer<CChar> {
        unsafe UnsafeRawPointer(sql.utf8Start).assumingMemoryBound(to: CChar.self)
    }
}

extension DatabaseError {
    /// The failure that the last call left.
    fileprivate init(_ handle: OpaquePointer, _ operation: Operation, path: String) {
        unsafe self.init(
            operation, path: path, code: Int(csqlite_code(handle)),
            message: String(cString: csqlite_message(handle)))
    }
}

/// A statement of a ``Database``, ready to run; again and again, with other values.
@safe
package struct DatabaseStatement: ~Copyable {
    private let statement: OpaquePointer
    /// Valid as long as the statement is.
    private let database: OpaquePointer
    private let path: String

    fileprivate init(_ statement: OpaquePointer, of database: OpaquePointer, path: String) {
        unsafe self.statement = statement
        unsafe self.database = database
        self.path = path
    }

    deinit { unsafe csqlite_finalize(statement) }

    /// Begins anew, with `values` for the parameters in their order; those without a value are null.
    package mutating func bind(_ values: [DatabaseValue]) throws(DatabaseError) {
        unsafe csqlite_reset(statement)
        for (index, value) in zip(CInt(1)..., values) {
            let code =
                switch value {
                case .null: CInt(0)
                case .integer(let integer): unsafe csqlite_bind_integer(statement, index, Int64(integer))
                case .octets(let octets):
                    unsafe octets.withUnsafeBufferPointer {
                        unsafe csqlite_bind_bytes(statement, index, $0.baseAddress, $0.count)
                    }
                }
            guard Int(code) == CSQLITE_OK else {
                throw unsafe DatabaseError(database, .execute, path: path)
            }
        }
    }

    /// The next row; nil when there is none any more.
    package mutating func next() throws(DatabaseError) -> [DatabaseValue]? {
        let code = Int(unsafe csqlite_step(statement))
        if code == CSQLITE_DONE { return nil }
        guard code == CSQLITE_ROW else {
            throw unsafe DatabaseError(database, .execute, path: path)
        }
        var row: [DatabaseValue] = []
        for column in 0..<max(unsafe csqlite_columns(statement), 0) { row.append(value(in: column)) }
        return row
    }

    private func value(in column: CInt) -> DatabaseValue {
        switch Int(unsafe csqlite_type(statement, column)) {
        case CSQLITE_INTEGER: return .integer(Int(unsafe csqlite_integer(statement, column)))
        case CSQLITE_NULL: return .null
        default:
            var count = 0
            let bytes = unsafe csqlite_bytes(statement, column, &count)
            return .octets(unsafe Array(UnsafeBufferPointer(start: bytes, count: count)))
        }
    }
}
