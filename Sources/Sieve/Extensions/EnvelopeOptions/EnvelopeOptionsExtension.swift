extension SieveExtension {
    /// What the sender wants to be told (RFC 6009 §4).
    static var envelopeDSN: SieveExtension {
        SieveExtension("envelope-dsn") { language in
            language.add(envelopePart: EnvelopeNotify.self)
            language.add(envelopePart: EnvelopeRet.self)
            language.add(envelopePart: EnvelopeEnvid.self)
            language.add(envelopePart: EnvelopeOrcpt.self)
        }
    }

    /// When the message has to be delivered (RFC 6009 §4).
    static var envelopeDeliverBy: SieveExtension {
        SieveExtension("envelope-deliverby") { language in
            language.add(envelopePart: EnvelopeByTimeAbsolute.self)
            language.add(envelopePart: EnvelopeByTimeRelative.self)
            language.add(envelopePart: EnvelopeByMode.self)
            language.add(envelopePart: EnvelopeByTrace.self)
        }
    }
}
