import Foundation
import Testing

/// The manuals say what the programs say.
@Suite("Manuals")
struct ManualTests {
    private static let folder = Program.packageRoot + "/man"

    private static let pages = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()

    @Test("there is a manual for every program and every format")
    func exist() {
        for page in [
            "postmaster.8", "postmaster-attachments.8", "postmaster-retry.8", "postmasterctl.8",
            "postmaster.toml.5",
            "postmaster-spool.5",
            "postmaster-sieve.7",
        ] {
            #expect(Self.pages.contains(page))
        }
    }

    @Test("a manual has no mistakes that mandoc knows of", arguments: pages)
    func areSound(page: String) throws {
        let lint = try run("/usr/bin/mandoc", ["-T", "lint", "-W", "warning", "\(Self.folder)/\(page)"])
        #expect(lint.code == 0, "\(lint.output)\(lint.errors)")
    }

    @Test("--help and the manual name the same options", arguments: Program.allCases)
    func sameOptions(program: Program) throws {
        let inManual = try Self.optionsInManual(program)
        let inHelp = try Self.optionsInHelp(program)
        #expect(!inHelp.isEmpty)
        #expect(inHelp.subtracting(inManual) == [], "in --help only")
        #expect(inManual.subtracting(inHelp) == [], "in the manual only")
    }

    @Test("--help and the manual of postmasterctl name the same commands")
    func sameCommands() throws {
        let page = Self.text("postmasterctl.8")
        var inManual: Set<String> = []
        for line in page.split(separator: "\n") where line.hasPrefix(".It Cm ") {
            inManual.insert(String(line.dropFirst(".It Cm ".count)))
        }
        var inHelp: Set<String> = []
        for group in try Self.commands(of: []) {
            let commands = try Self.commands(of: [group])
            if commands.isEmpty { inHelp.insert(group) }
            for command in commands { inHelp.insert("\(group) \(command)") }
        }
        #expect(inManual == inHelp)
    }

    @Test(
        "the manual of the configuration says what the packaged file says, which is made from the table of keys"
    )
    func sameSettings() throws {
        let file = try String(
            contentsOfFile: Program.packageRoot + "/packaging/postmaster.toml", encoding: .utf8)
        var section = ""
        var inFile: [String] = []
        for line in file.components(separatedBy: "\n\n").dropFirst() {
            if line.hasPrefix("[") {
                section = line.trimmingCharacters(in: ["[", "]", "\n"])
                inFile.append(".Ss [\(section)]")
            } else {
                let lines = line.split(separator: "\n").map { $0.drop { $0 == "#" || $0 == " " } }
                let key = lines.last?.replacing(" = ", with: " Li = ", maxReplacements: 1) ?? ""
                inFile.append(".It Cm \(section).\(key)")
                inFile += lines.dropLast().map(String.init)
            }
        }
        let page = Self.text("postmaster.toml.5")
        let begin = try #require(page.range(of: ".\\\" settings begin\n")).upperBound
        let end = try #require(page.range(of: ".\\\" settings end")).lowerBound
        let inManual = Self.unescaped(String(page[begin..<end])).split(separator: "\n").map(String.init)
            .filter { !$0.hasPrefix(".Bl") && !$0.hasPrefix(".El") }
        #expect(Set(inManual).symmetricDifference(inFile).isEmpty, "run packaging/settings-manual")
        #expect(inManual.count == inFile.count)
        #expect(inFile.count > 100)
    }

    @Test("a manual that is referred to exists", arguments: pages)
    func referencesExist(page: String) {
        for line in Self.text(page).split(separator: "\n") where line.hasPrefix(".Xr postmaster") {
            let words = line.split(separator: " ")
            #expect(words.count >= 3 && Self.pages.contains("\(words[1]).\(words[2])"), "\(line)")
        }
    }

    @Test("README names only files that exist")
    func readmeIsTrue() throws {
        let readme = try String(contentsOfFile: Program.packageRoot + "/README.md", encoding: .utf8)
        var paths = 0
        for word in readme.split(separator: "`") where word.hasPrefix("Tests/") || word.hasPrefix("Sources/")
        {
            paths += 1
            #expect(FileManager.default.fileExists(atPath: "\(Program.packageRoot)/\(word)"), "\(word)")
        }
        #expect(paths > 5)
    }

    /// What roff shows for text that was escaped for it.
    private static func unescaped(_ text: String) -> String {
        [("\\&", ""), ("\\(dq", "\""), ("\\(aq", "'"), ("\\(ti", "~"), ("\\-", "-"), ("\\e", "\\")]
            .reduce(text) { $0.replacing($1.0, with: $1.1) }
    }

    private static func text(_ page: String) -> String {
        (try? String(contentsOfFile: "\(folder)/\(page)", encoding: .utf8)) ?? ""
    }

    /// The options that the list in DESCRIPTION explains.
    private static func optionsInManual(_ program: Program) throws -> Set<String> {
        var options: Set<String> = []
        for line in text("\(program.rawValue).8").split(separator: "\n") where line.hasPrefix(".It Fl ") {
            let words = line.dropFirst(".It Fl ".count).split(separator: " ")
            for word in words.prefix(while: { $0 != "Ar" }) where word != "," { options.insert("-\(word)") }
        }
        return options
    }

    /// Every word of the help, and of that of all commands, that begins with a dash.
    private static func optionsInHelp(_ program: Program) throws -> Set<String> {
        var text = try help(program, [])
        if program == .control {
            for group in try commands(of: []) {
                text += try help(program, [group])
                for command in try commands(of: [group]) { text += try help(program, [group, command]) }
            }
        }
        var options: Set<String> = []
        for word in text.split(whereSeparator: { " \n,[]()|=.;".contains($0) }) where word.hasPrefix("-") {
            let name = word.prefix { $0.isLetter || $0 == "-" }
            if name.contains(where: \.isLetter) { options.insert(String(name)) }
        }
        return options
    }

    private static func help(_ program: Program, _ words: [String]) throws -> String {
        let completed = try run(try program.path(), words + ["--help"])
        #expect(completed.code == 0)
        return completed.output
    }

    /// What swift-argument-parser lists as subcommands.
    private static func commands(of words: [String]) throws -> [String] {
        let lines = try help(.control, words).split(separator: "\n", omittingEmptySubsequences: false)
        let list = lines.drop { $0 != "SUBCOMMANDS:" }.dropFirst().prefix { !$0.isEmpty }
        return list.compactMap { line in
            line.hasPrefix("  ") && !line.hasPrefix("   ")
                ? line.split(separator: " ").first.map(String.init) : nil
        }
    }
}
