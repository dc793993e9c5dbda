import AttachmentExamination
import AttackSupport
import ContentChecks
import FileFormats
import Platform
import Testing

@Suite("Attacks")
struct AttackTests {
    private static var limits: ExaminationLimits { ExaminationLimits() }

    private func examine(_ message: [UInt8]) throws -> (report: AttachmentReport, milliseconds: Int) {
        var recognition = try TypeRecognition()
        let bytes = SharedBytes(message)
        let before = ProcessorTime.milliseconds
        let report = Examination(limits: Self.limits).run(bytes) { recognition.type(of: $0) }
        return (report, ProcessorTime.milliseconds - before)
    }

    @Test("are found, or said to be beyond an answer, within a second", arguments: Attacks.all())
    func found(attack: Attack) throws {
        let (report, milliseconds) = try examine(attack.message)
        for expectation in attack.expectations {
            #expect(
                expectation.isMet(by: report),
                "\(attack.name): \(expectation)\n\(report.files.suffix(3))\n\(report.findings.prefix(8))")
        }
        // This is a build for debugging; the limit is that of the settings, and what one step takes.
        #expect(milliseconds < Self.limits.milliseconds + 300, "\(attack.name): \(milliseconds) ms")
    }

    @Test("there are more than sixty, each under a name of its own")
    func count() {
        let attacks = Attacks.all()
        #expect(attacks.count >= 60)
        #expect(Set(attacks.map(\.name)).count == attacks.count)
        print("\(attacks.count) attacks")
    }
}
