/// A record as names and values, the same for every form, cut down to what fits.
///
/// Names are of lower-case ASCII letters, digits and hyphens, and no name comes twice.
struct RecordField: Equatable {
    enum Value: Equatable {
        case text([UInt8])
        case number(Int)
        case texts([[UInt8]])
        case records([[RecordField]])
    }

    let name: String
    let value: Value
}

/// How much of a record is written.
struct RecordLimits {
    /// Bytes of a text, before escapes.
    let text: Int
    let actions: Int
    let warnings: Int
    var checks = 0

    /// From all that is reasonable down to what always fits into 4,000 bytes.
    static let levels = [
        RecordLimits(text: 1024, actions: 64, warnings: 16, checks: 8),
        RecordLimits(text: 256, actions: 32, warnings: 8, checks: 8),
        RecordLimits(text: 64, actions: 12, warnings: 4, checks: 8),
        RecordLimits(text: 24, actions: 2, warnings: 2, checks: 2),
        RecordLimits(text: 10, actions: 1, warnings: 1, checks: 1),
    ]
}

extension DeliveryRecord {
    func fields(_ limits: RecordLimits) -> [RecordField] {
        var list = FieldList(limits: limits)
        list.add("time", Timestamp.bytes(time))
        list.add("id", id)
        list.add("queue-id", queueID)
        list.add("message-id", messageID)
        if let sender { list.addAlways("from", sender) }
        list.add("from-source", senderSource)
        list.add("to", recipient)
        list.add("to-source", recipientSource)
        list.add("original-to", originalRecipient)
        list.add("original-to-source", originalRecipientSource)
        list.add("size", size)
        list.add("user", user)
        list.add("outcome", outcome.rawValue)
        list.add("status", status)
        list.add("exit", exitStatus)
        list.add("reason", reason)
        list.add("check", records: checks.prefix(limits.checks).map { $0.fields(limits) })
        list.add("more-checks", excess: checks.count - limits.checks)
        list.add("action", records: actions.prefix(limits.actions).map { $0.fields(limits) })
        list.add("more-actions", excess: actions.count - limits.actions)
        for step in steps.prefix(8) { list.add(step) }
        list.add("warning", texts: warnings.prefix(limits.warnings))
        list.add("more-warnings", excess: warnings.count - limits.warnings)
        return list.fields
    }
}

extension DeliveryRecord.Action {
    fileprivate func fields(_ limits: RecordLimits) -> [RecordField] {
        var list = FieldList(limits: limits)
        list.addAlways("kind", kind)
        list.add("target", target)
        list.add("script", script)
        if line > 0 { list.add("line", line) }
        list.add("result", result)
        list.add("file", file)
        return list.fields
    }
}

extension DeliveryRecord.Check {
    fileprivate func fields(_ limits: RecordLimits) -> [RecordField] {
        var list = FieldList(limits: limits)
        list.addAlways("name", name)
        list.addAlways("result", result)
        list.add("detail", detail)
        list.add("policy", policy)
        list.add("ms", milliseconds)
        return list.fields
    }
}

extension DeliveryRecord.Step {
    /// The name without what could not stand in a field's name.
    fileprivate var asciiName: String {
        String(decoding: name.utf8.prefix(16).filter { $0 >= 0x61 && $0 <= 0x7A }, as: UTF8.self)
    }
}

/// Collects fields that say something: empty texts are left out.
struct FieldList {
    let limits: RecordLimits
    private(set) var fields: [RecordField] = []

    init(limits: RecordLimits) {
        self.limits = limits
        fields.reserveCapacity(24)
    }

    mutating func add(_ name: String, _ text: String) {
        if !text.isEmpty { addAlways(name, text) }
    }

    mutating func add(_ name: String, _ text: [UInt8]) {
        if !text.isEmpty { append(name, .text(LoggedText.shortened(text, to: limits.text))) }
    }

    mutating func addAlways(_ name: String, _ text: String) {
        append(name, .text(LoggedText.shortened(Array(text.utf8), to: limits.text)))
    }

    mutating func add(_ name: String, _ number: Int?) {
        if let number { append(name, .number(number)) }
    }

    mutating func add(_ name: String, excess: Int) {
        if excess > 0 { append(name, .number(excess)) }
    }

    mutating func add(_ name: String, texts: some Sequence<String>) {
        let shortened = texts.map { LoggedText.shortened(Array($0.utf8), to: limits.text) }
        if !shortened.isEmpty { append(name, .texts(shortened)) }
    }

    mutating func add(_ name: String, records: [[RecordField]]) {
        if !records.isEmpty { append(name, .records(records)) }
    }

    /// The first of two steps of one name counts.
    mutating func add(_ step: DeliveryRecord.Step) {
        let name = step.asciiName + "-ms"
        if !fields.contains(where: { $0.name == name }) { append(name, .number(step.milliseconds)) }
    }

    private mutating func append(_ name: String, _ value: RecordField.Value) {
        fields.append(RecordField(name: name, value: value))
    }
}
