/// Something that the compiler has to say about a script, at one place in it.
package struct Diagnostic: Sendable, Equatable {
    package enum Severity: String, Sendable {
        /// The script cannot run.
        case error
        /// The script runs, but perhaps not as its author meant it.
        case warning
    }

    package let severity: Severity
    /// Counted from 1; lines end with LF.
    package let line: Int
    /// Counted from 1 in characters (Unicode scalars), a tab being one.
    package let column: Int
    package let code: DiagnosticCode
    /// One line of text, without a full stop.
    package let message: String
    /// What the author can do about it, where that is known.
    package let hint: String?
    /// The name of the script, if it is one that the compiled script includes.
    package internal(set) var script: String?
}

extension Diagnostic: CustomStringConvertible {
    /// `3:7: error: unknown command "fileino" [unknown-command]`
    package var description: String {
        "\(line):\(column): \(severity.rawValue): \(message) [\(code.rawValue)]"
    }
}

extension Diagnostic {
    /// The diagnostic, the line of `source` that it is about, a caret beneath the place, and the hint.
    ///
    /// `name` is put in front, as compilers do. Lines longer than a screen are shown in part, and control characters
    /// as `?`, so that a script cannot write escape sequences to a terminal. A diagnostic of an included script has
    /// that script's name instead, and no line, since `source` is not its own.
    package func rendered(name: String, source: [UInt8]) -> String {
        var text = "\((script ?? name).onOneLine):\(description)\n"
        if script == nil, let shown = SourceLine(of: source, line: line, column: column) {
            text += "    \(shown.text)\n    \(shown.indent)^\n"
        }
        if let hint { text += "    hint: \(hint)\n" }
        return text
    }
}

/// One line of a script as a person is shown it.
private struct SourceLine {
    /// Characters shown of a long line.
    private static let width = 100

    var text = ""
    var indent = ""

    /// Nil where the script has no such line.
    init?(of source: [UInt8], line: Int, column: Int) {
        var start = 0
        for _ in 1..<max(line, 1) {
            guard let end = source[start...].firstIndex(of: 0x0A) else { return nil }
            start = end + 1
        }
        let end = source[start...].firstIndex(of: 0x0A) ?? source.count
        let first = max(0, column - 1 - Self.width / 2)
        for (position, scalar) in String(decoding: source[start..<end], as: UTF8.self).unicodeScalars
            .enumerated() where position >= first
        {
            guard position < first + Self.width else { break }
            let isTab = scalar == "\t"
            if !isTab, scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) {
                if scalar != "\r" { text += "?" }
            } else {
                text.unicodeScalars.append(scalar)
            }
            if position < column - 1 { indent += isTab ? "\t" : " " }
        }
    }
}
