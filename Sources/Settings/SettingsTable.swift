extension SettingsKey {
    /// All keys, by section.
    package static let all: [SettingsKey] = parts.flatMap { keys(in: $0) }

    private static let parts = [
        "mail", "delivery", "users", "checks", "spool", "retry", "bounce", "sieve", "state", "transport",
        "quota", "log",
        "limits",
    ]

    /// The keys whose names have `part` before the first dot. Those of a part are made when they are first asked for:
    /// a delivery needs few of them.
    static func keys(in part: String) -> [SettingsKey] {
        switch part {
        case "mail": mail
        case "delivery": delivery
        case "users": users
        case "checks": checks
        case "spool": spool
        case "retry": retry
        case "bounce": bounce
        case "sieve": sieve
        case "state": state
        case "transport": transport
        case "quota": quota
        case "log": log
        case "limits": limits
        default: []
        }
    }

    private static let mail: [SettingsKey] = [
        SettingsKey("mail.root", "Directory of the user's mail") { $1.template(&$0.mail.root) },
        SettingsKey(
            "mail.layout",
            "How folders are laid out: Maildir++ (\".A.B\" beneath the root), or directories within directories"
        ) { $1.choice(&$0.mail.layout) },
        SettingsKey("mail.names", "How folder names are written on disk: modified UTF-7, or UTF-8") {
            $1.choice(&$0.mail.names)
        },
        SettingsKey("mail.separator", "Between the levels of a mailbox name in scripts and options") {
            $1.delimiter(&$0.mail.separator)
        },
        SettingsKey("mail.autocreate", "Make a mailbox that does not exist") {
            $1.flag(&$0.mail.autocreate)
        },
        SettingsKey("mail.autosubscribe", "Subscribe the user to a mailbox that was made") {
            $1.flag(&$0.mail.autosubscribe)
        },
        SettingsKey("mail.max-size", "Largest message that is taken; 0 is no limit") {
            $1.size(&$0.mail.maxSize, 0...Int.max)
        },
        SettingsKey("mail.max-header-size", "Largest header of a message that is taken; 0 is no limit") {
            $1.size(&$0.mail.maxHeaderSize, 0...Int.max)
        },
        SettingsKey(
            "mail.special-use",
            "What mailboxes are for; of several for one use, the first that exists (special-use)"
        ) { $1.specialUses(&$0.mail.specialUse) },
        SettingsKey(
            "mail.annotations",
            "File of Dovecot's annotations; empty is dovecot-attributes in the mail root (mboxmetadata)"
        ) { $1.optionalTemplate(&$0.mail.annotations) },
    ]

    private static let delivery: [SettingsKey] = [
        SettingsKey("delivery.deadline", "After this time the message is left to the mail transfer agent") {
            $1.duration(&$0.delivery.deadline, 1...86400)
        },
        SettingsKey("delivery.memory", "A message up to this size stays in memory until it is stored") {
            $1.size(&$0.delivery.memory, 0...(64 << 20))
        },
        SettingsKey(
            "delivery.trust-headers",
            "Take sender and recipient from header fields if nothing else tells them"
        ) {
            $1.flag(&$0.delivery.trustHeaders)
        },
        SettingsKey("delivery.max-received", "A message with more Received fields is looping") {
            $1.count(&$0.delivery.maxReceived, 1...10000)
        },
        SettingsKey("delivery.mta", "The mail transfer agent, for which the exit status is chosen") {
            $1.choice(&$0.delivery.mta)
        },
        SettingsKey(
            "delivery.delivered-to",
            "Write a Delivered-To field, and refuse a message that has ours already"
        ) {
            $1.flag(&$0.delivery.deliveredTo)
        },
        SettingsKey("delivery.return-path", "Write a Return-Path field with the envelope's sender") {
            $1.flag(&$0.delivery.returnPath)
        },
    ]

    private static let users: [SettingsKey] = [
        SettingsKey("users.source", "Where users are looked up") { $1.textual(&$0.users.source) },
        SettingsKey(
            "users.subaddress-delimiters",
            "Characters that separate the user from the detail in user+detail"
        ) {
            $1.delimiters(&$0.users.subaddressDelimiters)
        },
        SettingsKey("users.first-uid", "Users with a smaller number are not delivered to") {
            $1.count(&$0.users.firstUserID, 1...Int(UInt32.max - 1))
        },
    ]

    private static let spool: [SettingsKey] = [
        SettingsKey("spool.directory", "Where mail waits that cannot be delivered now") {
            $1.path(&$0.spool.directory)
        },
        SettingsKey(
            "spool.mode", "Whether such mail goes into the spool, or stays with the mail transfer agent"
        ) {
            $1.choice(&$0.spool.mode)
        },
    ]

    private static let retry: [SettingsKey] = [
        SettingsKey("retry.schedule", "Waits before the next attempts; the last one repeats") {
            $1.schedule(&$0.retry.schedule)
        },
        SettingsKey("retry.jitter", "Percent by which a wait is made longer or shorter at random") {
            $1.count(&$0.retry.jitter, 0...50)
        },
        SettingsKey("retry.expire", "After this time mail goes back to its sender") {
            $1.duration(&$0.retry.expire, 0...(365 * 86400))
        },
        SettingsKey(
            "retry.warn", "After this time the sender is told, once, that mail is late; 0 is never"
        ) {
            $1.duration(&$0.retry.warn, 0...(365 * 86400))
        },
        SettingsKey(
            "retry.sweep-entries", "Entries that one sweep of the spool tries; 0 is all that are due"
        ) {
            $1.count(&$0.retry.sweepEntries, 0...Int(Int32.max))
        },
        SettingsKey(
            "retry.sweep-time", "A sweep of the spool begins nothing new after this time; 0 is no limit"
        ) {
            $1.duration(&$0.retry.sweepTime, 0...86400)
        },
        SettingsKey("retry.schedules", "Waits for single causes of failure, and for single domains") {
            $1.schedules(&$0.retry.schedules)
        },
        SettingsKey("retry.expire-reports", "After this time answers, notices and reports are given up") {
            $1.duration(&$0.retry.expireReports, 0...(365 * 86400))
        },
        SettingsKey("retry.workers", "Entries that one sweep works at together") {
            $1.count(&$0.retry.workers, 1...200)
        },
        SettingsKey(
            "retry.program",
            "Path of postmaster-retry; empty is the one beside the program that starts it"
        ) {
            $1.optionalPath(&$0.retry.program)
        },
        SettingsKey(
            "retry.metrics", "File that each sweep writes its figures to, for Prometheus; empty is none"
        ) {
            $1.optionalPath(&$0.retry.metrics)
        },
    ]

    private static let bounce: [SettingsKey] = [
        SettingsKey(
            "bounce.from",
            "Address that reports and notices come from; empty is MAILER-DAEMON at this host"
        ) {
            $1.address(&$0.bounce.from, "an address, or nothing")
        },
        SettingsKey("bounce.templates", "Directory of the texts of reports; empty is the built-in ones") {
            $1.optionalPath(&$0.bounce.templates)
        },
        SettingsKey(
            "bounce.postmaster", "Address of the person in charge; empty is postmaster at this host"
        ) {
            $1.address(&$0.bounce.postmaster, "an address, or nothing")
        },
        SettingsKey("bounce.size-limit", "Of a larger message a report returns only the header") {
            $1.size(&$0.bounce.sizeLimit, 0...(16 << 20))
        },
        SettingsKey(
            "bounce.hostname", "This host's name in reports and file names; empty is the system's own"
        ) {
            $1.address(&$0.bounce.hostname, "a host's name, or nothing")
        },
    ]

    private static let state: [SettingsKey] = [
        SettingsKey(
            "state.store",
            "File that remembers answers and messages seen; empty is postmaster.db in the mail root"
        ) {
            $1.optionalTemplate(&$0.state.store)
        }
    ]

    private static let transport: [SettingsKey] = [
        SettingsKey("transport.relay", "Where mail goes that has no route of its own, the best first") {
            $1.textuals(&$0.transport.relay)
        },
        SettingsKey("transport.routes", "Where mail for single domains goes, the best first") {
            $1.textuals(&$0.transport.routes)
        },
        SettingsKey(
            "transport.local",
            "Where mail goes that would be stored, the best first; empty is into Maildirs"
        ) {
            $1.textuals(&$0.transport.local)
        },
        SettingsKey(
            "transport.local-detail", "Tell the folder to transport.local as the detail of the address"
        ) {
            $1.flag(&$0.transport.localDetail)
        },
        SettingsKey("transport.sendmail", "Program that the route sendmail: means") {
            $1.path(&$0.transport.sendmail)
        },
        SettingsKey("transport.timeout", "How long that program may take for one message") {
            $1.duration(&$0.transport.timeout, 1...3600)
        },
        SettingsKey("transport.helo", "Our name in EHLO and LHLO; empty is this host's") {
            $1.address(&$0.transport.helo, "a host's name, or nothing")
        },
        SettingsKey(
            "transport.tls",
            "TLS with peers whose route does not say: never, if it is offered, or verified and always"
        ) {
            $1.choice(&$0.transport.tls)
        },
        SettingsKey(
            "transport.certificates", "Authorities that are trusted, as PEM; empty is the system's"
        ) {
            $1.optionalPath(&$0.transport.certificates)
        },
        SettingsKey(
            "transport.credentials",
            "File of passwords, mode 0600; empty is postmaster-transport in systemd's credentials"
        ) {
            $1.optionalPath(&$0.transport.credentials)
        },
        SettingsKey("transport.connect-timeout", "How long connecting to a peer may take") {
            $1.duration(&$0.transport.connectTimeout, 1...600)
        },
        SettingsKey(
            "transport.reply-timeout", "How long an answer may take, where RFC 5321 allows more"
        ) {
            $1.duration(&$0.transport.replyTimeout, 1...3600)
        },
        SettingsKey("transport.concurrency", "Connections to one peer at once") {
            $1.count(&$0.transport.concurrency, 1...200)
        },
        SettingsKey("transport.messages-per-connection", "After these a connection is closed") {
            $1.count(&$0.transport.messagesPerConnection, 1...1_000_000)
        },
        SettingsKey("transport.srs-domain", "Domain of rewritten senders (SRS); empty is no rewriting") {
            $1.address(&$0.transport.srsDomain, "a domain, or nothing")
        },
        SettingsKey(
            "transport.srs-secrets",
            "What rewritten senders are signed with: the first; the others still count"
        ) {
            $1.secrets(&$0.transport.srsSecrets)
        },
        SettingsKey("transport.srs-max-age", "After this time a rewritten sender takes no bounces") {
            $1.duration(&$0.transport.srsMaximumAge, 86_400...(500 * 86_400))
        },
        SettingsKey("transport.own-domains", "Domains whose senders are not rewritten") {
            $1.names(&$0.transport.ownDomains)
        },
        SettingsKey(
            "transport.srs-user",
            "Account that bounces to rewritten senders are sent on as, if root delivers"
        ) {
            $1.userName(&$0.transport.srsUser)
        },
    ]

    private static let quota: [SettingsKey] = [
        SettingsKey("quota.limit", "What a user's mail may hold, size and messages; empty is no limit") {
            $1.textual(&$0.quota.limit)
        },
        SettingsKey("quota.count-trash", "Count what is in Trash, too") { $1.flag(&$0.quota.countTrash) },
        SettingsKey(
            "quota.folders",
            "Mailboxes that do not count, raise the limit, or have one; the first that matches"
        ) { $1.folderQuotas(&$0.quota.folders) },
        SettingsKey("quota.grace", "One last message may make the mailbox that much more than full") {
            $1.size(&$0.quota.grace, 0...Int.max)
        },
        SettingsKey(
            "quota.over",
            "What becomes of what does not fit: it waits, is refused, or first the one and then the other"
        ) { $1.textual(&$0.quota.over) },
        SettingsKey("quota.warn", "How full a mailbox is when its user is told, once each time") {
            $1.textuals(&$0.quota.warn)
        },
        SettingsKey("quota.warning-template", "File with the text of that; empty is the built-in one") {
            $1.optionalPath(&$0.quota.warningTemplate)
        },
    ]

    private static let log: [SettingsKey] = [
        SettingsKey("log.target", "Where the record of each delivery goes") {
            $1.textual(&$0.log.target)
        },
        SettingsKey("log.format", "How a record is written") { $1.choice(&$0.log.format) },
        SettingsKey("log.facility", "Facility of records in the system's log") {
            $1.choice(&$0.log.facility)
        },
    ]

    private static let limits: [SettingsKey] = [
        SettingsKey(
            "limits.header-bytes", "Header that is looked into; a message with more is still delivered"
        ) {
            $1.size(&$0.limits.headerBytes, 1024...(64 << 20))
        },
        SettingsKey("limits.header-fields", "Header fields that are looked at") {
            $1.count(&$0.limits.headerFields, 1...1_000_000)
        },
        SettingsKey("limits.mime-depth", "How deep parts within parts are looked at") {
            $1.count(&$0.limits.mimeDepth, 1...1000)
        },
        SettingsKey("limits.mime-parts", "Parts of a message that are looked at") {
            $1.count(&$0.limits.mimeParts, 1...1_000_000)
        },
    ]
}
