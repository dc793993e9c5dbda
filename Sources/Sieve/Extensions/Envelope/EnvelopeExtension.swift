extension SieveExtension {
    /// The `envelope` test (RFC 5228 §5.4).
    static var envelope: SieveExtension {
        SieveExtension("envelope") { language in
            language.add(test: EnvelopeTest.self)
            language.add(envelopePart: EnvelopeFrom.self)
            language.add(envelopePart: EnvelopeTo.self)
        }
    }
}

/// A part of the SMTP envelope that the test can look at.
protocol EnvelopePart: Sendable {
    static var name: String { get }
    static func addresses(_ envelope: SieveEnvelope) -> [AddressValue]
}

/// The reverse path. The null one is a value like others, all of whose parts are empty.
enum EnvelopeFrom: EnvelopePart {
    static let name = "from"

    static func addresses(_ envelope: SieveEnvelope) -> [AddressValue] {
        [AddressValue(path: envelope.sender)]
    }
}

/// The recipient of this delivery, and no other of the same message.
enum EnvelopeTo: EnvelopePart {
    static let name = "to"

    static func addresses(_ envelope: SieveEnvelope) -> [AddressValue] {
        [AddressValue(path: envelope.recipient)]
    }
}
