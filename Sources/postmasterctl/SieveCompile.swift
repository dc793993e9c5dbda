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

    @Option(help: ArgumentHelp("Write the compiled form to this file.", valueName: "file"))
    var output: String?

    @Argument(help: ArgumentHelp("The script.", valueName: "script"))
    var script: String

    func run() throws {
        keepMemory()
        let settings = try options.configuration().sieve
        guard let compiled = SieveCommand.compile(script, settings, toRun: output != nil) else {
            throw ExitCode(1)
        }
        // Nothing is left to do, and taking the program apart would take long.
        guard let output else { leave(0) }
        guard let image = compiled.compiler.image(of: compiled.program, source: compiled.source) else {
            return Terminal.complain(
                "\(script) is compiled as fast as a compiled form is read: none is written")
        }
        do throws(SystemError) {
            try FileReplacement.put(image.span, at: output)
        } catch {
            Terminal.complain("\(error)")
            throw ExitCode(1)
        }
    }
}

extension SieveCommand {
    /// A script that has been compiled, with what it was compiled from and by.
    struct Compiled {
        let program: Program
        let source: [UInt8]
        let compiler: SieveCompiler
    }

    /// The program of the script in `path`, to be run; nil if there is none, as ``compile(_:_:toRun:)`` has
    /// it.
    static func program(_ path: String, _ settings: Configuration.Sieve) throws -> Program? {
        compile(path, settings, toRun: true)?.program
    }

    /// The script in `path`; nil if it cannot be used, which standard error says, as it says all warnings.
    ///
    /// - Parameter toRun: whether the program is to be run, and not only looked at.
    static func compile(_ path: String, _ settings: Configuration.Sieve, toRun: Bool) -> Compiled? {
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
        return compilation.program.map { Compiled(program: $0, source: source, compiler: compiler) }
    }
}
