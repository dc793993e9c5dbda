/// Turns the text of a script into a program, or into all that is wrong with it.
///
/// The stages, each of which hands a value to the next: `Lexer` cuts the script into tokens, `Parser` makes a tree of
/// them without knowing any name, `Validator` makes a ``Program`` of the tree with the help of the definitions in
/// `Language`. ``ScriptSequence`` runs programs, which gives a ``SieveResult``. What a script may use beyond the base
/// language comes from `SieveExtension`s.
package struct SieveCompiler: Sendable {
    private let limits: SieveLimits
    /// What scripts may require.
    private let extensions: [SieveExtension]
    /// The capabilities that there are, but not for these scripts.
    private let disabled: [String]
    /// Where `include` finds scripts; nil where there are none.
    private let library: (any ScriptLibrary)?

    /// - Parameters:
    ///   - enabledExtensions: The capabilities that scripts may require; nil for all there are.
    ///   - library: Where `include` finds scripts; nil where there are none.
    package init(
        limits: SieveLimits = SieveLimits(), enabledExtensions: Set<String>? = nil,
        library: (any ScriptLibrary)? = nil
    ) {
        self.init(
            limits: limits, enabledExtensions: enabledExtensions, extensions: SieveExtension.all,
            library: library)
    }

    init(
        limits: SieveLimits, enabledExtensions: Set<String>?, extensions: [SieveExtension],
        library: (any ScriptLibrary)? = nil
    ) {
        self.limits = limits
        self.library = library
        guard let enabledExtensions else {
            self.extensions = extensions
            disabled = []
            return
        }
        let isEnabled = { (item: SieveExtension) in
            enabledExtensions.contains(item.capability) || item.isAlwaysEnabled
        }
        self.extensions = extensions.filter(isEnabled)
        disabled = extensions.filter { !isEnabled($0) }.map(\.capability)
    }

    /// The capabilities that scripts may require, in a fixed order.
    package var capabilities: [String] { extensions.map(\.capability) }

    /// Compiles `source`, which may be any octets.
    ///
    /// - Parameter name: How failures and actions call the script.
    package func compile(_ source: [UInt8], name: String) -> Compilation {
        guard source.count <= limits.scriptBytes else {
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
        var validator = Validator(
            source: source, limits: limits, diagnostics: parser.diagnostics, extensions: extensions,
            disabled: disabled, library: library)
        let block = validator.block(commands)
        guard validator.diagnostics.errorCount == 0 else {
            return Compilation(program: nil, diagnostics: validator.diagnostics.sorted())
        }
        let program = Program(
            name: name, capabilities: validator.capabilities, block: block,
            headerNames: validator.headerNames.names, variableCount: validator.variables.count,
            usesMatchVariables: validator.variables.usesMatches)
        return Compilation(program: program, diagnostics: validator.diagnostics.sorted())
    }
}

/// What came of compiling a script.
package struct Compilation: Sendable {
    /// Nil exactly if there is an error among ``diagnostics``.
    package let program: Program?
    /// Errors and warnings, in the order of the script.
    package let diagnostics: [Diagnostic]

    /// The diagnostics that are errors.
    package var errors: [Diagnostic] { diagnostics.filter { $0.severity == .error } }
}
