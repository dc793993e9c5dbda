import Platform
import Synchronization

/// The addresses of hosts, as ``HostLookup`` knows them; each name is asked for once, and what there is to
/// know, a "no" as well, is kept for as long as this object.
final class HostAddresses: Sendable {
    private let lookup: HostLookup
    private let milliseconds: Int
    private let names = Mutex<[String: Name]>([:])

    /// - Parameter milliseconds: that a look-up may take.
    init(_ lookup: HostLookup = HostLookup(), milliseconds: Int) {
        self.lookup = lookup
        self.milliseconds = milliseconds
    }

    /// IPv4 and IPv6 addresses of a host, which may be an address itself.
    func find(_ host: String) -> HostLookup.Answer {
        if let known = HostLookup.known(host) { return .addresses(known) }
        let name = host.lowercased()
        let entry = names.withLock { names in
            if let entry = names[name] { return entry }
            let entry = Name()
            names[name] = entry
            return entry
        }
        // Who asks for the same name meanwhile waits for this answer, nobody else does.
        return entry.answer.withLock { known in
            if let known { return known }
            let answer = lookup.find(name, milliseconds: milliseconds)
            known = answer
            return answer
        }
    }

    private final class Name: Sendable {
        let answer = Mutex<HostLookup.Answer?>(nil)
    }
}
