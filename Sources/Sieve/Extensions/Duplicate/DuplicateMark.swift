/// What makes a message known again (RFC 7352 §3), and for how long.
package struct DuplicateMark: Sendable, Equatable, Hashable {
    /// Separates the namespaces of `:handle`; empty where there is none.
    package let handle: [UInt8]
    /// The value that is compared, octet by octet.
    package let identifier: [UInt8]
    /// How long the message is remembered, in seconds.
    package let seconds: Int
    /// `:last`: whether the time begins anew each time the message is seen.
    package let refreshes: Bool

    package init(handle: [UInt8], identifier: [UInt8], seconds: Int, refreshes: Bool) {
        self.handle = handle
        self.identifier = identifier
        self.seconds = seconds
        self.refreshes = refreshes
    }
}
