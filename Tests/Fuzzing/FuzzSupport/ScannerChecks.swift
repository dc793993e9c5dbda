extension FuzzChecks {
    /// Answers of scanners of any kind: the first octet is below 128 for one of spam, else for one of
    /// viruses.
    package static func scanners(_ octets: [UInt8]) {
        guard let first = octets.first else { return }
        if first < 128 { spamScanners(octets) } else { virusScanners(octets) }
    }
}
