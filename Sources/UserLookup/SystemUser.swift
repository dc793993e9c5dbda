package import Platform

/// A user of this host, with all his groups.
package struct SystemUser: Equatable, Sendable {
    package let name: String
    package let identity: Identity
    package let home: String
    /// His own group among them.
    package var groups: [UInt32] = []

    /// A line of passwd(5), without its groups; nil if it is none.
    init?(passwordLine line: String) {
        let fields = line.split(separator: ":", omittingEmptySubsequences: false)
        guard fields.count >= 6, !fields[0].isEmpty, let user = UInt32(fields[2]),
            let group = UInt32(fields[3])
        else {
            return nil
        }
        name = String(fields[0])
        identity = Identity(user: user, group: group)
        home = String(fields[5])
    }
}
