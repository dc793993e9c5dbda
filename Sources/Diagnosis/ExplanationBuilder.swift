package import Sieve

extension Explanation {
    /// Why the scripts did what the result has.
    ///
    /// - Parameters:
    ///   - scripts: those of the sequence, in its order, the ones with errors too.
    ///   - result: with its trace; nil where no script ran.
    ///   - separator: between the levels of a mailbox name, as the site has it.
    ///   - library: the scripts that others include, by the engine's names for them.
    package init(
        _ scripts: [ScriptText], result: SieveResult?, separator: UInt8 = UInt8(ascii: "/"),
        library: (String) -> ScriptText? = { _ in nil }
    ) {
        let trace = result?.trace ?? []
        isCut = trace.contains { $0.kind == .cut }
        failure = result?.failure
        actions = result.map { Self.actions(in: trace, $0) } ?? []
        withoutActuallyEscaping(library) { library in
            read(scripts, ScriptRun.all(in: trace), separator, library)
        }
        if let result { implicitKeep = keep(result, ranScripts: !trace.isEmpty) }
    }

    private mutating func read(
        _ texts: [ScriptText], _ runs: [ScriptRun], _ separator: UInt8,
        _ library: @escaping (String) -> ScriptText?
    ) {
        var runs = runs[...]
        var last: ScriptRun?
        for text in texts {
            var script = ExplainedScript(name: text.name, path: text.path, source: text.source)
            script.diagnostics = text.diagnostics
            if text.listing == nil {
                script.notRun = "it has errors"
            } else if let run = runs.first, run.name == text.name {
                runs.removeFirst()
                last = run
                var walk = ScriptWalk(
                    text: text, run: run, isCut: isCut, separator: separator, library: library,
                    actions: actions)
                script = walk.script().0
                actions = walk.actions
            } else {
                script.notRun = Self.reason(after: last, failure)
            }
            scripts.append(script)
        }
    }

    private static func reason(after last: ScriptRun?, _ failure: RuntimeFailure?) -> String {
        guard let last else { return "no script ran" }
        return last.failure == nil
            ? "the script \(last.name) before it did not keep the message"
            : "the script \(last.name) before it failed"
    }

    // MARK: Actions

    private static func actions(in trace: [TraceEvent], _ result: SieveResult) -> [ExplainedAction] {
        var found: [(action: SieveAction, merged: (script: String, line: Int)?, top: String)] = []
        var top = ""
        for event in trace {
            switch event.kind {
            case .script(isIncluded: false): top = event.script
            case .action(let action): found.append((action, nil, top))
            case .merged(let script, let line):
                if let index = found.indices.last { found[index].merged = (script, line) }
            default: break
            }
        }
        return found.map { item in
            let fate = fate(of: item.action, item.merged, top: item.top, last: top, result)
            return ExplainedAction(
                name: item.action.name, text: item.action.name, script: item.action.script,
                place: Place(line: item.action.line, column: 1), label: nil,
                cancelsImplicitKeep: item.action.cancelsImplicitKeep, fate: fate)
        }
    }

    /// - Parameters:
    ///   - top: the script of the sequence in which the action was taken.
    ///   - last: the one that ran last.
    private static func fate(
        of action: SieveAction, _ merged: (script: String, line: Int)?, top: String, last: String,
        _ result: SieveResult
    ) -> ExplainedAction.Fate {
        if result.failure != nil, top == last { return .dropped("the script failed") }
        if let merged { return .merged(script: merged.script, line: merged.line) }
        let isThere = result.actions.contains {
            $0.script == action.script && $0.line == action.line && $0.name == action.name
        }
        if isThere { return .inEffect }
        if action.isKeep, top != last { return .dropped("it handed the message on to the next script") }
        if let other = result.actions.first(where: { $0.isSameDelivery(as: action) }) {
            return .merged(script: other.script, line: other.line)
        }
        if case .vacation = action.kind {
            return .dropped("the sender is told something else, by another action")
        }
        return .dropped("another action takes its place")
    }

    private func keep(_ result: SieveResult, ranScripts: Bool) -> ImplicitKeep {
        let isInEffect = result.actions.contains(where: \.isImplicit)
        guard ranScripts else {
            return ImplicitKeep(isInEffect: isInEffect, cancelledBy: [], reason: "no script ran")
        }
        if let failure = result.failure {
            return ImplicitKeep(
                isInEffect: isInEffect, cancelledBy: [], reason: "the script \(failure.script) failed")
        }
        let cancelling = actions.indices.filter { index in
            guard actions[index].cancelsImplicitKeep else { return false }
            if case .dropped = actions[index].fate { return false }
            return true
        }
        guard !isInEffect else {
            return ImplicitKeep(isInEffect: true, cancelledBy: [], reason: "nothing cancelled it")
        }
        let lines = cancelling.map { "\(actions[$0].name) (\(actions[$0].script):\(actions[$0].place.line))" }
        let reason =
            cancelling.isEmpty
            ? "it is the same as what another action does" : "cancelled by " + lines.joined(separator: ", ")
        return ImplicitKeep(isInEffect: false, cancelledBy: cancelling, reason: reason)
    }
}

extension Explanation {
    /// Adds what the delivery says of the plan, each also to the action that it is about.
    ///
    /// - Parameters:
    ///   - notDone: what was asked for and not done, as `vacation (script NAME, line N): why`.
    ///   - warnings: what could not be done as asked for, as `script NAME, line N: why`.
    package mutating func add(notDone: [String], warnings: [String]) {
        self.notDone += notDone
        self.warnings += warnings
        for index in actions.indices {
            let action = actions[index]
            let place = "script \(action.script), line \(action.place.line)"
            let beginning = "\(action.name) (\(place)): "
            for remark in notDone where remark.hasPrefix(beginning) {
                actions[index].remarks.append("not done: " + String(remark.dropFirst(beginning.count)))
            }
            for remark in warnings where remark.hasPrefix("\(place): ") {
                actions[index].remarks.append(String(remark.dropFirst("\(place): ".count)))
            }
        }
    }
}
