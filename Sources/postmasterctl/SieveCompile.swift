import ArgumentParser
import Platform
import Settings
import Sieve

struct SieveCompile: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "compile",
            abstract: "Compile a Sieve script all the way, and say what is wrong with it.")
    }

    @OptionGroup var options: ConfigurationOptions

    @Argument(help: ArgumentHelp("The script.", valueName: "script"))
    var script: String

    func run() throws {
        guard try SieveCommand.program(script, options.configuration().sieve, toRun: false) != nil else {
            throw ExitCode(1)
        }
    }
}

extension SieveCommand {
    /// The script in `path`; nil if it cannot be used, which standard error says, as it says all warnings.
    static func program(
        _ path: String, _ settings: Configuration.Sieve, toRun: Bool = true
    ) throws -> Program? {
        let source: [UInt8]
        do {
            let file = try OwnedFileDescriptor(reading: path)
            source = try file.readAll(
                limit: settings.maxScriptSize, expecting: try file.status(path: path).size, path: path)
        } catch {
            Terminal.complain("\(error)")
            return nil
        }
        var compiler = compiler(for: path, settings)
        compiler.makesTables = toRun
        let compilation = compiler.compile(source, name: path)
        for diagnostic in compilation.diagnostics {
            StandardStream.write(Array(diagnostic.rendered(name: path, source: source).utf8), to: 2)
        }
        return compilation.program
    }
}
