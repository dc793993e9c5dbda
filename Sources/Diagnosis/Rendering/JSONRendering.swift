import MailLog
import Sieve

/// An explanation as one JSON object, whose fields are stable.
package enum JSONRendering {
    package static func json(_ explanation: Explanation) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("message") { message(explanation.message, &$0) }
            json.member("remarks", explanation.remarks)
            json.member("logged") { json in
                guard !explanation.logged.isEmpty else { return json.null() }
                json.object { json in
                    for (name, value) in explanation.logged { json.member(name, value) }
                }
            }
            json.member("checks") { json in
                json.array { json in
                    for check in explanation.checks { self.check(check, &json) }
                }
            }
            json.member("decision") { json in
                guard let decision = explanation.decision else { return json.null() }
                json.object { json in
                    json.member("decision", decision.word)
                    json.member("reason", decision.reason)
                }
            }
            json.member("outcomes") { json in
                json.array { json in
                    for outcome in explanation.outcomes { self.outcome(outcome, &json) }
                }
            }
            json.member("implicit_keep") { json in
                json.object { json in
                    json.member("in_effect", explanation.implicitKeep.isInEffect)
                    json.member("reason", explanation.implicitKeep.reason)
                    json.member("cancelled_by") { json in
                        json.array {
                            for number in explanation.implicitKeep.cancelledBy { $0.number(number) }
                        }
                    }
                }
            }
            json.member("actions") { json in
                json.array { for action in explanation.actions { self.action(action, &$0) } }
            }
            json.member("not_done", explanation.notDone)
            json.member("warnings", explanation.warnings)
            json.member("failure", explanation.failure.map { "\($0)" })
            json.member("cut", explanation.isCut)
            json.member("scripts") { json in
                json.array { for script in explanation.scripts { self.script(script, &$0) } }
            }
        }
        return json.bytes
    }

    private static func check(_ check: DeliveryRecord.Check, _ json: inout JSONWriter) {
        json.object { json in
            json.member("name", check.name)
            json.member("result", check.result)
            json.member("detail", check.detail)
            json.member("policy", check.policy.isEmpty ? nil : check.policy)
            json.member("ms", check.milliseconds)
        }
    }

    private static func message(_ facts: Explanation.MessageFacts, _ json: inout JSONWriter) {
        json.object { json in
            json.member("message_id", facts.messageID)
            json.member("from", facts.from)
            json.member("to", facts.to)
            json.member("subject", facts.subject)
            json.member("date", facts.date)
            json.member("size", facts.size)
            json.member("sender", facts.envelopeSender)
            json.member("recipient", facts.envelopeRecipient)
            json.member("user", facts.user)
        }
    }

    private static func outcome(_ outcome: Explanation.Outcome, _ json: inout JSONWriter) {
        json.object { json in
            json.member("action", outcome.kind)
            json.member("target", outcome.target)
            json.member("flags", outcome.flags)
            json.member("script", outcome.script)
            json.member("line", outcome.line)
        }
    }

    private static func action(_ action: ExplainedAction, _ json: inout JSONWriter) {
        json.object { json in
            json.member("action", action.name)
            json.member("text", action.text)
            json.member("script", action.script)
            place(action.place, &json)
            json.member("label", action.label)
            json.member("cancels_keep", action.cancelsImplicitKeep)
            switch action.fate {
            case .inEffect:
                json.member("state", "done")
            case .merged(let script, let line):
                json.member("state", "merged")
                json.member("into") { json in
                    json.object { json in
                        json.member("script", script)
                        json.member("line", line)
                    }
                }
            case .dropped(let reason):
                json.member("state", "dropped")
                json.member("reason", reason)
            }
            json.member("remarks", action.remarks)
            json.member("hints", action.hints)
        }
    }

    private static func place(_ place: Place, _ json: inout JSONWriter) {
        json.member("line", place.line)
        json.member("column", place.column)
    }

    // MARK: Scripts

    private static func script(_ script: ExplainedScript, _ json: inout JSONWriter) {
        json.object { json in
            json.member("name", script.name)
            json.member("path", script.path)
            json.member("not_run", script.notRun)
            json.member("diagnostics", script.diagnostics.map { "\($0)" })
            json.member("commands") { commands(script.commands, &$0) }
        }
    }

    private static func commands(_ commands: [ExplainedCommand], _ json: inout JSONWriter) {
        json.array { for command in commands { self.command(command, &$0) } }
    }

    private static func command(_ command: ExplainedCommand, _ json: inout JSONWriter) {
        json.object { json in
            json.member("name", command.name)
            place(command.place, &json)
            json.member("text", command.text)
            json.member("label", command.label)
            switch command.state {
            case .executed: json.member("state", "executed")
            case .declaration: json.member("state", "declaration")
            case .skipped(let reason):
                json.member("state", "skipped")
                json.member("reason", reason)
            }
            json.member("tests") { tests(command.tests, &$0) }
            json.member("actions") { json in
                json.array { for number in command.actions { $0.number(number) } }
            }
            json.member("values") { texts(command.values, &$0) }
            json.member("notes", command.notes)
            json.member("failure", command.failure)
            json.member("included") { json in
                json.array { for script in command.included { self.script(script, &$0) } }
            }
            json.member("block") { json in
                if let block = command.block { commands(block, &json) } else { json.null() }
            }
        }
    }

    private static func tests(_ tests: [ExplainedTest], _ json: inout JSONWriter) {
        json.array { for test in tests { self.test(test, &$0) } }
    }

    private static func test(_ test: ExplainedTest, _ json: inout JSONWriter) {
        json.object { json in
            json.member("name", test.name)
            place(test.place, &json)
            json.member("text", test.text)
            switch test.state {
            case .evaluated(let traces):
                json.member("state", "evaluated")
                json.member("outcome", test.outcome == true)
                json.member("evaluations") { json in
                    json.array { for trace in traces.suffix(mostEvaluations) { self.trace(trace, &$0) } }
                }
            case .skipped(let reason):
                json.member("state", "skipped")
                json.member("reason", reason)
            }
            json.member("hints", test.hints)
            json.member("tests") { tests(test.tests, &$0) }
        }
    }

    /// Of one test in a loop.
    private static let mostEvaluations = 20

    private static func trace(_ trace: TestTrace, _ json: inout JSONWriter) {
        json.object { json in
            json.member("outcome", trace.outcome)
            json.member("match", trace.comparison?.matchType)
            json.member("comparator", trace.comparison?.comparator)
            json.member("part", trace.addressPart)
            json.member("keys") { texts(trace.comparison?.keys ?? [], &$0) }
            json.member("key_count", trace.comparison?.keyCount)
            json.member("sources") { json in
                json.array { json in
                    for source in trace.sources {
                        json.object { json in
                            json.member("kind", source.kind.rawValue)
                            json.member("name", source.name)
                            json.member("raw") { texts(source.raw, &$0) }
                        }
                    }
                }
            }
            json.member("values") { json in
                json.array { json in
                    for value in trace.values {
                        json.object { json in
                            json.member("text") { text(value.text, &$0) }
                            json.member("source", value.source)
                            json.member("matched") { json in
                                if let key = value.matched { text(key, &json) } else { json.null() }
                            }
                        }
                    }
                }
            }
            json.member("more_values", trace.omittedValues)
            json.member("captures") { texts(trace.captures, &$0) }
        }
    }

    private static func texts(_ texts: [TracedText], _ json: inout JSONWriter) {
        json.array { for item in texts { text(item, &$0) } }
    }

    private static func text(_ text: TracedText, _ json: inout JSONWriter) {
        let octets = text.octets + (text.omitted > 0 ? Array("…[+\(text.omitted)]".utf8) : [])
        json.string(octets.span)
    }
}
