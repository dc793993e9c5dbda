import Delivery
import MailTransport
import Platform

/// What is said of a run, to whom, and how: to people, to programs, or to the process that has started this one.
struct Telling: Sendable {
    private let options: RetryOptions
    /// Whether a line on the terminal says how far it is.
    let showsProgress: Bool

    init(_ options: RetryOptions) {
        self.options = options
        showsProgress = options.owner == nil && !options.json && !options.isQuiet && Host.isTerminal(2)
    }

    func show(_ report: EntryReport) {
        guard !options.isQuiet else { return }
        if options.owner != nil {
            StandardStream.write(PartMessage.entry(report).line, to: 1)
        } else if options.json {
            StandardStream.write(report.json, to: 1)
        } else if options.verbose || report.needsPerson {
            clearProgress()
            StandardStream.write(report.text, to: 1)
        }
    }

    /// What the process that has started this one must know beside the entries.
    func handOver(_ summary: SweepSummary) {
        for suspension in summary.suspended {
            StandardStream.write(PartMessage.suspended(suspension).line, to: 1)
        }
        if summary.isCutShort { StandardStream.write(PartMessage.cutShort.line, to: 1) }
    }

    func show(_ summary: SweepSummary) {
        guard !options.isQuiet else { return }
        clearProgress()
        if options.json {
            StandardStream.write(summary.json, to: 1)
        } else if options.verbose || summary.hasProblems || Host.isTerminal(1) {
            let more = summary.isCutShort ? "; more is left" : ""
            StandardStream.write(Array("\(summary)\(more)\n".utf8), to: 1)
            for suspension in summary.suspended {
                StandardStream.write(Array("\(suspension.route) is down: \(suspension.reason)\n".utf8), to: 1)
            }
        }
    }

    func complain(_ text: String) {
        guard !options.isQuiet else { return }
        clearProgress()
        StandardStream.write(Array("postmaster-retry: \(text)\n".utf8), to: 2)
    }

    // MARK: Progress

    func progress(_ position: Int, of total: Int) {
        guard showsProgress else { return }
        StandardStream.write(Array("\r\(position) of \(max(position, total)) entries".utf8), to: 2)
    }

    private func clearProgress() {
        if showsProgress { StandardStream.write(Array("\r\u{1B}[K".utf8), to: 2) }
    }
}
