extension SieveExtension {
    /// The `envelope` test (RFC 5228 §5.4).
    static var envelope: SieveExtension {
        SieveExtension("envelope") { language in
            language.add(test: EnvelopeTest.self)
            language.add(envelopePart: EnvelopeFrom.self)
            language.add(envelopePart: EnvelopeTo.self)
            language.add(envelopePart: EnvelopeAuth.self)
        }
    }
}

/// A part of the SMTP envelope that the test can look at.
protocol EnvelopePart: Sendable {
    static var name: String { get }
    /// Whether it is an address, of which a test may look at a part.
    static var isAddress: Bool { get }
    static func addresses(_ envelope: SieveEnvelope) -> [AddressValue]
    /// The values of a part that is no address.
    static func texts(_ envelope: SieveEnvelope, _ clock: DeliveryClock) -> [String]
}

extension EnvelopePart {
    static var isAddress: Bool { true }
    static func addresses(_ envelope: SieveEnvelope) -> [AddressValue] { [] }
    static func texts(_ envelope: SieveEnvelope, _ clock: DeliveryClock) -> [String] { [] }
}

/// The time of the delivery, and the zone in which it is shown.
struct DeliveryClock {
    /// Since 1970.
    let seconds: Int64
    /// Seconds that the zone is ahead of UTC.
    let zoneOffset: Int
}

/// The reverse path. The null one is a value like others, all of whose parts are empty.
enum EnvelopeFrom: EnvelopePart {
    static let name = "from"

    static func addresses(_ envelope: SieveEnvelope) -> [AddressValue] {
        [AddressValue(path: envelope.sender)]
    }
}

/// The recipient of this delivery, and no other of the same message. None is no value: there is no null recipient.
enum EnvelopeTo: EnvelopePart {
    static let name = "to"

    static func addresses(_ envelope: SieveEnvelope) -> [AddressValue] {
        envelope.recipient.isEmpty ? [] : [AddressValue(path: envelope.recipient)]
    }
}

/// Who the sender was authenticated as; no value where that is not known. Not of the RFC, but Dovecot's scripts
/// have it.
enum EnvelopeAuth: EnvelopePart {
    static let name = "auth"

    static func addresses(_ envelope: SieveEnvelope) -> [AddressValue] {
        envelope.authenticatedUser.map { [AddressValue(path: $0)] } ?? []
    }
}
