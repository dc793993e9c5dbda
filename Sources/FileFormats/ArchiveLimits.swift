/// How much an archive may cost its reader.
package struct ArchiveLimits: Sendable {
    /// Bytes that may be unpacked in all, for entries that are read and for those that are passed over.
    package var unpackedBytes: Int
    /// When ``ProcessorTime`` shows this many milliseconds, nothing more is read.
    package var processorTime: Int

    package init(unpackedBytes: Int = 64 << 20, processorTime: Int = .max) {
        self.unpackedBytes = unpackedBytes
        self.processorTime = processorTime
    }
}
