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
        for (name, value) in envelope + [("reason", reason)] {
            header += "\(name): \(Self.encoded(value, "%"))\n"
        }
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

    private static func checksum(_ bytes: Data) -> UInt32 { checksum(Array(bytes)) }

    /// CRC-32C, byte by byte (RFC 3720 appendix B.4).
    static func checksum(_ bytes: [UInt8]) -> UInt32 {
        var remainder = UInt32.max
        var index = 0
        while index < bytes.count {
            remainder = remainder >> 8 ^ table[Int((remainder ^ UInt32(bytes[index])) & 255)]
            index += 1
        }
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
        for entry in entries {
            try makeDirectory(of: entry, owner)
            try write(entry.bytes.dropLast(cut), to: path(of: entry, owner: owner), isRoot ? owner : nil)
        }
    }

    /// The same entry many times, in the queue and under other names.
    func add(_ template: WrittenEntry, count: Int, due: (Int) -> Int) throws {
        let bytes = Array(template.bytes)
        let end = 65 + (Int(String(decoding: bytes[19..<29], as: UTF8.self)) ?? 0)
        // What the checksum of the first line covers, with the name in it: all that is not the same.
        var covered = Array(bytes[..<56] + bytes[65..<end])
        let name = 56 + "[entry]\nid: ".utf8.count
        var entry = template
        for index in 0..<count {
            entry.id = WrittenEntry.name(at: template.created, index)
            entry.place = .queue(due: due(index))
            try makeDirectory(of: entry, .nobody)
            covered.replaceSubrange(name..<name + entry.id.utf8.count, with: entry.id.utf8)
            let sum = String(WrittenEntry.checksum(covered), radix: 16)
            let line = String(repeating: "0", count: 8 - sum.count) + sum + "\n"
            let file = covered[..<56] + Array(line.utf8) + covered[56...] + bytes[end...]
            try write(Data(file), to: path(of: entry), isRoot ? .nobody : nil)
        }
    }

    private func makeDirectory(of entry: WrittenEntry, _ owner: UserID) throws {
        let home = "spool/\(isRoot ? owner.user : geteuid())"
        let directory = "\(home)/\(entry.path.split(separator: "/").dropLast().joined(separator: "/"))"
        guard !workplace.exists(directory) else { return }
        for room in [home, "\(home)/tmp", "\(home)/queue", "\(home)/hold", "\(home)/corrupt", directory] {
            try workplace.makeDirectory(room, mode: 0o700, owner: isRoot ? owner : nil)
        }
    }

    private func write(_ bytes: Data, to path: String, _ owner: UserID?) throws {
        let file = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw Obstacle("cannot write \(path)") }
        defer { close(file) }
        let written = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(file, $0.baseAddress, $0.count) }
        guard written == bytes.count else { throw Obstacle("cannot write \(path)") }
        if let owner, fchown(file, owner.user, owner.group) != 0 {
            throw Obstacle("cannot give \(path) away")
        }
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
        let object = try JSONSerialization.jsonObject(with: Data(completed.output.utf8))
        guard let entries = object as? [[String: Any]] else { throw Obstacle("no list: \(completed.output)") }
        return entries
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
            [
                "--quiet", "--return", "--command", command.map { "'\($0)'" }.joined(separator: " "),
                "/dev/null",
            ],
            input: Data(answer.utf8), user: .nobody)
    }
}
