import AttackSupport
import ContentChecks
import Foundation
import Testing

/// Attacks against the program itself, confined as a delivery has it.
@Suite("postmaster-attachments under attack", .serialized)
struct AttachmentTests {
    /// What one run of the program was.
    private struct Run {
        let status: Int
        /// KiB, what is mapped of files among them.
        let peak: Int
        let milliseconds: Int
        let report: AttachmentReport?
    }

    /// Runs the program on each file, one after the other, and writes down how it ended and what it took.
    ///
    /// A process takes the peak of the one that starts it for its own, so that a small one starts it.
    private static let runner = """
        import os, subprocess, sys
        for path in sys.argv[2:]:
            with open(path, "rb") as message, open(path + ".out", "wb") as report:
                process = subprocess.Popen([sys.argv[1]], stdin=message, stdout=report, stderr=report)
                _, status, usage = os.wait4(process.pid, 0)
                process.returncode = status
                print(status, usage.ru_maxrss, round((usage.ru_utime + usage.ru_stime) * 1000))
        """

    private func runs(_ attacks: [Attack]) throws -> [Run] {
        let place = try Workplace()
        let program = try place.program(.attachments)
        var paths: [String] = []
        for (number, attack) in attacks.enumerated() {
            paths.append(place["\(number).eml"])
            try Data(attack.message).write(to: URL(fileURLWithPath: place["\(number).eml"]))
        }
        let output = try succeed(
            "/usr/bin/python3", ["-c", Self.runner, program] + paths, seconds: Double(10 * attacks.count))
        let lines = output.split(separator: "\n").map { $0.split(separator: " ").compactMap { Int($0) } }
        try #require(lines.count == attacks.count && lines.allSatisfy { $0.count == 3 })
        return zip(lines, paths).map { figures, path in
            let octets = FileManager.default.contents(atPath: path + ".out") ?? Data()
            return Run(
                status: figures[0], peak: figures[1], milliseconds: figures[2],
                report: ReportCodec.decode(Array(octets)))
        }
    }

    @Test("each attack is found, or said to be beyond an answer, within a second and 64 MiB")
    func attacks() throws {
        let attacks = Attacks.all()
        let runs = try runs(attacks)
        for (attack, run) in zip(attacks, runs) {
            #expect(run.status == 0, "\(attack.name): status \(run.status)")
            guard let report = run.report else {
                Issue.record("\(attack.name): no report")
                continue
            }
            for expectation in attack.expectations {
                #expect(
                    expectation.isMet(by: report),
                    "\(attack.name): \(expectation)\n\(report.findings.prefix(5))")
            }
            #expect(run.milliseconds <= 1000, "\(attack.name): \(run.milliseconds) ms")
            #expect(run.peak <= 64 << 10, "\(attack.name): \(run.peak) KiB")
        }
        let slowest = zip(attacks, runs).max { $0.1.milliseconds < $1.1.milliseconds }
        let largest = zip(attacks, runs).max { $0.1.peak < $1.1.peak }
        print(
            "\(attacks.count) attacks; at most \(slowest?.1.milliseconds ?? 0) ms (\(slowest?.0.name ?? "")),",
            "\(largest?.1.peak ?? 0) KiB (\(largest?.0.name ?? ""))")
    }
}
