import NIOCore
import Platform
import Synchronization

/// The addresses of hosts, as this machine's name services know them; each name is asked for once, and what there is
/// to know, a "no" as well, is kept for as long as this object.
///
/// The programs are linked statically, and there glibc's own look-up may crash: it loads the services' modules at
/// run time. So getent(1) is asked. `localhost` (RFC 6761 §6.3) and addresses need nobody.
final class HostAddresses: Sendable {
    enum Answer: Equatable, Sendable {
        /// At least one; in the order in which they are to be tried.
        case addresses([String])
        /// Why there is none.
        case nothing(String)
    }

    /// So many addresses of one name are tried.
    static let maximumAddresses = 8

    private let getentPath: String
    private let milliseconds: Int
    private let names = Mutex<[String: Name]>([:])

    /// - Parameter milliseconds: that a look-up may take.
    init(getentPath: String = "/usr/bin/getent", milliseconds: Int) {
        self.getentPath = getentPath
        self.milliseconds = milliseconds
    }

    /// IPv4 and IPv6 addresses of a host, which may be an address itself.
    func find(_ host: String) -> Answer {
        if isAddress(host) { return .addresses([host]) }
        let name = host.lowercased()
        if name == "localhost" { return .addresses(["::1", "127.0.0.1"]) }
        let entry = names.withLock { names in
            if let entry = names[name] { return entry }
            let entry = Name()
            names[name] = entry
            return entry
        }
        // Who asks for the same name meanwhile waits for this answer, nobody else does.
        return entry.answer.withLock { known in
            if let known { return known }
            let answer = ask(name)
            known = answer
            return answer
        }
    }

    private func ask(_ name: String) -> Answer {
        let result: ChildProcess.Result
        do throws(SystemError) {
            result = try ChildProcess(path: getentPath, arguments: ["ahosts", "--", name]).run(
                head: [], body: SharedBytes([]).span, outputLimit: 1 << 16, milliseconds: milliseconds)
        } catch {
            return .nothing("the address of \(name) cannot be looked up: \(error)")
        }
        guard result.ending != .outOfTime else {
            return .nothing("looking up the address of \(name) took too long")
        }
        let addresses = Self.addresses(in: result.output)
        guard result.ending == .exited(0), !addresses.isEmpty else {
            return .nothing("no address of \(name) is known")
        }
        return .addresses(addresses)
    }

    /// The first word of each line, where it is an address; each once.
    static func addresses(in output: [UInt8]) -> [String] {
        var found: [String] = []
        for line in output.split(separator: UInt8(ascii: "\n")) where found.count < maximumAddresses {
            let word = String(decoding: line.prefix { $0 != 0x20 && $0 != 0x09 }, as: UTF8.self)
            if isAddress(word), !found.contains(word) { found.append(word) }
        }
        return found
    }

    private final class Name: Sendable {
        let answer = Mutex<Answer?>(nil)
    }
}

/// Whether a host is given by an address. One with a zone (RFC 4007 §11) is none: NIO asks glibc's look-up for it.
func isAddress(_ host: String) -> Bool {
    !host.utf8.contains(UInt8(ascii: "%")) && (try? SocketAddress(ipAddress: host, port: 0)) != nil
}
