/// Turns the text of a script into a program, or into all that is wrong with it.
///
/// The stages, each of which hands a value to the next: `Lexer` cuts the script into tokens, `Parser` makes a tree of
/// them without knowing any name, `Validator` makes a ``Program`` of the tree with the help of the definitions in
/// `Language`. ``ScriptSequence`` runs programs, which gives a ``SieveResult``. What a script may use beyond the base
/// language comes from `SieveExtension`s.
package struct SieveCompiler: Sendable {
    let limits: SieveLimits
    /// What scripts may require.
    let extensions: [SieveExtension]
    /// The capabilities that there are, but not for these scripts.
    let disabled: [String]
    /// Where `include` finds scripts; nil where there are none.
    let library: (any ScriptLibrary)?
    /// Between the levels of a mailbox name, as the site has it; nil for no warnings about it.
    let mailboxSeparator: UInt8?
    /// Whether programs are to be run, for which rules and long lists of keys get tables to be looked up in.
    package var makesTables = true

    /// - Parameters:
    ///   - enabledExtensions: The capabilities that scripts may require; nil for all but those that a site
    ///     has to name, since they let scripts do what mail filters ordinarily cannot.
    ///   - library: Where `include` finds scripts; nil where there are none.
    ///   - mailboxSeparator: Between the levels of a mailbox name; nil for no warnings about others.
    package init(
        limits: SieveLimits = SieveLimits(), enabledExtensions: Set<String>? = nil,
        library: (any ScriptLibrary)? = nil, mailboxSeparator: UInt8? = nil
    ) {
        self.init(
            limits: limits, enabledExtensions: enabledExtensions, extensions: SieveExtension.all,
            library: library, mailboxSeparator: mailboxSeparator)
    }

    init(
        limits: SieveLimits, enabledExtensions: Set<String>?, extensions: [SieveExtension],
        library: (any ScriptLibrary)? = nil, mailboxSeparator: UInt8? = nil
    ) {
        self.limits = limits
        self.library = library
        self.mailboxSeparator = mailboxSeparator
        let isEnabled = { (item: SieveExtension) in
            guard let enabledExtensions else { return !item.isOptional }
            return enabledExtensions.contains(item.capability) || item.isAlwaysEnabled
        }
        self.extensions = extensions.filter(isEnabled)
        disabled = extensions.filter { !isEnabled($0) }.map(\.capability)
    }

    /// A compiler for tests, which may require `vnd.dovecot.testsuite` besides all else. Ordinary scripts must
    /// never be given to it: that language reaches beyond their message.
    package static func forTests(limits: SieveLimits, library: (any ScriptLibrary)?) -> SieveCompiler {
        let extensions = SieveExtension.all + [.testsuite]
        return SieveCompiler(
            limits: limits, enabledExtensions: Set(extensions.map(\.capability)), extensions: extensions,
            library: library)
    }

    /// The capabilities that scripts may require, in a fixed order.
    package var capabilities: [String] { extensions.map(\.capability) }

    /// A validator for `source`, which has no errors so far.
    func validator(_ source: [UInt8], _ diagnostics: DiagnosticList? = nil) -> Validator {
        var validator = Validator(
            source: source, limits: limits,
            diagnostics: diagnostics ?? DiagnosticList(source: [], limit: limits.diagnostics),
            extensions: extensions, disabled: disabled, library: library)
        validator.mailboxSeparator = mailboxSeparator
        validator.makesTables = makesTables
        return validator
    }

    /// Compiles `source`, which may be any octets.
    ///
    /// - Parameter name: How failures and actions call the script.
    package func compile(_ source: [UInt8], name: String) -> Compilation {
        guard source.count <= min(limits.scriptBytes, Lexer.limit) else {
            var diagnostics = DiagnosticList(source: [], limit: 1)
            diagnostics.error(
                .scriptTooLong, at: Position(offset: 0, line: 1),
                "script is longer than \(limits.scriptBytes) octets")
            return Compilation(program: nil, diagnostics: diagnostics.sorted())
        }
        var parser = Parser(source, limits: limits)
        let commands = parser.parse()
        // What the parser made up after an error would only give errors that are none.
        guard parser.diagnostics.errorCount == 0 else {
            return Compilation(program: nil, diagnostics: parser.diagnostics.sorted())
        }
        var validator = validator(source, parser.diagnostics)
        var program = validator.program(commands, name: name)
        program?.included = validator.inclusion.programs
        program?.globalCount = validator.inclusion.globals.count
        return Compilation(
            program: program,
            diagnostics: validator.diagnostics.sorted() + validator.inclusion.diagnostics)
    }
}

extension Validator {
    /// All of a script as a program; nil after an error.
    mutating func program(_ commands: SyntaxNodes, name: String) -> Program? {
        let block = block(commands)
        checkNeeds()
        guard diagnostics.errorCount == 0 else { return nil }
        let rules =
            makesTables
            ? IndexedRules(
                commands, block, headerNames: headerNames.names, usesMatchVariables: variables.usesMatches)
            : nil
        return Program(
            name: name, capabilities: capabilities, block: block, rules: rules,
            canBeCompiledInPieces: !language.joinsCommands,
            headerNames: headerNames.names, variableCount: variables.count,
            usesMatchVariables: variables.usesMatches)
    }
}

/// What came of compiling a script.
package struct Compilation: Sendable {
    /// Nil exactly if there is an error among ``diagnostics``.
    package let program: Program?
    /// Errors and warnings, in the order of the script; then those of the scripts that it includes.
    package let diagnostics: [Diagnostic]

    /// The diagnostics that are errors.
    package var errors: [Diagnostic] { diagnostics.filter { $0.severity == .error } }
}
