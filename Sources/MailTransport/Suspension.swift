/// A route that is not tried again for a while, because it was down a moment ago.
package struct Suspension: Equatable, Sendable {
    /// ``Route/name``.
    package let route: String
    /// Why, as in ``TransportFailure/text``.
    package let reason: String

    package init(route: String, reason: String) {
        self.route = route
        self.reason = reason
    }
}
