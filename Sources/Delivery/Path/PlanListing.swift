import MailLog
import MailMessage
import Maildir
import Sieve

/// A Plan as JSON, for `--dry-run`. The fields are stable.
enum PlanListing {
    static func json(_ plan: Plan, _ envelope: Envelope, _ destination: Destination) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("user", destination.userName)
            json.member("mail_root", destination.mailRoot)
            json.member("sender", envelope.senderText)
            json.member("sender_source", envelope.senderSource.rawValue)
            json.member("recipient", envelope.recipient.text)
            json.member("recipient_source", envelope.recipientSource.rawValue)
            json.member("original_recipient", envelope.originalRecipient?.text)
            if let verdicts = plan.verdicts { add(verdicts, to: &json) }
            json.member("actions") { json in
                json.array { json in
                    for action in plan.actions { add(action, to: &json) }
                }
            }
            json.member("not_done", plan.refusals)
            json.member("warnings", plan.warnings)
        }
        return json.bytes + [UInt8(ascii: "\n")]
    }

    private static func add(_ verdicts: Verdicts, to json: inout JSONWriter) {
        json.member("checks") { json in
            json.array { json in
                for result in verdicts.results {
                    json.object { json in
                        json.member("name", result.check.rawValue)
                        json.member("result", result.outcome.rawValue)
                        json.member("detail", result.detail)
                        json.member("policy", result.policy?.rawValue)
                        json.member("ms", result.milliseconds)
                    }
                }
            }
        }
        json.member("decision", verdicts.decision.word)
        json.member("decision_reason", verdicts.decision.reason)
    }

    private static func add(_ action: PlannedAction, to json: inout JSONWriter) {
        json.object { json in
            json.member("action", action.kind.word)
            switch action.kind {
            case .store(let mailbox, let flags, let creating):
                json.member("mailbox", mailbox.text)
                json.member("flags", flags)
                json.member("create", creating)
            case .forward(let forwarding):
                json.member("to", forwarding.recipient.text)
                json.member("from", forwarding.sender)
            case .send(let dispatch):
                json.member("from", dispatch.sender)
                json.member("to", dispatch.recipient.text)
            case .pipe(let request):
                json.member("program", request.program.name)
                json.member("arguments", request.program.arguments)
            case .refuse(let reason): json.member("reason", reason)
            case .discard: break
            }
            if let content = action.content { json.member("size", content.count) }
            json.member("script", action.origin.script)
            json.member("line", action.origin.line)
        }
    }
}
