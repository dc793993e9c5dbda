import AttachmentExamination
import ContentChecks
import FileFormats
import Platform

/// Opens what is needed, gives up everything else, and only then looks at what a stranger sent.
struct Program {
    private let options: AttachmentsOptions

    init(_ options: AttachmentsOptions) { self.options = options }

    func run() -> Never {
        do {
            let message = try Self.message(from: options.offset)
            // libmagic would take its knowledge from the caller's home.
            Environment.clear(keeping: [])
            var recognition = try TypeRecognition(database: options.magic)
            ArchiveReader.prepareForConfinement()
            try Confinement.enter(confinement(for: message))
            let report = Examination(limits: options.limits).run(message.bytes) { recognition.type(of: $0) }
            let isWritten = StandardStream.write(ReportCodec.encode(report), to: 1)
            leave(isWritten ? 0 : AttachmentExaminer.cannotLook)
        } catch {
            Self.refuse("\(error)")
        }
    }

    /// Says why nothing was looked at.
    static func refuse(_ reason: String) -> Never {
        StandardStream.write(Array("postmaster-attachments: \(reason)\n".utf8), to: 2)
        leave(AttachmentExaminer.cannotLook)
    }

    private struct Input {
        let bytes: SharedBytes
        /// Whether it takes no memory that could be given to others.
        let isMapped: Bool
    }

    /// What is on standard input: mapped if it is a file, else read as far as memory is meant for it.
    private static func message(from offset: Int) throws(SystemError) -> Input {
        let input = OwnedFileDescriptor(raw: 0)
        let status = try input.status(path: "standard input")
        guard status.kind == .regular else {
            let bytes = try input.readAll(limit: mostRead, path: "standard input")
            return Input(bytes: SharedBytes(bytes).dropping(first: offset), isMapped: false)
        }
        let bytes = try SharedBytes(
            mapping: input, skipping: offset, count: max(status.size - min(offset, status.size), 0),
            path: "standard input")
        return Input(bytes: bytes, isMapped: true)
    }

    /// Bytes of a message that is no file.
    private static var mostRead: Int { 64 << 20 }

    private func confinement(for message: Input) -> Confinement.Limits {
        let (milliseconds, overflow) = options.limits.milliseconds.addingReportingOverflow(50)
        return Confinement.Limits(
            memory: Self.memory + (message.isMapped ? 0 : 2 * message.bytes.count),
            milliseconds: overflow ? options.limits.milliseconds : milliseconds)
    }

    /// Bytes; a fourth of it is libmagic's knowledge.
    private static var memory: Int { 64 << 20 }
}
