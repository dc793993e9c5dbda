/// Routes for one domain, or for one and all beneath it: `example.org ROUTE…`, `.example.org ROUTE…`.
///
/// Invariant: there is at least one route; the domain is in lower case.
package struct DomainRoute: Hashable, Sendable {
    /// With a leading dot: the domains beneath, and not itself.
    package let domain: String
    /// In order of preference.
    package let routes: [Route]

    /// Nil if it is none.
    package init?(_ text: String) {
        let words = text.split(separator: " ", omittingEmptySubsequences: true)
        guard let domain = words.first, words.count > 1, words.count <= 17, domain.utf8.count <= 253,
            domain.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "/") }), domain != "."
        else { return nil }
        let routes = words.dropFirst().compactMap { Route(String($0)) }
        guard routes.count == words.count - 1 else { return nil }
        self.domain = domain.lowercased()
        self.routes = routes
    }

    package var text: String { ([domain] + routes.map(\.text)).joined(separator: " ") }

    /// Whether mail for `domain`, in lower case, goes this way.
    package func covers(_ domain: String) -> Bool {
        guard self.domain.utf8.first == UInt8(ascii: ".") else { return domain == self.domain }
        return domain.hasSuffix(self.domain)
    }
}

/// Which way mail goes: the longest domain that fits, else the relays.
package struct RoutingTable: Sendable, Equatable {
    private let relays: [Route]
    private let domains: [DomainRoute]

    /// - Parameter relays: in order of preference, for all that has no route of its own.
    package init(relays: [Route], domains: [DomainRoute]) {
        self.relays = relays
        self.domains = domains
    }

    /// The routes to an address's domain, in order of preference.
    package func routes(for address: String) -> [Route] {
        let domain = address.split(separator: "@", omittingEmptySubsequences: false).last ?? ""
        let wanted = domain.lowercased()
        let best = domains.filter { $0.covers(wanted) }.max { $0.domain.utf8.count < $1.domain.utf8.count }
        return best?.routes ?? relays
    }

    /// Whether a process without a network can carry everything.
    package var isLocal: Bool {
        (relays + domains.flatMap(\.routes)).allSatisfy(\.isLocalProgram)
    }
}
