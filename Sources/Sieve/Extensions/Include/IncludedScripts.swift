/// The scripts that one compilation has come upon by `include`, each compiled once, and what they share.
struct IncludedScripts {
    private struct Script {
        let name: String
        let location: ScriptLocation
        /// Whether it is being compiled: an `include` of it then closes a circle.
        var isOpen = true
        /// Nil while it is being compiled, and after an error in it.
        var program: Program?
    }

    private var scripts: [Script] = []
    /// Variables of all scripts, in lower case.
    var globals = NameIndex()
    /// What is to be said about the scripts.
    private(set) var diagnostics: [Diagnostic] = []
    /// How many scripts are being compiled around what is.
    private(set) var depth = 0

    var count: Int { scripts.count }

    /// By their numbers; only to be used where no script has an error.
    var programs: [Program] { scripts.compactMap(\.program) }

    func number(of name: String, at location: ScriptLocation) -> Int? {
        scripts.firstIndex { $0.name == name && $0.location == location }
    }

    func isOpen(_ number: Int) -> Bool { scripts[number].isOpen }

    func hasError(_ number: Int) -> Bool { scripts[number].program == nil }

    /// Gives the number of a script whose compilation begins.
    mutating func open(_ name: String, at location: ScriptLocation) -> Int {
        scripts.append(Script(name: name, location: location))
        depth += 1
        return scripts.count - 1
    }

    mutating func close(_ number: Int, _ program: Program?, _ diagnostics: [Diagnostic]) {
        depth -= 1
        scripts[number].isOpen = false
        scripts[number].program = program
        self.diagnostics += diagnostics
    }
}

extension Validator {
    /// The number of the script, which is compiled if this is the first time that it is named.
    ///
    /// Nil after an error, which has been reported, and for an optional script that there is not.
    mutating func include(
        _ name: ScriptName, _ options: IncludeCommand.Options, at position: Position
    ) -> Int? {
        if let number = inclusion.number(of: name.text, at: options.location) {
            return includeAgain(number, name, isOnce: options.isOnce, at: position) ? number : nil
        }
        guard let source = library?.script(name.text, at: options.location) else {
            if !options.isOptional {
                let kind = options.location == .personal ? "personal" : "global"
                diagnostics.error(
                    .missingScript, at: position, "there is no \(kind) script \"\(name.text)\"")
            }
            return nil
        }
        guard inclusion.depth < limits.includeDepth else {
            diagnostics.error(
                .tooManyIncludes, at: position,
                "scripts include one another more than \(limits.includeDepth) deep")
            return nil
        }
        guard inclusion.count < limits.includes else {
            diagnostics.error(
                .tooManyIncludes, at: position, "more than \(limits.includes) scripts are included")
            return nil
        }
        let number = compile(name, source, at: options.location)
        return checkIncluded(number, name, at: position) ? number : nil
    }

    private mutating func includeAgain(
        _ number: Int, _ name: ScriptName, isOnce: Bool, at position: Position
    ) -> Bool {
        guard inclusion.isOpen(number) else { return checkIncluded(number, name, at: position) }
        // A script that is being executed has been included: `:once` never does it again.
        if isOnce { return true }
        diagnostics.error(
            .circularInclude, at: position, "the script \"\(name.text)\" includes itself",
            hint: "with :once a script is included only if it has not been before")
        return false
    }

    private mutating func checkIncluded(_ number: Int, _ name: ScriptName, at position: Position) -> Bool {
        guard inclusion.hasError(number) else { return true }
        diagnostics.error(
            .includedScript, at: position, "the script \"\(name.text)\", which is included here, has errors")
        return false
    }

    private mutating func compile(
        _ name: ScriptName, _ source: [UInt8], at location: ScriptLocation
    ) -> Int {
        let shownName = location == .personal ? name.text : "global/\(name.text)"
        let number = inclusion.open(name.text, at: location)
        var (program, found) = compile(source, name: shownName)
        for index in found.indices { found[index].script = shownName }
        inclusion.close(number, program, found)
        return number
    }

    private mutating func compile(_ source: [UInt8], name: String) -> (Program?, [Diagnostic]) {
        guard source.count <= min(limits.scriptBytes, Lexer.limit) else {
            var found = DiagnosticList(source: [], limit: 1)
            found.error(
                .scriptTooLong, at: Position(offset: 0, line: 1),
                "script is longer than \(limits.scriptBytes) octets")
            return (nil, found.sorted())
        }
        var parser = Parser(source, limits: limits)
        let commands = parser.parse()
        // What the parser made up after an error would only give errors that are none.
        guard parser.diagnostics.errorCount == 0 else { return (nil, parser.diagnostics.sorted()) }
        var inner = Validator(
            source: source, limits: limits, diagnostics: parser.diagnostics, extensions: extensions,
            disabled: disabled, library: library)
        inner.mailboxSeparator = mailboxSeparator
        inner.inclusion = inclusion
        let program = inner.program(commands, name: name)
        inclusion = inner.inclusion
        return (program, inner.diagnostics.sorted())
    }
}
