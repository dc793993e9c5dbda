package import Platform

/// Why the state of a user cannot be asked or changed. The caller goes on as if nothing were known: a reply or
/// a copy too many, never a message too few.
package struct StateError: Error, Equatable, Sendable {
    package enum Reason: Equatable, Sendable {
        /// Other deliveries had it all the time.
        case busy
        /// A later release made it, in a format of this number.
        case laterFormat(Int)
        case system(SystemError)
        case database(DatabaseError)
    }

    package let path: String
    package let reason: Reason

    init(_ path: String, _ reason: Reason) {
        self.path = path
        self.reason = reason
    }

    /// Whether another attempt at once may fare better.
    package var isPassing: Bool {
        switch reason {
        case .busy: true
        case .database(let error): error.result == .busy || error.result == .locked
        case .laterFormat, .system: false
        }
    }
}

extension StateError: CustomStringConvertible {
    /// `state /home/a/state.db: other deliveries hold it`
    package var description: String {
        switch reason {
        case .busy: "state \(path): other deliveries hold it"
        case .laterFormat(let number): "state \(path): a later release made it (format \(number))"
        case .system(let error): "state \(path): \(error)"
        case .database(let error): "state \(path): \(error)"
        }
    }
}
