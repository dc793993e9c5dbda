import MailLog
import Sieve

/// An explanation as lines of text for a terminal.
package struct TextRendering {
    /// Whether escape sequences may colour it.
    package let isColoured: Bool

    package init(isColoured: Bool) { self.isColoured = isColoured }

    package func text(_ explanation: Explanation) -> String {
        var page = Page(isColoured: isColoured, explanation: explanation)
        page.writeMessage()
        page.writeLogged()
        page.writeChecks()
        page.writeOutcome()
        for script in explanation.scripts { page.write(script, indent: 0) }
        return page.text
    }
}

private enum Colour: String {
    case bold = "1"
    case dim = "2"
    case red = "31"
    case green = "32"
    case yellow = "33"
    case cyan = "36"
}

private struct Page {
    let isColoured: Bool
    let explanation: Explanation
    private(set) var text = ""

    init(isColoured: Bool, explanation: Explanation) {
        self.isColoured = isColoured
        self.explanation = explanation
    }

    private func paint(_ text: String, _ colour: Colour) -> String {
        isColoured && !text.isEmpty ? "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m" : text
    }

    private mutating func line(_ indent: Int, _ content: String) {
        text += String(repeating: " ", count: indent) + content + "\n"
    }

    // MARK: The message, and what became of it

    mutating func writeMessage() {
        let message = explanation.message
        for (name, value) in [
            ("message", message.messageID), ("from", message.from), ("to", message.to),
            ("subject", message.subject), ("date", message.date),
        ] where !value.isEmpty {
            line(0, "\(name.padded(to: 10))\(ShownText.line(value))")
        }
        line(
            0,
            "\("envelope".padded(to: 10))<\(ShownText.line(message.envelopeSender))> to <\(ShownText.line(message.envelopeRecipient))>, \(message.size) octets"
        )
        for remark in explanation.remarks { line(0, paint(ShownText.line(remark), .yellow)) }
    }

    mutating func writeLogged() {
        guard !explanation.logged.isEmpty else { return }
        line(0, "")
        line(0, paint("as the log has it", .bold))
        for (name, value) in explanation.logged {
            line(2, "\(name.padded(to: 12))\(ShownText.line(value))")
        }
    }

    mutating func writeChecks() {
        guard let decision = explanation.decision else { return }
        line(0, "")
        line(0, paint("what the checks say", .bold))
        for check in explanation.checks {
            let colour: Colour = check.result == "passed" ? .green : check.result == "found" ? .red : .yellow
            line(
                2,
                "\(ShownText.line(check.name).padded(to: 12))\(paint(ShownText.line(check.sentence), colour))"
                    + paint("  \(check.milliseconds) ms", .dim))
        }
        guard decision.word != "proceed" else { return }
        line(
            2,
            paint("=> \(decision.word), no rule runs: ", .red) + ShownText.line(decision.reason))
    }

    mutating func writeOutcome() {
        line(0, "")
        line(0, paint("what becomes of it", .bold))
        for outcome in explanation.outcomes {
            let origin = outcome.script.map {
                "  (\(ShownText.line($0)):\(outcome.line ?? 0)\(label(outcome)))"
            }
            line(2, paint(ShownText.line(outcome.text), .green) + paint(origin ?? "", .dim))
        }
        let keep = explanation.implicitKeep
        line(2, "implicit keep: \(keep.isInEffect ? "yes" : "no"), \(ShownText.line(keep.reason))")
        if let failure = explanation.failure {
            line(2, paint("failed: \(ShownText.line("\(failure)"))", .red))
        }
        for reason in explanation.notDone { line(2, paint("not done: \(ShownText.line(reason))", .yellow)) }
        for warning in explanation.warnings { line(2, paint("warning: \(ShownText.line(warning))", .yellow)) }
        if explanation.isCut { line(2, paint("the trace was cut: more happened than it holds", .yellow)) }
    }

    private func label(_ outcome: Explanation.Outcome) -> String {
        let action = explanation.actions.first {
            $0.script == outcome.script && $0.place.line == outcome.line && $0.label != nil
        }
        return action?.label.map { ", \(ShownText.line($0))" } ?? ""
    }

    // MARK: Scripts

    mutating func write(_ script: ExplainedScript, indent: Int) {
        line(indent, "")
        let path = script.path.map { "  \(ShownText.line($0))" } ?? ""
        line(indent, paint("script \(ShownText.line(script.name))", .bold) + paint(path, .dim))
        if let reason = script.notRun {
            line(indent + 2, paint("not run: \(ShownText.line(reason))", .yellow))
        }
        for diagnostic in script.diagnostics {
            line(
                indent + 2,
                paint(ShownText.line("\(diagnostic)"), diagnostic.severity == .error ? .red : .yellow))
        }
        for command in script.commands { write(command, indent: indent, depth: 0) }
    }

    private mutating func write(_ command: ExplainedCommand, indent: Int, depth: Int) {
        if let label = command.label {
            line(indent + 10 + depth * 2, paint("# \(ShownText.line(label))", .cyan))
        }
        var note = ""
        switch command.state {
        case .executed, .declaration: break
        case .skipped(let reason): note = paint("  -- \(ShownText.line(reason))", .dim)
        }
        row(command.place, indent, depth, shown(command.text, command.state), note)
        for test in command.tests { write(test, indent: indent, depth: depth + 1) }
        let inner = indent + 12 + depth * 2
        for value in command.values { line(inner, "= \"\(ShownText.line(value))\"") }
        for note in command.notes { line(inner, paint(ShownText.line(note), .yellow)) }
        for number in command.actions where explanation.actions.indices.contains(number) {
            write(explanation.actions[number], inner)
        }
        if let failure = command.failure { line(inner, paint("failed: \(ShownText.line(failure))", .red)) }
        for script in command.included { write(script, indent: inner) }
        for command in command.block ?? [] { write(command, indent: indent, depth: depth + 1) }
    }

    private func shown(_ text: String, _ state: ExplainedCommand.State) -> String {
        if case .skipped = state { return paint(ShownText.line(text), .dim) }
        return ShownText.line(text)
    }

    private mutating func write(_ action: ExplainedAction, _ indent: Int) {
        switch action.fate {
        case .inEffect: line(indent, paint("=> \(action.name)", .green))
        case .merged(let script, let place):
            line(
                indent,
                paint("=> \(action.name), the same as \(ShownText.line(script)):\(place): done once", .green))
        case .dropped(let reason):
            line(indent, paint("=> \(action.name), not done: \(ShownText.line(reason))", .yellow))
        }
        for remark in action.remarks { line(indent + 3, paint(ShownText.line(remark), .yellow)) }
        for hint in action.hints { line(indent + 3, paint("hint: \(ShownText.line(hint))", .cyan)) }
    }

    private mutating func write(_ test: ExplainedTest, indent: Int, depth: Int) {
        let inner = indent + 12 + depth * 2
        switch test.state {
        case .skipped(let reason):
            row(
                test.place, indent, depth, paint(ShownText.line(test.text), .dim),
                paint("  -- not evaluated: \(ShownText.line(reason))", .dim))
        case .evaluated(let traces):
            let outcome = test.outcome == true ? paint("true", .green) : paint("false", .red)
            let times = traces.count > 1 ? " (\(traces.count) times; the last)" : ""
            row(test.place, indent, depth, ShownText.line(test.text), "  \(outcome)\(times)")
            for detail in traces.last.map(TestDetails.lines) ?? [] { line(inner, paint(detail, .dim)) }
        }
        for hint in test.hints { line(inner, paint("hint: \(ShownText.line(hint))", .cyan)) }
        for test in test.tests { write(test, indent: indent, depth: depth + 1) }
    }

    private mutating func row(_ place: Place, _ indent: Int, _ depth: Int, _ content: String, _ note: String)
    {
        let column = "\(place)".padded(to: 8)
        line(indent, "  " + paint(column, .dim) + String(repeating: " ", count: depth * 2) + content + note)
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(width - utf8.count, 1))
    }
}
