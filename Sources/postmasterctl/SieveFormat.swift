import ArgumentParser
import Platform
import Settings
import Sieve

struct SieveFormat: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "format", abstract: "Lay Sieve scripts out in the canonical way.",
            discussion: "Without files, standard input is formatted to standard output.")
    }

    @OptionGroup var options: ConfigurationOptions

    @Flag(help: "Name the files that would change, and change none.")
    var check = false

    @Flag(help: "Change the files.")
    var write = false

    @Argument(help: ArgumentHelp("Scripts to format.", valueName: "file"))
    var files: [String] = []

    func validate() throws {
        if check, write { throw ValidationError("--check and --write exclude each other.") }
        if write, files.isEmpty { throw ValidationError("--write needs files.") }
    }

    func run() throws {
        let limit = try options.configuration().sieve.maxScriptSize
        var limits = SieveLimits()
        limits.scriptBytes = limit
        let formatter = SieveFormatter(limits: limits)
        var allSucceeded = true
        for file in files.isEmpty ? [nil] : files.map(Optional.some) {
            do throws(SystemError) {
                let succeeded = write ? try rewrite(file, limit, formatter) : try show(file, limit, formatter)
                allSucceeded = succeeded && allSucceeded
            } catch {
                Terminal.complain("\(error)")
                allSucceeded = false
            }
        }
        if !allSucceeded { throw ExitCode(1) }
    }

    /// Shows the formatted script, or its name if it differs; false if it has errors or must not differ.
    ///
    /// - Parameter file: Nil for standard input.
    private func show(
        _ file: String?, _ limit: Int, _ formatter: SieveFormatter
    ) throws(SystemError) -> Bool {
        let name = file ?? "standard input"
        let descriptor =
            if let file { try OwnedFileDescriptor(reading: file) } else { OwnedFileDescriptor(raw: 0) }
        let source = try descriptor.readAll(limit: limit, path: name)
        guard let text = format(source, name, formatter) else { return false }
        guard check else {
            StandardStream.write(text, to: 1)
            return true
        }
        if text != source { Terminal.show("\(name)\n") }
        return text == source
    }

    /// Replaces the script if it is to be changed; false if it has errors.
    private func rewrite(
        _ file: String?, _ limit: Int, _ formatter: SieveFormatter
    ) throws(SystemError) -> Bool {
        guard let file else { return true }
        let script = try ScriptFile(opening: file)
        let source = try script.read(limit: limit)
        guard let text = format(source, file, formatter) else { return false }
        if text != source { try script.replace(with: text) }
        return true
    }

    /// Nil for a script with errors, which have been shown.
    private func format(_ source: [UInt8], _ name: String, _ formatter: SieveFormatter) -> [UInt8]? {
        let formatting = formatter.format(source)
        for diagnostic in formatting.diagnostics {
            StandardStream.write(Array(diagnostic.rendered(name: name, source: source).utf8), to: 2)
        }
        return formatting.text
    }
}
