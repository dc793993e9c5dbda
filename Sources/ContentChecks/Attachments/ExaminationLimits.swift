/// How far attachments are looked into. What is behind a limit is told as a finding.
package struct ExaminationLimits: Equatable, Sendable {
    /// Archives within archives.
    package var depth = 5
    /// Entries of all archives of a message.
    package var entries = 10_000
    /// Bytes that all archives of a message come to when they are unpacked.
    package var unpackedBytes = 64 << 20
    /// Times its own size that an archive may say to come to.
    package var ratio = 100
    /// Milliseconds of the processor's time.
    package var milliseconds = 900

    package init() {}
}
