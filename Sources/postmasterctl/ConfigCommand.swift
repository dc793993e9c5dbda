import ArgumentParser
import Delivery
import MailLog
import Platform
import Settings

struct ConfigCommand: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "config", abstract: "The configuration.", subcommands: [Check.self, Show.self])
    }

    struct Check: ParsableCommand {
        static var configuration: CommandConfiguration {
            CommandConfiguration(abstract: "List everything that is wrong with the configuration.")
        }

        @OptionGroup var options: ConfigurationOptions

        @Flag(help: "A JSON array.")
        var json = false

        func run() throws {
            let loading = options.load()
            let problems = loading.problems + loading.configuration.inconsistencies()
            if json {
                Terminal.show(Self.json(problems))
            } else {
                for problem in problems { Terminal.show("\(problem)\n") }
            }
            if let unreadable = loading.unreadable { Terminal.complain("\(unreadable)") }
            guard loading.unreadable == nil, !problems.contains(where: { $0.severity == .error }) else {
                throw ExitCode(1)
            }
            if !json, problems.isEmpty { Terminal.show("no problems\n") }
        }

        private static func json(_ problems: [SettingsProblem]) -> String {
            var json = JSONWriter()
            json.array { json in
                for problem in problems {
                    json.object { json in
                        json.member("severity", problem.severity.rawValue)
                        json.member("path", problem.path)
                        json.member("line", problem.line)
                        json.member("column", problem.column)
                        json.member("key", problem.key)
                        json.member("message", problem.message)
                        json.member("hint", problem.hint)
                    }
                }
            }
            return String(decoding: json.bytes, as: UTF8.self) + "\n"
        }
    }

    struct Show: ParsableCommand {
        static var configuration: CommandConfiguration {
            CommandConfiguration(abstract: "Show every key with its value and where that comes from.")
        }

        @OptionGroup var options: ConfigurationOptions

        @Flag(help: "A JSON array.")
        var json = false

        @Argument(help: ArgumentHelp("Keys to show; all without any.", valueName: "section.key"))
        var keys: [String] = []

        func run() throws {
            let loading = options.load()
            for problem in loading.problems { Terminal.complain("\(problem)") }
            let entries = loading.configuration.entries().filter { keys.isEmpty || keys.contains($0.name) }
            if json {
                Terminal.show(Self.json(entries))
            } else {
                for entry in entries {
                    Terminal.show("\(entry.name) = \(entry.value)    # \(entry.origin)\n")
                }
            }
            let unknown = keys.filter { key in !entries.contains { $0.name == key } }
            for key in unknown { Terminal.complain("there is no key \(key)") }
            if !unknown.isEmpty || loading.unreadable != nil { throw ExitCode(1) }
        }

        private static func json(_ entries: [SettingsEntry]) -> String {
            var json = JSONWriter()
            json.array { json in
                for entry in entries {
                    json.object { json in
                        json.member("key", entry.name)
                        json.member("value", entry.value)
                        json.member("origin", "\(entry.origin)")
                    }
                }
            }
            return String(decoding: json.bytes, as: UTF8.self) + "\n"
        }
    }
}
