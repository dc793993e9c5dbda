import Sieve

extension DeliverBy {
    /// The value of BY: seconds, then `R` or `N`, then `T` for a trace (RFC 2852 §4).
    var parameter: String { "\(seconds);\(returnsMessage ? "R" : "N")\(traces ? "T" : "")" }
}
