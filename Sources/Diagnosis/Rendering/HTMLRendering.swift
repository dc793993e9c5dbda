import MailLog
import Sieve

/// An explanation as one page of HTML that needs nothing else: no script, no font, no other file.
///
/// All text is escaped, whoever wrote it. Each script is shown line by line, with the outcome beside each line.
package enum HTMLRendering {
    package static func html(_ explanation: Explanation) -> String {
        var page = HTMLPage()
        let subject = explanation.message.subject.isEmpty ? "a message" : explanation.message.subject
        page.open(title: "Why: \(subject)")
        summary(explanation, &page)
        for script in explanation.scripts { self.script(script, explanation, level: 2, &page) }
        page.close()
        return page.text
    }

    private static func summary(_ explanation: Explanation, _ page: inout HTMLPage) {
        let message = explanation.message
        page.table([
            ("Message-ID", message.messageID), ("From", message.from), ("To", message.to),
            ("Subject", message.subject), ("Date", message.date), ("Size", "\(message.size) octets"),
            ("Envelope", "<\(message.envelopeSender)> to <\(message.envelopeRecipient)>"),
            ("User", message.user),
        ])
        page.list(explanation.remarks, style: "w")
        if !explanation.logged.isEmpty {
            page.heading("As the log has it", level: 2)
            page.table(explanation.logged)
        }
        if let decision = explanation.decision {
            page.heading("What the checks say", level: 2)
            page.table(explanation.checks.map { ($0.name, "\($0.sentence), \($0.milliseconds) ms") })
            if decision.word != "proceed" {
                page.list(["\(decision.word), no rule runs: \(decision.reason)"], style: "n")
            }
        }
        page.heading("What becomes of it", level: 2)
        page.list(
            explanation.outcomes.map { outcome in
                outcome.script.map { "\(outcome.text) (\($0), line \(outcome.line ?? 0))" } ?? outcome.text
            }, style: "y")
        let keep = explanation.implicitKeep
        page.paragraph("Implicit keep: \(keep.isInEffect ? "yes" : "no"), \(keep.reason).")
        if let failure = explanation.failure { page.list(["failed: \(failure)"], style: "n") }
        page.list(explanation.notDone.map { "not done: \($0)" }, style: "w")
        page.list(explanation.warnings.map { "warning: \($0)" }, style: "w")
        if explanation.isCut { page.list(["the trace was cut: more happened than it holds"], style: "w") }
    }

    private static func script(
        _ script: ExplainedScript, _ explanation: Explanation, level: Int, _ page: inout HTMLPage
    ) {
        page.heading("Script \(script.name)", level: level)
        if let path = script.path { page.paragraph(path) }
        if let reason = script.notRun { page.list(["not run: \(reason)"], style: "w") }
        page.list(script.diagnostics.map { "\($0)" }, style: "w")
        var notes = LineNotes(explanation)
        for command in script.commands { notes.add(command) }
        page.beginLines()
        for (index, line) in lines(of: script.source).enumerated() {
            page.line(index + 1, line, notes.notes[index + 1] ?? [])
        }
        page.endLines()
        for inner in notes.included { self.script(inner, explanation, level: min(level + 1, 6), &page) }
    }

    private static func lines(of source: [UInt8]) -> [String] {
        var lines = source.split(separator: 0x0A, omittingEmptySubsequences: false).map { line in
            String(decoding: line.last == 0x0D ? line.dropLast() : line, as: UTF8.self)
        }
        if lines.last == "" { lines.removeLast() }
        return lines
    }
}

/// What is to be said beside the lines of a script.
private struct LineNotes {
    struct Note {
        /// `y` done or true, `n` false, `s` skipped, `w` to be looked at, `i` in addition.
        let style: String
        let text: String
        var details: [String] = []
    }

    let explanation: Explanation
    private(set) var notes: [Int: [Note]] = [:]
    private(set) var included: [ExplainedScript] = []

    init(_ explanation: Explanation) { self.explanation = explanation }

    mutating func add(_ command: ExplainedCommand) {
        let line = command.place.line
        if case .skipped(let reason) = command.state {
            notes[line, default: []].append(
                Note(style: "s", text: "\(command.name): not executed: \(reason)"))
        }
        for test in command.tests { add(test) }
        for value in command.values {
            notes[line, default: []].append(Note(style: "i", text: "= \"\(ShownText.line(value))\""))
        }
        for text in command.notes { notes[line, default: []].append(Note(style: "w", text: text)) }
        for number in command.actions where explanation.actions.indices.contains(number) {
            add(explanation.actions[number], line)
        }
        if let failure = command.failure {
            notes[line, default: []].append(Note(style: "n", text: "failed: \(failure)"))
        }
        included += command.included
        for command in command.block ?? [] { add(command) }
    }

    private mutating func add(_ action: ExplainedAction, _ line: Int) {
        let more = action.remarks + action.hints.map { "hint: \($0)" }
        let note =
            switch action.fate {
            case .inEffect: Note(style: "y", text: "\(action.name): done", details: more)
            case .merged(let script, let other):
                Note(
                    style: "y", text: "\(action.name): done once, with \(script), line \(other)",
                    details: more)
            case .dropped(let reason):
                Note(style: "w", text: "\(action.name): not done: \(reason)", details: more)
            }
        notes[line, default: []].append(note)
    }

    private mutating func add(_ test: ExplainedTest) {
        let line = test.place.line
        switch test.state {
        case .skipped(let reason):
            notes[line, default: []].append(Note(style: "s", text: "\(test.name): not evaluated: \(reason)"))
        case .evaluated(let traces):
            let isTrue = test.outcome == true
            let details = (traces.last.map(TestDetails.lines) ?? []) + test.hints.map { "hint: \($0)" }
            notes[line, default: []].append(
                Note(
                    style: isTrue ? "y" : "n", text: "\(test.name): \(isTrue ? "true" : "false")",
                    details: details))
        }
        for test in test.tests { add(test) }
    }
}

/// The markup; every text that goes in is escaped here.
private struct HTMLPage {
    private(set) var text = ""

    static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in ShownText.line(text).unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    mutating func open(title: String) {
        text += """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <meta name="viewport" content="width=device-width">
            <title>\(Self.escaped(title))</title>
            <style>
            body { font: 15px/1.4 sans-serif; margin: 2em; max-width: 80em }
            table { border-collapse: collapse } td, th { vertical-align: top; padding: 1px 8px; text-align: left }
            .lines { width: 100%; font: 13px/1.4 monospace } .lines td { border-top: 1px solid #eee }
            .lines .c { white-space: pre-wrap; width: 55% } .no { color: #888; text-align: right }
            ul { margin: .3em 0 } .y { color: #060 } .n { color: #a00 } .s { color: #777 } .w { color: #940 }
            .i { color: #046 } .d { margin: 0 0 0 1.5em; color: #444; overflow-wrap: anywhere }
            @media (prefers-color-scheme: dark) { body { background: #161616; color: #ddd }
            .lines td { border-color: #333 } .y { color: #7c7 } .n { color: #f88 } .w { color: #fb6 }
            .i { color: #8cf } .d { color: #bbb } }
            </style>
            </head>
            <body>
            <h1>\(Self.escaped(title))</h1>

            """
    }

    mutating func close() { text += "</body>\n</html>\n" }

    mutating func heading(_ title: String, level: Int) {
        text += "<h\(level)>\(Self.escaped(title))</h\(level)>\n"
    }

    mutating func paragraph(_ content: String) { text += "<p>\(Self.escaped(content))</p>\n" }

    mutating func table(_ rows: [(String, String)]) {
        text += "<table>\n"
        for (name, value) in rows where !value.isEmpty {
            text += "<tr><th>\(Self.escaped(name))</th><td>\(Self.escaped(value))</td></tr>\n"
        }
        text += "</table>\n"
    }

    mutating func list(_ items: [String], style: String) {
        guard !items.isEmpty else { return }
        text += "<ul class=\"\(style)\">\n"
        for item in items { text += "<li>\(Self.escaped(item))</li>\n" }
        text += "</ul>\n"
    }

    mutating func beginLines() { text += "<table class=\"lines\">\n" }
    mutating func endLines() { text += "</table>\n" }

    mutating func line(_ number: Int, _ content: String, _ notes: [LineNotes.Note]) {
        text += "<tr><td class=\"no\">\(number)</td><td class=\"c\">"
        text += Self.escaped(content) + "</td><td>"
        for note in notes {
            text += "<div class=\"\(note.style)\">\(Self.escaped(note.text))</div>"
            for detail in note.details { text += "<div class=\"d\">\(Self.escaped(detail))</div>" }
        }
        text += "</td></tr>\n"
    }
}
