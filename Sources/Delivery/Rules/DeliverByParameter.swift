import Sieve

extension DeliverBy {
    /// The value of BY: seconds, then `R` or `N`, then `T` for a trace (RFC 2852 §4).
    var parameter: String { "\(seconds);\(returnsMessage ? "R" : "N")\(traces ? "T" : "")" }

    /// Nil if the text is none, and for a time that is over in mode `R` (RFC 2852 §4).
    init?(parameter: String) {
        let parts = parameter.split(separator: ";", maxSplits: 1, omittingEmptySubsequences: false)
        let digits = parts[0].utf8.drop { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "+") }
        guard parts.count == 2, parts[0].utf8.count - digits.count <= 1, 1...9 ~= digits.count,
            digits.allSatisfy({ 0x30...0x39 ~= $0 }), let seconds = Int(parts[0])
        else { return nil }
        let mode = parts[1].uppercased()
        guard mode == "N" || mode == "NT" || ((mode == "R" || mode == "RT") && seconds > 0) else {
            return nil
        }
        self.init(seconds: seconds, returnsMessage: mode.hasPrefix("R"), traces: mode.hasSuffix("T"))
    }

    /// The same some seconds later. Time that is over has no place in mode `R`, and leaves a second.
    func later(by elapsed: Int) -> DeliverBy {
        let left = seconds - min(max(elapsed, 0), Self.mostElapsed)
        return DeliverBy(
            seconds: max(left, returnsMessage ? 1 : -999_999_999), returnsMessage: returnsMessage,
            traces: traces)
    }

    private static var mostElapsed: Int { 1_000_000_000 }
}
