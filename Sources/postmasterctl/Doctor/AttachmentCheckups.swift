import ContentChecks
import Delivery
import Platform
import Settings

/// Whether attachments are looked at, and seen for what they are.
struct AttachmentCheckups {
    let configuration: Configuration

    func run(_ tell: (Checkup) -> Void) {
        let settings = configuration.checks.attachments
        guard settings.isAsked else {
            return tell(Checkup("attachments", .off, "nothing to look for (checks.attachments)"))
        }
        let program = AttachmentProgram.path(settings) ?? ""
        guard !program.isEmpty else {
            return tell(
                Checkup(
                    "attachments", .failure, "there is no postmaster-attachments",
                    advice: "install it, or say where it is (checks.attachments.program)"))
        }
        let examiner = AttachmentExaminer(program: program, limits: settings.limits, magic: settings.magic)
        let start = SteadyTime.now()
        do throws(ScannerFailure) {
            let report = try examiner.examine(
                ScannedMessage(SharedBytes(ScannerSamples.disguise)),
                until: Deadline(milliseconds: settings.timeout * 1000))
            let took = SteadyTime.now().milliseconds - start.milliseconds
            let type = report.files.first?.recognisedType ?? ""
            if type.hasPrefix("application/x-"), report.findings.contains(where: { $0.kind == .mismatch }) {
                tell(Checkup("attachments", program, .ok, "sees \(type) in sample.txt", milliseconds: took))
            } else {
                tell(
                    Checkup(
                        "attachments", program, .failure,
                        "does not see that sample.txt is a program, but \"\(type)\"",
                        advice: "is libmagic's database whole (checks.attachments.magic)?"))
            }
        } catch {
            tell(Checkup("attachments", program, .failure, "\(error)", advice: error.advice(0)))
        }
    }
}
