import Sieve

/// Goes through a script in its order, and holds each command and test against what the trace says of it.
///
/// What has left no event was not executed or not evaluated; why, follows from what came before it: the test that
/// decided, the branch that was taken, the `stop`. The recursion is the parser's, which is bounded.
struct ScriptWalk {
    /// Why nothing behind a command is executed.
    enum Ending {
        /// All scripts that include one another end, or only this one, or only the loop.
        case stop(String), `return`(String), `break`(String)

        var reason: String {
            switch self {
            case .stop(let reason), .return(let reason), .break(let reason): reason
            }
        }
    }

    let text: ScriptText
    let run: ScriptRun
    /// Whether the trace has not got all that happened.
    let isCut: Bool
    let separator: UInt8
    /// The scripts that are included, by the engine's names for them.
    let library: (String) -> ScriptText?
    /// All that scripts asked for; completed here with places and labels.
    var actions: [ExplainedAction]

    mutating func script() -> (ExplainedScript, Ending?) {
        var script = ExplainedScript(name: text.name, path: text.path, source: text.source)
        script.diagnostics = text.diagnostics
        guard let listing = text.listing else { return (script, nil) }
        let (commands, ending) = block(listing.commands, label: nil, skipped: nil)
        script.commands = commands
        return (script, ending)
    }

    // MARK: Commands

    private mutating func block(
        _ nodes: [ListedNode], label: String?, skipped: String?
    ) -> ([ExplainedCommand], Ending?) {
        var commands: [ExplainedCommand] = []
        var ending: Ending?
        var chain = Chain()
        for (index, node) in nodes.enumerated() {
            var command = ExplainedCommand(
                name: node.name, place: Place(line: node.line, column: node.column),
                text: text.text(node.range), label: text.label(above: node.range.lowerBound))
            if !node.isLaterBranch { chain = Chain(label: command.label ?? label) }
            let reason = skipped ?? ending?.reason
            let own: Ending?
            if node.isBranch {
                own = branch(node, &command, &chain, skipped: reason)
            } else {
                own = plain(node, &command, label: command.label ?? label, skipped: reason)
            }
            if skipped == nil, ending == nil {
                let next = index + 1 < nodes.count ? nodes[index + 1].range.lowerBound : .max
                ending = own ?? failure(from: node.range.lowerBound, to: next)
            }
            commands.append(command)
        }
        return (commands, ending)
    }

    /// An `if` and what belongs to it.
    private struct Chain {
        var label: String?
        /// Why no further branch is looked at.
        var decision: String?
    }

    private mutating func branch(
        _ node: ListedNode, _ command: inout ExplainedCommand, _ chain: inout Chain, skipped: String?
    ) -> Ending? {
        let reason = (node.isLaterBranch ? chain.decision : nil) ?? skipped
        command.tests = node.tests.map { test($0, skipped: reason) }
        var blockReason = reason
        if blockReason == nil, let first = command.tests.first {
            switch first.outcome {
            case true?: break
            case false?: blockReason = "the test at \(first.place) is false"
            case nil: blockReason = unknown(node.range.lowerBound)
            }
        }
        if let reason { command.state = .skipped(reason) }
        let (inner, ending) = block(
            node.block ?? [], label: command.label ?? chain.label, skipped: blockReason)
        command.block = inner
        if blockReason == nil { chain.decision = "the branch at line \(node.line) was taken" }
        return ending
    }

    private mutating func plain(
        _ node: ListedNode, _ command: inout ExplainedCommand, label: String?, skipped: String?
    ) -> Ending? {
        let offset = node.range.lowerBound
        guard !node.isDeclaration else {
            command.state = .declaration
            return nil
        }
        guard run.wasExecuted(at: offset) else {
            command.state = .skipped(skipped ?? unknown(offset))
            command.block = node.block.map { block($0, label: label, skipped: skipped ?? unknown(offset)).0 }
            return nil
        }
        command.actions = run.actions(at: offset)
        for action in command.actions where actions.indices.contains(action) {
            actions[action] = actions[action].completed(
                place: command.place, text: command.text, label: label)
            actions[action].hints = NearMiss.hints(action: node, separator: separator)
        }
        command.values = run.values(at: offset).suffix(Self.shownValues)
        command.notes = run.notes(at: offset)
        if let failure = run.failure, failure.offset == offset { command.failure = failure.message }
        var ending: Ending?
        if let block = node.block {
            let (inner, innerEnding) = self.block(block, label: label, skipped: nil)
            command.block = inner
            if case .break? = innerEnding {} else { ending = innerEnding }
        }
        return include(node, &command) ?? ending ?? node.ending
    }

    private static let shownValues = 3

    private mutating func include(_ node: ListedNode, _ command: inout ExplainedCommand) -> Ending? {
        var ending: Ending?
        for inner in run.includedRuns(at: node.range.lowerBound) {
            guard let text = library(inner.name) else { continue }
            var walk = ScriptWalk(
                text: text, run: inner, isCut: isCut, separator: separator, library: library, actions: actions
            )
            let (script, innerEnding) = walk.script()
            actions = walk.actions
            command.included.append(script)
            if case .stop? = innerEnding { ending = innerEnding }
        }
        return ending
    }

    private func failure(from start: Int, to end: Int) -> Ending? {
        guard let failure = run.failure, failure.offset >= start, failure.offset < end else { return nil }
        return .stop("the script had failed")
    }

    /// Why there is no event, where nothing else says so.
    private func unknown(_ offset: Int) -> String {
        if let failure = run.failure {
            if failure.offset == offset { return "the script failed here: \(failure.message)" }
            if failure.offset < offset { return "the script had failed" }
        }
        return isCut ? "not in the trace, which was cut" : "not reached"
    }

    // MARK: Tests

    private func test(_ node: ListedNode, skipped: String?) -> ExplainedTest {
        let traces = run.tests(at: node.range.lowerBound)
        var reason: String?
        var test = ExplainedTest(
            name: node.name, place: Place(line: node.line, column: node.column), text: text.text(node.range),
            state: .evaluated(traces))
        if traces.isEmpty {
            // The tests within may have been evaluated before one of them failed.
            reason = skipped
            test.state = .skipped(skipped ?? unknown(node.range.lowerBound))
        }
        for child in node.tests {
            let explained = self.test(child, skipped: reason)
            if reason == nil, let outcome = explained.outcome {
                reason = decision(of: explained, outcome, in: node.name)
            }
            test.tests.append(explained)
        }
        if let last = traces.last { test.hints = NearMiss.hints(test: node, last) }
        return test
    }

    private func decision(of test: ExplainedTest, _ outcome: Bool, in name: String) -> String? {
        switch (name, outcome) {
        case ("allof", false) where test.name == "ihave":
            "ihave at \(test.place) is false: what needs the extension is left out"
        case ("allof", false): "\(test.name) at \(test.place) is false, which decides allof"
        case ("anyof", true): "\(test.name) at \(test.place) is true, which decides anyof"
        default: nil
        }
    }
}

extension ListedNode {
    fileprivate var isBranch: Bool { name == "if" || isLaterBranch }
    fileprivate var isLaterBranch: Bool { name == "elsif" || name == "else" }
    fileprivate var isDeclaration: Bool { ["require", "global", "import", "export"].contains(name) }

    /// What an executed command ends.
    fileprivate var ending: ScriptWalk.Ending? {
        switch name {
        case "stop": .stop("stop at line \(line) ended the script")
        case "return": .return("return at line \(line) ended the script")
        case "break": .break("break at line \(line) ended the loop")
        default: nil
        }
    }
}

extension ExplainedAction {
    fileprivate func completed(place: Place, text: String, label: String?) -> ExplainedAction {
        var action = ExplainedAction(
            name: name, text: text, script: script, place: place, label: label,
            cancelsImplicitKeep: cancelsImplicitKeep, fate: fate)
        action.remarks = remarks
        return action
    }
}
