import Delivery
import Platform
import Settings
import Spool

/// One run of the program: for one user's part of the spool, or, started by root, for all of them.
struct Drain {
    let options: RetryOptions
    let configuration: Configuration

    /// - Returns: the exit status: 0, 1 if a person should look, 75 if the spool cannot be read.
    func run() -> CInt {
        let telling = Telling(options)
        do {
            if let owner = options.owner {
                let summary = try PartDrain(options, configuration, telling).run(owner, asOwner: true)
                telling.handOver(summary)
                return summary.hasProblems ? 1 : 0
            }
            let start = SteadyTime.now()
            var summary: SweepSummary
            let scope: String
            if Identity.current().isSuperuser {
                summary = try SpoolDrain(options, configuration, telling).run()
                scope = "all"
            } else {
                let owner = Identity.current().user
                summary = try PartDrain(options, configuration, telling).run(owner, asOwner: false)
                scope = "uid \(owner)"
            }
            summary.milliseconds = SteadyTime.now().milliseconds - start.milliseconds
            keep(summary, scope, telling)
            telling.show(summary)
            return summary.hasProblems ? 1 : 0
        } catch {
            telling.complain("\(error)")
            return 75
        }
    }

    /// Sweeps what is due of this user: what a delivery has left to be sent. Nobody listens; what goes wrong is found
    /// again by the next sweep.
    func wake() -> CInt {
        let owner = Identity.current().user
        let part = PartDrain(options, configuration, Telling(options))
        // Tried without the secrets that it takes, mail would only be late.
        guard part.hasItsSecrets, let summary = try? part.run(owner, asOwner: false) else { return 0 }
        keep(summary, "uid \(owner)", Telling(options))
        return 0
    }

    /// Writes down what a sweep came to, in the log and for Prometheus.
    private func keep(_ summary: SweepSummary, _ scope: String, _ telling: Telling) {
        // A delivery that was sent on at once has its own line.
        if summary.attempts > (options.isQuiet ? 1 : 0) || !summary.suspended.isEmpty {
            summary.write(to: configuration.log, scope: scope)
        }
        let path = configuration.retry.metrics
        guard !path.isEmpty, !summary.isElsewhere else { return }
        let metrics = SpoolMetrics(of: configuration, last: SpoolMetrics.LastSweep(summary))
        do throws(SystemError) {
            try metrics.write(to: path)
        } catch {
            // Root's sweep writes it, and users cannot.
            if Identity.current().isSuperuser || !error.isRefusal { telling.complain("metrics: \(error)") }
        }
    }
}

extension SystemError {
    fileprivate var isRefusal: Bool {
        code == ErrorCode.accessDenied || code == ErrorCode.notPermitted
    }
}
