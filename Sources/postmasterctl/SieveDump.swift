import ArgumentParser
import MailLog
import Platform
import Settings
import Sieve

struct SieveDump: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "dump", abstract: "Show what the compiler made of a Sieve script.")
    }

    @OptionGroup var options: ConfigurationOptions

    @Flag(help: "A JSON object.")
    var json = false

    @Argument(help: ArgumentHelp("The script.", valueName: "file"))
    var file: String

    func run() throws {
        let settings = try options.configuration().sieve
        let source: [UInt8]
        do {
            source = try OwnedFileDescriptor(reading: file).readAll(limit: settings.maxScriptSize, path: file)
        } catch {
            Terminal.complain("\(error)")
            throw ExitCode(1)
        }
        let (listing, diagnostics) = SieveCommand.compiler(for: file, settings).list(source, name: file)
        for diagnostic in diagnostics {
            StandardStream.write(Array(diagnostic.rendered(name: file, source: source).utf8), to: 2)
        }
        guard let listing else { throw ExitCode(1) }
        guard json else { return Terminal.show(listing.text) }
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("file", file)
            writer.member("capabilities", listing.capabilities)
            writer.member("variables", listing.variables)
            writer.member("commands") { $0.nodes(listing.commands) }
        }
        StandardStream.write(writer.bytes + [0x0A], to: 1)
    }
}

extension JSONWriter {
    fileprivate mutating func nodes(_ nodes: [ListedNode]) {
        array { writer in
            for node in nodes { writer.node(node) }
        }
    }

    private mutating func node(_ node: ListedNode) {
        object { writer in
            writer.member("line", node.line)
            writer.member("column", node.column)
            writer.member("name", node.name)
            writer.member("arguments") { writer in
                writer.array { writer in
                    for argument in node.arguments { writer.argument(argument) }
                }
            }
            writer.member("match", node.matching?.matchType)
            writer.member("comparator", node.matching?.comparator)
            writer.member("part", node.matching?.addressPart)
            writer.member("tests") { $0.nodes(node.tests) }
            writer.member("block") { writer in
                if let block = node.block { writer.nodes(block) } else { writer.null() }
            }
        }
    }

    private mutating func argument(_ argument: ListedArgument) {
        object { writer in
            switch argument {
            case .tag(let name): writer.member("tag", name)
            case .number(let number): writer.member("number") { $0.number(number) }
            case .string(let string): writer.member("string") { $0.string(string) }
            case .strings(let strings):
                writer.member("strings") { writer in
                    writer.array { writer in
                        for string in strings { writer.string(string) }
                    }
                }
            }
        }
    }

    private mutating func string(_ string: ListedString) {
        object { writer in
            writer.member("text") { $0.string(string.bytes.span) }
            writer.member("variables", string.variables)
        }
    }
}
