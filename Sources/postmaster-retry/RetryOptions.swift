import MailTransport

/// What the program is asked for.
struct RetryOptions: Sendable {
    var configurationFile: String?
    var overrides: [String] = []
    var entries: [String] = []
    /// Due or not.
    var everything = false
    var json = false
    var verbose = false
    /// Nothing is said to anybody.
    var isQuiet = false
    /// Whose part of the spool, where root's run has started this one.
    var owner: UInt32?
    /// Destinations that another run has found down.
    var suspended: [Suspension] = []
}

extension Suspension {
    /// `ROUTE=REASON`, for the command line. No route's name has an equals sign before its path.
    var argument: String { "\(route)=\(reason)" }

    /// Nil if it is none.
    init?(argument: String) {
        guard let equals = argument.firstIndex(of: "=") else { return nil }
        self.init(
            route: String(argument[..<equals]), reason: String(argument[argument.index(after: equals)...]))
    }
}
