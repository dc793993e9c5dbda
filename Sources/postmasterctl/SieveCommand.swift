import ArgumentParser
import Delivery
import MailLog
import Platform
import Settings
import Sieve

struct SieveCommand: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "sieve", abstract: "Sieve scripts.",
            subcommands: [
                Check.self, SieveCompile.self, SieveDump.self, SieveFormat.self, SieveRun.self,
                SieveTest.self,
            ])
    }

    /// The compiler for a user's script.
    ///
    /// - Parameters:
    ///   - path: the script's.
    ///   - separator: between the levels of mailbox names; nil for no warnings about others.
    static func compiler(
        for path: String, _ settings: Configuration.Sieve, separator: UInt8? = nil
    ) -> SieveCompiler {
        SieveCompiler(
            limits: SieveLimits(settings),
            enabledExtensions: SieveCompiler.capabilities(named: settings.extensions).enabled,
            library: NeighbouringScripts(of: path, settings), mailboxSeparator: separator)
    }

    struct Check: ParsableCommand {
        static var configuration: CommandConfiguration {
            CommandConfiguration(abstract: "List all errors and warnings of Sieve scripts.")
        }

        @OptionGroup var options: ConfigurationOptions

        @Flag(help: "A JSON array.")
        var json = false

        @Argument(help: ArgumentHelp("Scripts to check.", valueName: "file"))
        var files: [String]

        func run() throws {
            let configuration = try options.configuration()
            let settings = configuration.sieve
            var hasErrors = false
            var listing = JSONWriter()
            listing.array { listing in
                for file in files {
                    let compiler = SieveCommand.compiler(
                        for: file, settings, separator: configuration.mail.separator)
                    hasErrors = !check(file, compiler, settings.maxScriptSize, &listing) || hasErrors
                }
            }
            if json { Terminal.show(String(decoding: listing.bytes, as: UTF8.self) + "\n") }
            if hasErrors { throw ExitCode(1) }
        }

        /// False if the script cannot be used.
        private func check(
            _ file: String, _ compiler: SieveCompiler, _ maxSize: Int, _ listing: inout JSONWriter
        ) -> Bool {
            let source: [UInt8]
            do {
                source = try OwnedFileDescriptor(reading: file).readAll(limit: maxSize, path: file)
            } catch {
                Terminal.complain("\(error)")
                return false
            }
            let compilation = compiler.compile(source, name: file)
            for diagnostic in compilation.diagnostics {
                if json {
                    Self.add(diagnostic, of: file, to: &listing)
                } else {
                    Terminal.show(diagnostic.rendered(name: file, source: source))
                }
            }
            if !json, compilation.diagnostics.isEmpty { Terminal.show("\(file): no problems\n") }
            return compilation.program != nil
        }

        private static func add(_ diagnostic: Diagnostic, of file: String, to listing: inout JSONWriter) {
            listing.object { json in
                json.member("file", file)
                json.member("severity", diagnostic.severity.rawValue)
                json.member("line", diagnostic.line)
                json.member("column", diagnostic.column)
                json.member("code", diagnostic.code.rawValue)
                json.member("message", diagnostic.message)
                json.member("hint", diagnostic.hint)
            }
        }
    }
}
