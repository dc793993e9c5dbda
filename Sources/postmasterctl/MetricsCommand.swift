import ArgumentParser
import Delivery
import MailLog
import Platform
import Settings
import Spool

struct MetricsCommand: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "metrics", abstract: "Figures of the spool, as Prometheus reads them.",
            discussion:
                "Root's are those of all users, others' their own. Each sweep writes them to the file of retry.metrics."
        )
    }

    @OptionGroup var options: ConfigurationOptions

    @Option(
        help: ArgumentHelp("A file that is replaced at once, in place of standard output.", valueName: "file")
    )
    var output: String?

    @Flag(help: "A JSON object.")
    var json = false

    func run() throws {
        let metrics = SpoolMetrics(of: try options.configuration())
        let text = json ? Self.json(metrics, now: .now()) : metrics.text()
        if let output {
            do {
                try FileReplacement.put(text.span, at: output)
            } catch {
                Terminal.complain("\(error)".shown)
                throw ExitCode(75)
            }
        } else {
            StandardStream.write(text, to: 1)
        }
        if metrics.unreadable > 0 { throw ExitCode(75) }
    }

    private static func json(_ metrics: SpoolMetrics, now: WallTime) -> [UInt8] {
        let groups = metrics.census.groups.sorted {
            ($0.key.place, $0.key.cause) < ($1.key.place, $1.key.cause)
        }
        var json = JSONWriter()
        json.object { json in
            json.member("entries") { json in
                json.array { json in
                    for (group, count) in groups {
                        json.object { json in
                            json.member("place", group.place.rawValue)
                            json.member("cause", group.cause)
                            json.member("entries", count.entries)
                            json.member(
                                "oldest_seconds", count.oldest.map { max(now.seconds - $0.seconds, 0) })
                        }
                    }
                }
            }
            json.member("attempts") { json in
                json.object { json in
                    for (word, _) in SweepSummary().counts {
                        json.member(word, metrics.totals.results[word] ?? 0)
                    }
                }
            }
            json.member("sweeps", metrics.totals.sweeps)
            json.member("sweep_milliseconds", metrics.totals.milliseconds)
            json.member("unreadable_parts", metrics.unreadable)
        }
        return json.bytes + [UInt8(ascii: "\n")]
    }
}
