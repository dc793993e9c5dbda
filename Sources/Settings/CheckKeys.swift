import ContentChecks

extension SettingsKey {
    /// The keys of what is asked about a message before its rules run.
    static let checks: [SettingsKey] =
        [checksInCommon, clamd, icap, spamd, rspamd, upstream, attachments].flatMap { $0 }

    private static var checksInCommon: [SettingsKey] {
        [
            SettingsKey(
                "checks.quarantine",
                "Where messages are kept that are put aside: a mailbox, or on hold in the spool"
            ) { $1.textual(&$0.checks.quarantine) },
            SettingsKey(
                "checks.fields", "Write header fields with what was found also where it is nothing, or kept"
            ) { $1.flag(&$0.checks.fields) },
        ]
    }

    private static var clamd: [SettingsKey] {
        [
            SettingsKey("checks.clamd.server", "Sockets of clamd, in order of preference; none is no check") {
                $1.textuals(&$0.checks.clamd.servers)
            },
            SettingsKey("checks.clamd.method", "How clamd is given a message") {
                $1.choice(&$0.checks.clamd.method)
            },
            SettingsKey("checks.clamd.timeout", "Time that all servers of clamd have together") {
                $1.duration(&$0.checks.clamd.timeout, 1...86_400)
            },
            SettingsKey("checks.clamd.on-virus", "What becomes of a message with a virus") {
                $1.choice(&$0.checks.clamd.onVirus)
            },
            SettingsKey("checks.clamd.on-failure", "What becomes of a message that clamd says nothing of") {
                $1.choice(&$0.checks.clamd.onFailure)
            },
        ]
    }

    private static var icap: [SettingsKey] {
        [
            SettingsKey(
                "checks.icap.server",
                "Virus scanners that speak ICAP, in order of preference; none is no check"
            ) {
                $1.textuals(&$0.checks.icap.servers)
            },
            SettingsKey("checks.icap.timeout", "Time that all these scanners have together") {
                $1.duration(&$0.checks.icap.timeout, 1...86_400)
            },
            SettingsKey("checks.icap.on-virus", "What becomes of a message with a virus") {
                $1.choice(&$0.checks.icap.onVirus)
            },
            SettingsKey("checks.icap.on-failure", "What becomes of a message that they say nothing of") {
                $1.choice(&$0.checks.icap.onFailure)
            },
        ]
    }

    private static var spamd: [SettingsKey] {
        [
            SettingsKey("checks.spamd.server", "Sockets of spamd, in order of preference; none is no check") {
                $1.textuals(&$0.checks.spamd.servers)
            },
            SettingsKey("checks.spamd.per-user", "Tell spamd the user, so that his own preferences count") {
                $1.flag(&$0.checks.spamd.perUser)
            },
            SettingsKey("checks.spamd.timeout", "Time that all servers of spamd have together") {
                $1.duration(&$0.checks.spamd.timeout, 1...86_400)
            },
            SettingsKey("checks.spamd.max-size", "Larger messages are not looked at; 0 is no limit") {
                $1.size(&$0.checks.spamd.maxSize, 0...Int.max)
            },
            SettingsKey("checks.spamd.on-spam", "What becomes of spam") {
                $1.choice(&$0.checks.spamd.onSpam)
            },
            SettingsKey("checks.spamd.on-failure", "What becomes of a message that spamd says nothing of") {
                $1.choice(&$0.checks.spamd.onFailure)
            },
        ]
    }

    private static var rspamd: [SettingsKey] {
        [
            SettingsKey("checks.rspamd.server", "Sockets of rspamd, in order of preference; none is no check")
            {
                $1.textuals(&$0.checks.rspamd.servers)
            },
            SettingsKey("checks.rspamd.password-file", "File with rspamd's password; empty is none") {
                $1.optionalPath(&$0.checks.rspamd.passwordFile)
            },
            SettingsKey("checks.rspamd.timeout", "Time that all servers of rspamd have together") {
                $1.duration(&$0.checks.rspamd.timeout, 1...86_400)
            },
            SettingsKey("checks.rspamd.max-size", "Larger messages are not looked at; 0 is no limit") {
                $1.size(&$0.checks.rspamd.maxSize, 0...Int.max)
            },
            SettingsKey(
                "checks.rspamd.on-spam",
                "What becomes of a message to which rspamd would add a header, or rewrite its subject"
            ) { $1.choice(&$0.checks.rspamd.onSpam) },
            SettingsKey("checks.rspamd.on-reject", "What becomes of a message that rspamd would reject") {
                $1.choice(&$0.checks.rspamd.onReject)
            },
            SettingsKey("checks.rspamd.on-failure", "What becomes of a message that rspamd says nothing of") {
                $1.choice(&$0.checks.rspamd.onFailure)
            },
        ]
    }

    private static var upstream: [SettingsKey] {
        [
            SettingsKey(
                "checks.upstream.hosts",
                "The site's own hosts, as Received fields name them, whose scanners' fields count; others' are removed"
            ) { $1.names(&$0.checks.upstream.hosts) },
            SettingsKey(
                "checks.upstream.placement",
                "Where they put them: above the Received field of their host, directly below it, or at the header's end"
            ) { $1.choice(&$0.checks.upstream.placement) },
            SettingsKey("checks.upstream.fields", "Header fields that only scanners of these hosts may write")
            {
                $1.names(&$0.checks.upstream.fields)
            },
        ]
    }

    private static var attachments: [SettingsKey] {
        [
            SettingsKey(
                "checks.attachments.forbidden-names",
                "Names of files that are not wanted, as globs like *.exe"
            ) {
                $1.texts(&$0.checks.attachments.forbiddenNames)
            },
            SettingsKey(
                "checks.attachments.forbidden-types",
                "Types that are not wanted, as globs like application/x-dosexec"
            ) { $1.names(&$0.checks.attachments.forbiddenTypes) },
            SettingsKey("checks.attachments.on-forbidden", "What becomes of a message with one of these") {
                $1.choice(&$0.checks.attachments.onForbidden)
            },
            SettingsKey("checks.attachments.on-encrypted", "What becomes of encrypted archives and documents")
            {
                $1.choice(&$0.checks.attachments.onEncrypted)
            },
            SettingsKey("checks.attachments.on-macros", "What becomes of documents with macros") {
                $1.choice(&$0.checks.attachments.onMacros)
            },
            SettingsKey(
                "checks.attachments.on-disguise", "What becomes of misleading names, types and structure"
            ) {
                $1.choice(&$0.checks.attachments.onDisguise)
            },
            SettingsKey(
                "checks.attachments.on-failure",
                "What becomes of attachments that are broken, or beyond a limit"
            ) { $1.choice(&$0.checks.attachments.onFailure) },
            SettingsKey("checks.attachments.max-depth", "Archives within archives that are looked into") {
                $1.count(&$0.checks.attachments.limits.depth, 0...20)
            },
            SettingsKey("checks.attachments.max-entries", "Entries of all archives of a message") {
                $1.count(&$0.checks.attachments.limits.entries, 1...20_000)
            },
            SettingsKey("checks.attachments.max-unpacked", "What all archives of a message come to, unpacked")
            {
                $1.size(&$0.checks.attachments.limits.unpackedBytes, 0...(1 << 30))
            },
            SettingsKey("checks.attachments.max-ratio", "Times its own size that an archive may come to") {
                $1.count(&$0.checks.attachments.limits.ratio, 1...100_000)
            },
            SettingsKey(
                "checks.attachments.max-milliseconds",
                "Milliseconds of the processor's time that all of it may take"
            ) { $1.count(&$0.checks.attachments.limits.milliseconds, 10...60_000) },
            SettingsKey(
                "checks.attachments.timeout", "Time that looking at the attachments of a message takes"
            ) {
                $1.duration(&$0.checks.attachments.timeout, 1...86_400)
            },
            SettingsKey(
                "checks.attachments.program",
                "The program that looks at them (postmaster-attachments); empty is the one beside this program"
            ) { $1.optionalPath(&$0.checks.attachments.program) },
            SettingsKey(
                "checks.attachments.magic", "File of libmagic's knowledge of types; empty is the system's"
            ) {
                $1.optionalPath(&$0.checks.attachments.magic)
            },
        ]
    }
}
