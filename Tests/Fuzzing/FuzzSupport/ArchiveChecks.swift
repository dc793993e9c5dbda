import FileFormats
import Platform

extension FuzzChecks {
    /// Any octets as an archive, read to its end by each reader: every entry is listed, every second one read.
    package static func archiveReader(_ octets: [UInt8]) {
        let bytes = SharedBytes(octets)
        for formats in [ArchiveFormats.all, .streamedZip, .compressedFile] {
            let limits = ArchiveLimits(
                unpackedBytes: 1 << 20, processorTime: ProcessorTime.milliseconds + 1000)
            guard var reader = try? ArchiveReader(bytes, formats: formats, limits: limits) else { continue }
            readEntries(&reader)
            // What is unpacked in one go is not more than what is asked for, or than libarchive's largest piece.
            precondition(reader.unpacked <= 4 << 20)
        }
    }

    private static func readEntries(_ reader: inout ArchiveReader) {
        for turn in 0..<2000 {
            do throws(FormatsError) {
                guard let entry = try reader.next() else { return }
                precondition((entry.size ?? 0) >= 0 && !entry.name.contains(0))
                while turn % 2 == 0, try !reader.read(upTo: 1 << 16).isEmpty {}
            } catch {
                precondition(error.detail.utf8.count <= FormatsError.longestDetail)
                guard error.kind == .failed else { return }
            }
        }
    }
}
