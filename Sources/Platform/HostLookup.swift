import Glibc

/// The addresses of a host, as this machine's name services know them.
///
/// The programs are linked statically, and there glibc's own look-up may crash: it loads the services'
/// modules at run time. So getent(1) is asked. `localhost` (RFC 6761 §6.3) and addresses need nobody.
package struct HostLookup: Sendable {
    package enum Answer: Equatable, Sendable {
        /// At least one, each once; in the order in which they are to be tried.
        case addresses([String])
        /// Why there is none, in words.
        case nothing(String)
    }

    /// So many addresses of one name are given.
    package static var maximumAddresses: Int { 8 }

    private let getentPath: String

    package init(getentPath: String = "/usr/bin/getent") {
        self.getentPath = getentPath
    }

    /// The addresses of a host that are known without asking anybody: of an address and of `localhost`; else
    /// nil.
    package static func known(_ host: String) -> [String]? {
        if isAddress(host) { return [host] }
        return host.lowercased() == "localhost" ? ["::1", "127.0.0.1"] : nil
    }

    /// IPv4 and IPv6 addresses of a host, which may be an address itself.
    ///
    /// - Parameter milliseconds: that asking may take.
    package func find(_ host: String, milliseconds: Int) -> Answer {
        if let known = Self.known(host) { return .addresses(known) }
        let result: ChildProcess.Result
        do throws(SystemError) {
            result = try ChildProcess(path: getentPath, arguments: ["ahosts", "--", host]).run(
                head: [], body: SharedBytes([]).span, outputLimit: 1 << 16, milliseconds: milliseconds)
        } catch {
            return .nothing("the address of \(host) cannot be looked up: \(error)")
        }
        guard result.ending != .outOfTime else {
            return .nothing("looking up the address of \(host) took too long")
        }
        let addresses = Self.addresses(in: result.output)
        guard result.ending == .exited(0), !addresses.isEmpty else {
            return .nothing("no address of \(host) is known")
        }
        return .addresses(addresses)
    }

    /// The first word of each line of what getent says, where it is an address; each once.
    package static func addresses(in output: [UInt8]) -> [String] {
        var found: [String] = []
        for line in output.split(separator: UInt8(ascii: "\n")) where found.count < maximumAddresses {
            let word = String(decoding: line.prefix { $0 != 0x20 && $0 != 0x09 }, as: UTF8.self)
            if isAddress(word), !found.contains(word) { found.append(word) }
        }
        return found
    }

    /// Whether a host is given by an address of IPv4 (four numbers) or IPv6. One with a zone (RFC 4007 §11)
    /// is none.
    package static func isAddress(_ host: String) -> Bool {
        // Room for either kind.
        var address = in6_addr()
        guard !host.utf8.contains(0) else { return false }
        return unsafe inet_pton(AF_INET, host, &address) == 1 || inet_pton(AF_INET6, host, &address) == 1
    }
}
