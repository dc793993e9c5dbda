import MailMessage

// "bytimeabsolute", "bytimerelative", "bymode", "bytrace"                                      RFC 6009 §4

/// The time as the `date` test's `iso8601` has it.
enum EnvelopeByTimeAbsolute: EnvelopePart {
    static let name = "bytimeabsolute"
    static let isAddress = false

    static func texts(_ envelope: SieveEnvelope, _ clock: DeliveryClock) -> [String] {
        guard let deliverBy = envelope.deliverBy else { return [] }
        let ahead = min(max(deliverBy.seconds, -DeliverBy.longest), DeliverBy.longest)
        let seconds = clock.seconds.addingReportingOverflow(Int64(ahead)).partialValue
        return [DatePart.iso8601.text(of: MailDate(seconds: seconds, zoneOffset: clock.zoneOffset))]
    }
}

/// The seconds that are left; less than none once the time is over.
enum EnvelopeByTimeRelative: EnvelopePart {
    static let name = "bytimerelative"
    static let isAddress = false

    static func texts(_ envelope: SieveEnvelope, _ clock: DeliveryClock) -> [String] {
        envelope.deliverBy.map { [String($0.seconds)] } ?? []
    }
}

/// `notify` or `return`.
enum EnvelopeByMode: EnvelopePart {
    static let name = "bymode"
    static let isAddress = false

    static func texts(_ envelope: SieveEnvelope, _ clock: DeliveryClock) -> [String] {
        envelope.deliverBy.map { [$0.returnsMessage ? "return" : "notify"] } ?? []
    }
}

/// `true` or `false`.
enum EnvelopeByTrace: EnvelopePart {
    static let name = "bytrace"
    static let isAddress = false

    static func texts(_ envelope: SieveEnvelope, _ clock: DeliveryClock) -> [String] {
        envelope.deliverBy.map { [$0.traces ? "true" : "false"] } ?? []
    }
}
