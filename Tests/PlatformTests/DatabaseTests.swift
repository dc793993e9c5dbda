import Platform
import TestSupport
import Testing

@Suite("databases")
struct DatabaseTests {
    private let root: TemporaryDirectory

    init() throws { root = try TemporaryDirectory() }

    private func opened(_ name: String = "db") throws -> Database {
        try Database.create(root.path(name))
        return try Database(opening: root.path(name), busyMilliseconds: 100)
    }

    @Test("a file is made for its owner alone, and kept if there is one")
    func creation() throws {
        let path = root.path("db")
        try Database.create(path)
        #expect(try FileStatus.of(path).permissions == 0o600)
        try Database(opening: path, busyMilliseconds: 0).execute("CREATE TABLE t (a)")
        let size = try FileStatus.of(path).size
        try Database.create(path)
        #expect(try FileStatus.of(path).size == size && size > 0)
    }

    @Test("journals get the permissions of the file")
    func journal() throws {
        let database = try opened()
        try database.execute("PRAGMA journal_mode=PERSIST; CREATE TABLE t (a)")
        #expect(try FileStatus.of(root.path("db-journal")).permissions == 0o600)
    }

    @Test("what is not there, or is no file, is an error with its path")
    func unopenable() throws {
        try root.makeDirectory("directory")
        for name in ["missing", "directory", "no/such/place"] {
            let path = root.path(name)
            let error = #expect(throws: DatabaseError.self) {
                try Database(opening: path, busyMilliseconds: 0).execute("CREATE TABLE t (a)")
            }
            #expect(error?.path == path && error?.result == .cannotOpen)
        }
        let error = #expect(throws: DatabaseError.self) { try Database.create("/proc/none/db") }
        #expect(error?.description == "create /proc/none/db: No such file or directory (14)")
    }

    @Test(
        "values come out as they went in",
        arguments: [
            .null, .integer(0), .integer(.min), .integer(.max), .octets([]), .octets([0]),
            .octets(Array("text".utf8)), .octets([UInt8](repeating: 0xFF, count: 100_000)),
        ] as [DatabaseValue])
    func values(_ value: DatabaseValue) throws {
        let database = try opened()
        try database.execute("CREATE TABLE t (a, b)")
        #expect(try database.run("INSERT INTO t VALUES (?, ?)", [.integer(7), value]) == 1)
        #expect(try database.row("SELECT b, a FROM t") == [value, .integer(7)])
        #expect(try database.row("SELECT a FROM t WHERE b IS ?", [value]) == [.integer(7)])
        #expect(try database.row("SELECT a FROM t WHERE a=8") == nil)
    }

    @Test("a statement runs again with other values, and those left out are null")
    func statements() throws {
        let database = try opened()
        try database.execute("CREATE TABLE t (a)")
        var insertion = try database.prepare("INSERT INTO t VALUES (?)")
        for number in 1...3 {
            try insertion.bind([.integer(number)])
            #expect(try insertion.next() == nil)
        }
        try insertion.bind([])
        #expect(try insertion.next() == nil)
        var query = try database.prepare("SELECT a FROM t ORDER BY rowid")
        var rows: [DatabaseValue] = []
        while let row = try query.next() { rows += row }
        #expect(rows == [.integer(1), .integer(2), .integer(3), .null])
        #expect(throws: DatabaseError.self) { try query.bind([.integer(1)]) }
    }

    @Test("a statement may outlive its database")
    func lifetime() throws {
        func statement() throws -> DatabaseStatement { try opened().prepare("SELECT 5") }
        var query = try statement()
        #expect(try query.next() == [.integer(5)])
    }

    @Test("statements that are wrong, or none, are errors that say so")
    func wrong() throws {
        let database = try opened()
        let error = #expect(throws: DatabaseError.self) { try database.run("SELECT * FROM absent") }
        #expect(error?.result == .error && error?.message == "no such table: absent")
        #expect(throws: DatabaseError.self) { try database.run("") }
        #expect(throws: DatabaseError.self) { try database.execute("CREATE") }
    }

    @Test("a transaction does all or nothing")
    func transactions() throws {
        let database = try opened()
        try database.execute("CREATE TABLE t (a)")
        let changed = try database.transaction { (database) throws(DatabaseError) in
            try database.run("INSERT INTO t VALUES (1), (2)")
        }
        #expect(changed == 2)
        let error = #expect(throws: DatabaseError.self) {
            try database.transaction { (database) throws(DatabaseError) in
                try database.run("DELETE FROM t")
                try database.run("INSERT INTO missing VALUES (1)")
            }
        }
        #expect(error?.message == "no such table: missing")
        #expect(try database.row("SELECT count(*) FROM t") == [.integer(2)])
        // The next one is not inside the one that failed.
        #expect(
            try database.transaction { (database) throws(DatabaseError) in try database.run("DELETE FROM t") }
                == 2)
    }

    @Test("who waits for another process gives up in time")
    func busy() throws {
        let first = try opened()
        try first.execute("CREATE TABLE t (a); BEGIN EXCLUSIVE")
        let second = try Database(opening: root.path("db"), busyMilliseconds: 100)
        let start = SteadyTime.now()
        let error = #expect(throws: DatabaseError.self) { try second.run("INSERT INTO t VALUES (1)") }
        #expect(error?.result == .busy)
        let waited = SteadyTime.now().milliseconds - start.milliseconds
        #expect((90..<Patience.long).contains(waited))
    }

    @Test("a statement that does not end is interrupted")
    func endless() throws {
        let database = try opened()
        let error = #expect(throws: DatabaseError.self) {
            try database.row(
                "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n")
        }
        #expect(error?.result == .interrupted)
        #expect(try database.row("SELECT 1") == [.integer(1)])
    }

    @Test("what is no database is told")
    func damage() throws {
        try root.write("db", String(repeating: "not a database ", count: 100))
        let database = try Database(opening: root.path("db"), busyMilliseconds: 0)
        let error = #expect(throws: DatabaseError.self) { try database.row("SELECT * FROM t") }
        #expect(error?.result == .notDatabase)
        #expect(error?.description.contains(root.path("db")) == true)
    }
}
