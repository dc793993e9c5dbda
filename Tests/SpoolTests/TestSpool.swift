import Platform
import Testing

@testable import Spool

/// A directory of a test's own, removed with it.
final class TemporaryDirectory: Sendable {
    let path: String

    init(in parent: String) throws {
        let name = "postmaster-spool-test-\(Host.random())"
        path = "\(parent)/\(name)"
        try Directory(opening: parent).makeDirectory(name, permissions: 0o755)
    }

    deinit {
        _ = try? run("/bin/rm", "-rf", "--", path)
    }
}

/// Runs a program that must succeed.
func run(_ program: String, _ arguments: String...) throws -> [UInt8] {
    let result = try ChildProcess(path: program, arguments: arguments).run(
        head: [], body: [UInt8]().span, milliseconds: 60_000)
    guard result.ending == .exited(0) else { throw ProgramFailure(result: result) }
    return result.output
}

struct ProgramFailure: Error {
    let result: ChildProcess.Result
}

/// A spool of the user who runs the tests.
struct TestSpool {
    let temporary: TemporaryDirectory
    let user = Identity.current().user

    init(in parent: String = "/tmp") throws {
        temporary = try TemporaryDirectory(in: parent)
    }

    var path: String { temporary.path + "/spool" }
    var home: String { "\(path)/\(user)" }

    func open(creating: Bool = true) throws(SpoolError) -> SpoolDirectory {
        try SpoolDirectory(opening: path, owner: user, creating: creating)
    }

    /// The path of an entry's file.
    func path(of reference: EntryReference) -> String {
        switch reference.place {
        case .queue(let due):
            let (bucket, name) = Bucket.containing(due, id: reference.id)
            return "\(home)/queue/\(bucket.name)/\(name)"
        case .hold: return "\(home)/hold/\(reference.id)"
        case .corrupt: return "\(home)/corrupt/\(reference.id)"
        }
    }

    func bytes(of reference: EntryReference) throws -> [UInt8] {
        try file(path(of: reference), .read).readAll(limit: 1 << 24, path: "")
    }

    /// Puts a file in an entry's place.
    func replace(_ reference: EntryReference, with bytes: [UInt8]) throws {
        let path = path(of: reference)
        let descriptor = try file(path, .readWrite)
        try descriptor.truncate(to: 0, path: path)
        try descriptor.write(bytes, at: 0, path: path)
    }

    /// Gives an entry's file another place, without the spool's knowledge.
    func rename(_ reference: EntryReference, to target: EntryReference) throws {
        let root = try Directory(opening: "/")
        try root.rename(path(of: reference), to: path(of: target), in: root)
    }

    private func file(_ path: String, _ access: Directory.Access) throws -> OwnedFileDescriptor {
        try Directory(opening: "/").openFile(path, access)
    }

    /// Where everything is, as paths below the user's directory.
    func files() throws -> [String] {
        try files(in: Directory(opening: home), prefix: "").sorted()
    }

    private func files(in directory: borrowing Directory, prefix: String) throws -> [String] {
        var found: [String] = []
        for name in try directory.names() {
            if try directory.status(of: name).kind == .directory {
                found += try files(in: directory.openDirectory(name), prefix: prefix + name + "/")
            } else {
                found.append(prefix + name)
            }
        }
        return found
    }
}

extension SpoolDirectory {
    /// Commits a message with one action.
    func commit(
        _ message: String, due: Int, created: Int = 1_000_000,
        fields: SpoolFields = ["sender": "a@example.org"],
        actions: [SpoolFields] = [["kind": "store", "mailbox": "INBOX"]]
    ) throws(SpoolError) -> EntryReference {
        let envelope = SpoolEnvelope(created: WallTime(seconds: created), fields: fields, actions: actions)
        let body = Array(message.utf8)
        return try commit(envelope, head: [], body: body.span, due: WallTime(seconds: due))
    }

    func due(at seconds: Int, limit: Int = .max) throws(SpoolError) -> [EntryReference] {
        var found: [EntryReference] = []
        try forEachDue(now: WallTime(seconds: seconds), limit: limit) {
            found.append($0)
            return true
        }
        return found
    }

    /// An entry that can be had.
    func opened(_ reference: EntryReference) throws -> OpenedEntry {
        guard let entry = try open(reference) else { throw Unavailable(reference: reference) }
        return entry
    }

    struct Unavailable: Error {
        let reference: EntryReference
    }

    /// What an entry says, opened for work; nil if it cannot be had.
    func contents(_ reference: EntryReference) throws(SpoolError) -> Contents? {
        guard let entry = try open(reference) else { return nil }
        let message = try entry.message()
        return Contents(
            envelope: entry.envelope, journal: entry.journal, message: message.array(0..<message.count))
    }

    struct Contents: Equatable {
        let envelope: SpoolEnvelope
        let journal: [JournalRecord]
        let message: [UInt8]
    }
}

/// Numbers that are the same in every run.
struct Random: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }

    mutating func bytes(upTo limit: Int) -> [UInt8] {
        (0..<Int.random(in: 0...limit, using: &self)).map { _ in
            // Half of them where it hurts.
            Bool.random(using: &self)
                ? UInt8.random(in: .min ... .max, using: &self)
                : Array("%:= [\n\r\0-a".utf8).randomElement(using: &self) ?? 0
        }
    }
}

/// What a throwing call reported.
func kind<R: ~Copyable>(_ body: () throws(SpoolError) -> R) -> SpoolError.Kind? {
    do throws(SpoolError) {
        _ = try body()
        return nil
    } catch {
        return error.kind
    }
}
