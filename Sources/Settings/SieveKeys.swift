extension SettingsKey {
    /// The keys of scripts: where they are, what they may use, and what they may cost.
    static let sieve: [SettingsKey] = [
        SettingsKey("sieve.personal", "The user's own script; the first of these that exists") {
            $1.templates(&$0.sieve.personal)
        },
        SettingsKey("sieve.before", "Scripts, or directories of scripts, that run before the user's own") {
            $1.templates(&$0.sieve.before)
        },
        SettingsKey("sieve.after", "Scripts, or directories of scripts, that run after the user's own") {
            $1.templates(&$0.sieve.after)
        },
        SettingsKey(
            "sieve.extensions",
            "Extensions that scripts may require; +NAME and -NAME change the usual set, names alone replace it"
        ) {
            $1.names(&$0.sieve.extensions)
        },
        SettingsKey("sieve.max-script-size", "Largest script that is read") {
            $1.size(&$0.sieve.maxScriptSize, 1...(64 << 20))
        },
        SettingsKey("sieve.max-actions", "Actions that all scripts together may ask for") {
            $1.count(&$0.sieve.maxActions, 1...10000)
        },
        SettingsKey("sieve.max-redirects", "Redirects among them") {
            $1.count(&$0.sieve.maxRedirects, 0...1000)
        },
        SettingsKey(
            "sieve.max-steps", "Work that all scripts together may do, in steps of the interpreter"
        ) {
            $1.count(&$0.sieve.maxSteps, 1...1_000_000_000)
        },
        SettingsKey("sieve.max-string-size", "Longest string, variables put in") {
            $1.size(&$0.sieve.maxStringSize, 4096...(64 << 20))
        },
        SettingsKey("sieve.max-nesting", "How deep blocks, and tests, stand within one another") {
            $1.count(&$0.sieve.maxNesting, 15...200)
        },
        SettingsKey("sieve.max-arguments", "Arguments of one command or test; a list is one") {
            $1.count(&$0.sieve.maxArguments, 16...1000)
        },
        SettingsKey("sieve.max-variables", "Variables of one script") {
            $1.count(&$0.sieve.maxVariables, 128...10000)
        },
        SettingsKey("sieve.max-variable-size", "Longest value of a variable; a longer one is cut") {
            $1.size(&$0.sieve.maxVariableSize, 4000...(1 << 20))
        },
        SettingsKey("sieve.max-includes", "Scripts that one script includes, directly or not") {
            $1.count(&$0.sieve.maxIncludes, 0...1000)
        },
        SettingsKey("sieve.max-include-depth", "How deep scripts include one another") {
            $1.count(&$0.sieve.maxIncludeDepth, 3...50)
        },
        SettingsKey("sieve.max-notifications", "Notifications of one message") {
            $1.count(&$0.sieve.maxNotifications, 0...1000)
        },
        SettingsKey("sieve.max-added-fields", "Header fields that scripts add to one message") {
            $1.count(&$0.sieve.maxAddedFields, 0...10000)
        },
        SettingsKey("sieve.max-added-field-size", "Longest value of a header field that a script adds") {
            $1.size(&$0.sieve.maxAddedFieldSize, 998...(64 << 10))
        },
        SettingsKey("sieve.protected-fields", "Header fields that scripts neither add nor delete") {
            $1.names(&$0.sieve.protectedFields)
        },
        SettingsKey("sieve.max-body-size", "Decoded bodies of one message that scripts look at, together") {
            $1.size(&$0.sieve.maxBodySize, (64 << 10)...(1 << 30))
        },
        SettingsKey("sieve.max-loops", "Loops over the parts of a message within one another") {
            $1.count(&$0.sieve.maxLoops, 2...20)
        },
        SettingsKey(
            "sieve.duplicate-default", "How long a message is known again where a script does not say"
        ) {
            $1.duration(&$0.sieve.duplicateDefault, 0...(365 * 86400))
        },
        SettingsKey("sieve.duplicate-max", "Longest such time") {
            $1.duration(&$0.sieve.duplicateMaximum, 0...(365 * 86400))
        },
        SettingsKey("sieve.notify-errors", "Tell the user, once, of an error in his script") {
            $1.flag(&$0.sieve.notifyErrors)
        },
        SettingsKey(
            "sieve.cpu-time", "Time of the processor that the scripts of one delivery may take"
        ) {
            $1.duration(&$0.sieve.cpuTime, 1...3600)
        },
        SettingsKey(
            "sieve.cpu-time-per-hour",
            "Time of the processor that a user's scripts may take in an hour; then his mail goes to INBOX"
        ) {
            $1.duration(&$0.sieve.cpuTimePerHour, 1...3600)
        },
        SettingsKey(
            "sieve.cache",
            "Directory of compiled forms of users' own scripts; in the Maildir where there is no home; empty is none"
        ) {
            $1.optionalTemplate(&$0.sieve.cache)
        },
        SettingsKey(
            "sieve.include-personal",
            "Directory of the scripts that include :personal finds; empty is none"
        ) {
            $1.optionalTemplate(&$0.sieve.includePersonal)
        },
        SettingsKey(
            "sieve.include-global", "Directory of the scripts that include :global finds; empty is none"
        ) {
            $1.optionalPath(&$0.sieve.includeGlobal)
        },
        SettingsKey(
            "sieve.lists",
            "Directory of the lists of extlists, a file each, with one value on a line; empty is none"
        ) {
            $1.optionalTemplate(&$0.sieve.lists)
        },
        SettingsKey(
            "sieve.programs",
            "Directory of the programs that vnd.dovecot.pipe, filter and execute may start; empty is none"
        ) {
            $1.optionalPath(&$0.sieve.programs)
        },
        SettingsKey("sieve.program-timeout", "How long such a program may take") {
            $1.duration(&$0.sieve.programTimeout, 1...600)
        },
        SettingsKey("sieve.redirect-from", "Whose address is the envelope's sender of redirected mail") {
            $1.textual(&$0.sieve.redirectFrom)
        },
        SettingsKey(
            "sieve.redirect-window",
            "The same message is redirected to the same address once within this time; 0 is always"
        ) {
            $1.duration(&$0.sieve.redirectWindow, 0...(90 * 86_400))
        },
        SettingsKey(
            "sieve.max-replies-per-hour",
            "Answers, notices and reports that are sent for a user within an hour; 0 is no limit"
        ) {
            $1.count(&$0.sieve.maxRepliesPerHour, 0...5000)
        },
        SettingsKey(
            "sieve.max-replies-per-sender", "Of these to one address within a day; 0 is no limit"
        ) {
            $1.count(&$0.sieve.maxRepliesPerSender, 0...5000)
        },
        SettingsKey(
            "sieve.vacation-min", "Shortest time between two answers of vacation to the same sender"
        ) {
            $1.duration(&$0.sieve.vacationMinimum, 0...(365 * 86400))
        },
        SettingsKey("sieve.vacation-default", "The time between two answers where a script names none") {
            $1.duration(&$0.sieve.vacationDefault, 0...(365 * 86400))
        },
        SettingsKey("sieve.vacation-max", "Longest time between two answers that a script may ask for") {
            $1.duration(&$0.sieve.vacationMaximum, 0...(365 * 86400))
        },
        SettingsKey(
            "sieve.spam-header",
            "Field in which the site's spam scanner writes its score, for spamtest; empty is none"
        ) {
            $1.fieldName(&$0.sieve.spamHeader)
        },
        SettingsKey("sieve.spam-max", "The score in that field that is surely spam") {
            $1.count(&$0.sieve.spamMaximum, 1...1_000_000)
        },
        SettingsKey(
            "sieve.virus-header",
            "Field in which the site's virus scanner writes its verdict, 1 to 5, for virustest; empty is none"
        ) {
            $1.fieldName(&$0.sieve.virusHeader)
        },
    ]
}
