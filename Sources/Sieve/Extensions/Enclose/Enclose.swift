import MailMessage
import Platform

// enclose [":subject" <string>] [":headers" <string-list>] <text: string>                     RFC 5703 §6

/// Makes a new message of a text and of the message as it is now, which is attached to it.
///
/// Of the old header the fields that `:headers` names are copied; `Date` and `From`, if they are not among them, are the
/// time of the delivery and the recipient.
struct EncloseCommand: CommandDefinition, Statement {
    static let name = "enclose"

    // MARK: Validation

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any Statement)? {
        var arguments = Arguments(node)
        var subject: Text?
        var headers: [Text] = []
        var seen: [Identifier] = []
        while let tag = arguments.tag() {
            if seen.contains(tag.name) { arguments.repeated(tag, &validator) }
            seen.append(tag.name)
            if tag.name == Identifier("subject") {
                subject = arguments.text("subject", &validator)
            } else if tag.name == Identifier("headers") {
                headers = arguments.texts("names of header fields", &validator) ?? []
            } else {
                arguments.unknown(tag, &validator)
            }
        }
        guard let text = arguments.text("text", &validator), arguments.end(&validator) else { return nil }
        return EncloseCommand(subject: subject, headers: headers, text: text)
    }

    // MARK: Program

    let subject: Text?
    let headers: [Text]
    let text: Text

    // MARK: Execution

    func execute(in run: inout Interpretation) throws(RuntimeFailure) -> Flow {
        let size = run.content?.count ?? run.wholeMessage.bytes.count
        guard size <= run.limits.rewrittenBytes else {
            throw run.policyFailure(
                "a message of more than \(run.limits.rewrittenBytes) octets is not enclosed")
        }
        try run.spend(size)
        let text = try run.expand(text)
        let composition = try header(in: &run)
        let old = run.content.map { Message(SharedBytes($0.bytes(limit: size))) } ?? run.wholeMessage
        let entity = ComposedEntity.multipart("mixed", [.text(text), .message(old)])
        let bytes = composition.composed(
            entity, boundarySeed: run.boundarySeed, lineEnds: LineEndStyle(of: run.wholeMessage.bytes.span))
        run.replaceMessage(SharedBytes(bytes))
        // No loop knows the parts of the new message.
        run[PartLoops.self].beginNewMessage()
        return .next
    }

    private func header(in run: inout Interpretation) throws(RuntimeFailure) -> MessageComposition {
        var composition = MessageComposition()
        for name in try run.expand(headers).map(\.lowercasedASCII.text)
        where !name.hasPrefix("content-") && name != "mime-version" && !composition.hasField(named: name) {
            if name == "subject", subject != nil { continue }
            try run.spend(run.message.header.fields.count)
            for field in run.message.fields(named: name) {
                composition.addCopy(of: field, in: run.message)
            }
        }
        let seconds = run.currentTime()
        if !composition.hasField(named: "Date") {
            let offset = run.host.zoneOffset(at: seconds).multipliedReportingOverflow(by: 60).partialValue
            composition.addDate(MailDate(seconds: seconds, zoneOffset: offset))
        }
        if !composition.hasField(named: "From"), let owner = MailAddress(path: run.input.envelope.recipient) {
            composition.addAddresses("From", [owner])
        }
        if let subject { composition.addText("Subject", try run.expand(subject).text) }
        return composition
    }
}
