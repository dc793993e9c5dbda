import Foundation
import Glibc

/// An entry of the spool as a test wants it, written as postmaster-spool(5) says and without the programs' help.
struct WrittenEntry: Sendable {
    typealias Field = (name: String, value: String)

    struct Record: Sendable {
        var time: Int
        var action: Int?
        var kind: String
        var fields: [Field] = []
    }

    enum Place: Equatable, Sendable {
        case queue(due: Int)
        case hold, corrupt
    }

    var id: String
    var created: Int
    var sender = "alice@example.org"
    var recipient = "reader@example.net"
    var user = "reader"
    /// What put it into the spool.
    var reason = ""
    var actions: [[Field]] = [[("do", "forward"), ("to", "carol@example.com")]]
    var journal: [Record] = []
    var message = Data("Subject: spooled\n\nHello.\n".utf8)
    var place: Place

    /// A name of the time, and of a number below 2^40.
    static func name(at time: Int, _ number: Int) -> String {
        let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz")
        let digits = { (value: Int, count: Int) in
            String((0..<count).reversed().map { alphabet[value >> (5 * $0) & 31] })
        }
        return digits(time, 7) + digits(number, 8)
    }

    /// Beneath the user's directory.
    var path: String {
        switch place {
        case .queue(let due):
            String(format: "queue/%010d/%02d.", due / 60, due % 60) + id
        case .hold: "hold/\(id)"
        case .corrupt: "corrupt/\(id)"
        }
    }

    var bytes: Data {
        var header = "[entry]\nid: \(id)\ncreated: \(created).000000000\n[envelope]\n"
        var envelope: [Field] = [("sender", sender), ("recipient", recipient), ("user", user)]
        envelope += [("home", "/nonexistent"), ("mail-root", "/nonexistent/Maildir"), ("direct", "yes")]
        for (name, value) in envelope + [("reason", reason)] { header += "\(name): \(Self.encoded(value, "%"))\n" }
        for action in actions {
            header += "[action]\n"
            for (name, value) in action { header += "\(name): \(Self.encoded(value, "%"))\n" }
        }
        let start = String(
            format: "postmaster-spool 1 %010d %016d %08x ", header.utf8.count, message.count,
            Self.checksum(message))
        var file = Data(start.utf8)
        file += Data(String(format: "%08x\n", Self.checksum(Data((start + header).utf8))).utf8)
        file += Data(header.utf8) + message + Data("postmaster-end\n".utf8)
        for (number, record) in journal.enumerated() { file += Self.line(number, record) }
        return file
    }

    private static func line(_ number: Int, _ record: Record) -> Data {
        var text = "\(record.time).000000000 \(record.action.map(String.init) ?? "-") \(record.kind)"
        for (name, value) in record.fields { text += " \(name)=\(encoded(value, "% :=["))" }
        let start = String(format: "%08d %08d ", number, text.utf8.count)
        let sum = checksum(Data((start + text).utf8))
        return Data((start + String(format: "%08x ", sum) + text + "\n").utf8)
    }

    private static func encoded(_ text: String, _ special: String) -> String {
        text.unicodeScalars.reduce(into: "") { result, scalar in
            if scalar.value < 0x20 || scalar.value == 0x7F || special.unicodeScalars.contains(scalar) {
                result += String(format: "%%%02X", scalar.value)
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
    }

    /// CRC-32C, bit by bit (RFC 3720 appendix B.4).
    private static func checksum(_ bytes: Data) -> UInt32 {
        var remainder = UInt32.max
        for byte in bytes { remainder = remainder >> 8 ^ table[Int((remainder ^ UInt32(byte)) & 255)] }
        return ~remainder
    }

    private static let table: [UInt32] = (0..<256).map { byte in
        (0..<8).reduce(UInt32(byte)) { value, _ in value & 1 == 0 ? value >> 1 : value >> 1 ^ 0x82F6_3B78 }
    }
}

/// A spool of `nobody`'s, or of several users, with what a test puts into it.
struct WrittenSpool {
    let workplace: Workplace
    var path: String { workplace["spool"] }

    init() throws {
        workplace = try Workplace()
        try workplace.makeDirectory("spool", mode: 0o1777)
    }

    func path(of entry: WrittenEntry, owner: UserID = .nobody) -> String {
        "\(path)/\(isRoot ? owner.user : geteuid())/\(entry.path)"
    }

    /// - Parameter cut: bytes that are missing at the end of each.
    func add(_ entries: [WrittenEntry], owner: UserID = .nobody, cut: Int = 0) throws {
        let home = "spool/\(isRoot ? owner.user : geteuid())"
        let user = isRoot ? owner : nil
        var made: Set<String> = []
        for room in ["", "/tmp", "/queue", "/hold", "/corrupt"] where !workplace.exists(home + room) {
            try workplace.makeDirectory(home + room, mode: 0o700, owner: user)
        }
        for entry in entries {
            let name = "\(home)/\(entry.path)"
            let directory = String(name[..<(name.lastIndex(of: "/") ?? name.endIndex)])
            if made.insert(directory).inserted, !workplace.exists(directory) {
                try workplace.makeDirectory(directory, mode: 0o700, owner: user)
            }
            try write(entry.bytes.dropLast(cut), to: workplace[name], user)
        }
    }

    private func write(_ bytes: Data, to path: String, _ owner: UserID?) throws {
        let file = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw Obstacle("cannot write \(path)") }
        defer { close(file) }
        let written = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(file, $0.baseAddress, $0.count) }
        guard written == bytes.count else { throw Obstacle("cannot write \(path)") }
        if let owner, fchown(file, owner.user, owner.group) != 0 { throw Obstacle("cannot give \(path) away") }
    }

    var settings: [String] {
        ["-o", "spool.directory=\(path)", "-o", "log.target=none", "-o", "transport.sendmail=/bin/false"]
    }

    /// `postmasterctl queue …`, as the owner of the entries, or as root.
    func queue(_ words: [String], input: Data = Data(), asRoot: Bool = false) throws -> Completed {
        try run(
            try workplace.program(.control), ["queue"] + words.prefix(1) + settings + words.dropFirst(),
            input: input, user: asRoot ? nil : .nobody)
    }

    func list(_ words: [String] = [], asRoot: Bool = false) throws -> [[String: Any]] {
        let completed = try queue(["list", "--json"] + words, asRoot: asRoot)
        guard completed.code == 0 else { throw Obstacle("the queue cannot be listed: \(completed.errors)") }
        return try completed.output.split(separator: "\n").map { line in
            guard let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] else {
                throw Obstacle("no object: \(line)")
            }
            return object
        }
    }

    func identifiers(_ words: [String] = [], asRoot: Bool = false) throws -> [String] {
        try list(words, asRoot: asRoot).compactMap { $0["id"] as? String }
    }

    /// As ``queue(_:input:asRoot:)`` on a terminal of its own.
    func onTerminal(_ words: [String], answer: String = "") throws -> Completed {
        let program = try workplace.program(.control)
        let command = ([program, "queue"] + words.prefix(1) + settings + words.dropFirst())
        return try run(
            "/usr/bin/script",
            ["--quiet", "--return", "--command", command.map { "'\($0)'" }.joined(separator: " "), "/dev/null"],
            input: Data(answer.utf8), user: .nobody)
    }
}
