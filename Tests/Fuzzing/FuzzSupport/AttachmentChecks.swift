extension FuzzChecks {
    /// A message with attachments of any kind.
    package static func attachments(_ octets: [UInt8]) {}

    /// An archive of any kind.
    package static func archives(_ octets: [UInt8]) {}
}
