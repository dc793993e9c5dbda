package import ContentChecks
package import Platform

/// Looks at everything that a message carries: its parts as MIME has them, the parts that less strict readers see, and
/// what lies in archives and documents among them.
///
/// - Total: any octets have a report. What is not understood, or not seen because of a limit, is told as a finding.
/// - It opens nothing and starts nothing; memory is bounded by ``Inspection/mostHeld``, time by
///   ``ExaminationLimits/milliseconds``, which is looked at inside of every loop.
/// - Names and types are those of the report: see ``PartNames`` and ``NameForms`` for what counts as a name.
package struct Examination: Sendable {
    private let limits: ExaminationLimits

    package init(limits: ExaminationLimits) {
        self.limits = limits
    }

    /// - Parameter recognise: the type of contents (`type/subtype` in lower case) by their first octets; empty where
    ///   nobody can tell.
    package func run(_ message: SharedBytes, recognise: (Span<UInt8>) -> String) -> AttachmentReport {
        withoutActuallyEscaping(recognise) { recognise in
            var inspection = Inspection(limits: limits, recognise: recognise)
            inspection.examine(message: message)
            return inspection.report
        }
    }

    /// The same for a file that came without a message around it.
    package func run(
        file: SharedBytes, named name: String, recognise: (Span<UInt8>) -> String
    ) -> AttachmentReport {
        withoutActuallyEscaping(recognise) { recognise in
            var inspection = Inspection(limits: limits, recognise: recognise)
            inspection.examine(Contents(bytes: file), as: ExaminedFile(names: [name]))
            return inspection.report
        }
    }
}
