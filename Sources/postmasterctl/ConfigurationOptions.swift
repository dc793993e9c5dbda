import ArgumentParser
import Delivery
import Platform
import Settings

/// The options by which every command finds its configuration.
struct ConfigurationOptions: ParsableArguments {
    @Option(name: .customShort("c"), help: ArgumentHelp("Configuration file.", valueName: "file"))
    var file: String?

    @Option(
        name: .customShort("o"), parsing: .singleValue,
        help: ArgumentHelp("Set one key of the configuration for this run.", valueName: "section.key=value"))
    var overrides: [String] = []

    func load() -> ConfigurationLoading {
        ConfigurationLoading(path: file, overrides: overrides)
    }

    /// The configuration; ends the program where it is broken.
    func configuration() throws -> Configuration {
        let loading = load()
        if let obstacle = loading.obstacle {
            Terminal.complain(obstacle)
            throw ExitCode(78)
        }
        return loading.configuration
    }

    /// The words that hand the same options to another process.
    var words: [String] {
        (file.map { ["-c", $0] } ?? []) + overrides.flatMap { ["-o", $0] }
    }
}

/// Where a command's words go.
enum Terminal {
    static func show(_ text: String) {
        StandardStream.write(Array(text.utf8), to: 1)
    }

    /// For whoever watches a server; nobody's output is in its way.
    static func tell(_ text: String) {
        StandardStream.write(Array("postmasterctl: \(text)\n".utf8), to: 2)
    }

    static func complain(_ text: String) { tell(text) }
}
