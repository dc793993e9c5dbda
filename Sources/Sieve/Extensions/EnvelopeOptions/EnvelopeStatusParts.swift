// "notify", "ret", "envid", "orcpt"                                                            RFC 6009 §4

/// Each of the conditions is a value of its own, so that `:count` counts them.
enum EnvelopeNotify: EnvelopePart {
    static let name = "notify"
    static let isAddress = false

    static func texts(_ envelope: SieveEnvelope, _ clock: DeliveryClock) -> [String] {
        envelope.statusRequest?.notify ?? []
    }
}

/// `FULL` or `HDRS`.
enum EnvelopeRet: EnvelopePart {
    static let name = "ret"
    static let isAddress = false

    static func texts(_ envelope: SieveEnvelope, _ clock: DeliveryClock) -> [String] {
        envelope.statusRequest?.returns.map { [$0] } ?? []
    }
}

/// The sender's own name for the message, without its encoding.
enum EnvelopeEnvid: EnvelopePart {
    static let name = "envid"
    static let isAddress = false

    static func texts(_ envelope: SieveEnvelope, _ clock: DeliveryClock) -> [String] {
        envelope.statusRequest?.identifier.map { [$0] } ?? []
    }
}

/// The kind of address, a semicolon and the address, without its encoding.
enum EnvelopeOrcpt: EnvelopePart {
    static let name = "orcpt"
    static let isAddress = false

    static func texts(_ envelope: SieveEnvelope, _ clock: DeliveryClock) -> [String] {
        envelope.statusRequest?.originalRecipient.map { [$0] } ?? []
    }
}
