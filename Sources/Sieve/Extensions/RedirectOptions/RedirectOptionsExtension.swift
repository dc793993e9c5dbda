extension SieveExtension {
    /// What `redirect` asks to be told (RFC 6009 §5).
    static var redirectDSN: SieveExtension {
        SieveExtension("redirect-dsn") { language in
            language.add(actionTag: RedirectNotifyTag.self)
            language.add(actionTag: RedirectRetTag.self)
        }
    }

    /// By when what `redirect` sends has to be delivered (RFC 6009 §6).
    static var redirectDeliverBy: SieveExtension {
        SieveExtension("redirect-deliverby") { language in
            language.add(actionTag: ByTimeRelativeTag.self)
            language.add(actionTag: ByTimeAbsoluteTag.self)
            language.add(actionTag: ByModeTag.self)
            language.add(actionTag: ByTraceTag.self)
        }
    }
}
