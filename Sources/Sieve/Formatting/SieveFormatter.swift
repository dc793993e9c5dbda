/// Lays scripts out in one canonical way.
///
/// A script and what is made of it have the same tokens in the same order, names of commands, tests and tags in
/// lower case aside, and the same comments in the same order. So they compile to programs that do the same.
/// What is formatted already stays as it is.
///
/// - A command begins a line, four spaces further in for every block around it. Braces stand at the end of its line,
///   `elsif` and `else` on the line of the brace before them.
/// - What would go over column 78 has its lists broken, one string on a line, and its tests in parentheses, one test
///   on a line.
/// - A comment stays before, behind or between what it stood at. At most one empty line in a row is kept.
/// - Line ends are CRLF where most of them were, those inside strings aside; strings and numbers stay as they were.
package struct SieveFormatter: Sendable {
    private let limits: SieveLimits

    package init(limits: SieveLimits = SieveLimits()) {
        self.limits = limits
    }

    /// Formats `source`, which may be any octets, in time proportional to them.
    ///
    /// Only the grammar counts: commands that nobody knows, and what is wrong with arguments, are no obstacle.
    package func format(_ source: [UInt8]) -> Formatting {
        guard source.count <= min(limits.scriptBytes, Lexer.limit) else { return tooLong("script") }
        var parser = Parser(source, limits: limits)
        _ = parser.parse()
        guard parser.diagnostics.errorCount == 0 else {
            return Formatting(text: nil, diagnostics: parser.diagnostics.sorted())
        }
        var layout = ScriptLayout(ScriptPieces(of: source), octets: limits.scriptBytes)
        guard let text = layout.text() else { return tooLong("formatted script") }
        return Formatting(text: text, diagnostics: parser.diagnostics.sorted())
    }

    private func tooLong(_ what: String) -> Formatting {
        var diagnostics = DiagnosticList(source: [], limit: 1)
        diagnostics.error(
            .scriptTooLong, at: Position(offset: 0, line: 1),
            "\(what) is longer than \(limits.scriptBytes) octets")
        return Formatting(text: nil, diagnostics: diagnostics.sorted())
    }
}

/// What came of formatting a script.
package struct Formatting: Sendable {
    /// Nil exactly if there is an error among ``diagnostics``.
    package let text: [UInt8]?
    /// What the parser has to say, in the order of the script.
    package let diagnostics: [Diagnostic]
}
