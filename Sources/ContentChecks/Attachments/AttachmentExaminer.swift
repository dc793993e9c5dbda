package import Platform

/// Has a message's attachments looked at by a process without rights (postmaster-attachments(8)).
package struct AttachmentExaminer: Sendable {
    private let program: String
    private let limits: ExaminationLimits
    private let magic: String

    /// - Parameters:
    ///   - program: its path.
    ///   - magic: file of libmagic's knowledge of types; empty for the system's.
    package init(program: String, limits: ExaminationLimits, magic: String = "") {
        self.program = program
        self.limits = limits
        self.magic = magic
    }

    /// - Throws: why there is no report.
    package func examine(
        _ message: borrowing ScannedMessage, until deadline: Deadline
    ) throws(ScannerFailure) -> AttachmentReport {
        throw ScannerFailure(.unreachable, scanner: "attachments")
    }
}
