extension FuzzChecks {
    /// Answers of scanners of any kind.
    package static func scanners(_ octets: [UInt8]) {
        spamScanners(octets)
    }
}
