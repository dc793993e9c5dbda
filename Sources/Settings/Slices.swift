package import MailTransport

/// The sections of the file. Each module is given its own, and no other.
extension Configuration {
    /// The user's mailboxes.
    package struct Mail: Sendable, Equatable {
        package enum Layout: String, CaseIterable, Sendable {
            /// Folders are `.A.B` beneath the root.
            case maildirPlusPlus = "maildir++"
            /// Folders are directories within directories.
            case fileSystem = "fs"
        }

        package enum Names: String, CaseIterable, Sendable {
            /// Modified UTF-7 (RFC 3501 §5.1.3).
            case utf7 = "utf-7"
            case utf8 = "utf-8"
        }

        package var root = PathTemplate(verified: "~/Maildir")
        package var layout = Layout.maildirPlusPlus
        package var names = Names.utf7
        /// Between the levels of a mailbox name as users write it: one ASCII punctuation character.
        package var separator: UInt8 = UInt8(ascii: "/")
        package var autocreate = false
        package var autosubscribe = false
        /// Bytes; 0 is no limit.
        package var maxSize = 0
        /// Bytes; 0 is no limit.
        package var maxHeaderSize = 0
        /// The first mailbox of a use that exists has it.
        package var specialUse = [
            SpecialUse(verified: "\\Drafts", "Drafts"), SpecialUse(verified: "\\Sent", "Sent"),
            SpecialUse(verified: "\\Sent", "Sent Messages"), SpecialUse(verified: "\\Junk", "Junk"),
            SpecialUse(verified: "\\Junk", "Spam"), SpecialUse(verified: "\\Trash", "Trash"),
            SpecialUse(verified: "\\Archive", "Archive"),
        ]
        /// Dovecot's file of annotations; nil for `dovecot-attributes` in the mail root.
        package var annotations: PathTemplate?

        package init() {}
    }

    /// One delivery.
    package struct Delivery: Sendable, Equatable {
        package enum Agent: String, CaseIterable, Sendable {
            case auto, postfix, exim, sendmail, opensmtpd, qmail
        }

        /// Seconds.
        package var deadline = 240
        /// Bytes of a message that are kept in memory.
        package var memory = 256 << 10
        package var trustHeaders = false
        /// `Received` fields of a message that is not looping.
        package var maxReceived = 100
        package var mta = Agent.auto
        package var deliveredTo = true
        package var returnPath = true

        package init() {}
    }

    package struct Users: Sendable, Equatable {
        package var source = UserSource.nameService
        /// Each character separates the user's name from the rest of a local part.
        package var subaddressDelimiters = "+"
        /// Users below are not delivered to.
        package var firstUserID = 500

        package init() {}
    }

    package struct Spool: Sendable, Equatable {
        package enum Mode: String, CaseIterable, Sendable { case spool, tempfail }

        package var directory = "/var/spool/postmaster"
        package var mode = Mode.spool

        package init() {}
    }

    package struct Retry: Sendable, Equatable {
        package var schedule = RetrySchedule.standard
        /// Percent by which a delay is made shorter or longer at random.
        package var jitter = 10
        /// Seconds.
        package var expire = 5 * 86400
        /// Seconds after which the sender is told of the delay; 0 for never.
        package var warn = 4 * 3600
        /// Entries that one sweep tries; 0 is all that are due.
        package var sweepEntries = 0
        /// Seconds that one sweep takes; 0 is no limit.
        package var sweepTime = 3600
        /// For single causes and destinations.
        package var schedules: [SpecialSchedule] = []
        /// Seconds after which answers, notices and reports are given up.
        package var expireReports = 86_400
        /// Entries that one sweep works at together.
        package var workers = 20
        /// postmaster-retry(8); empty for the one beside the program that starts it.
        package var program = ""
        /// File that each sweep writes its figures to; empty for none.
        package var metrics = ""

        package init() {}
    }

    package struct Bounce: Sendable, Equatable {
        /// Address; empty for `MAILER-DAEMON` at ``hostname``.
        package var from = ""
        /// Address; empty for `postmaster` at ``hostname``.
        package var postmaster = ""
        /// Bytes; of a larger message only the header is returned.
        package var sizeLimit = 50000
        /// Empty for the system's own.
        package var hostname = ""
        /// Directory of the texts of reports; empty for the built-in ones.
        package var templates = ""

        package init() {}
    }

    package struct Sieve: Sendable, Equatable {
        /// The first that exists is the user's script.
        package var personal = [
            PathTemplate(verified: "~/.dovecot.sieve"), PathTemplate(verified: "~/.sieve"),
        ]
        package var before: [PathTemplate] = []
        package var after: [PathTemplate] = []
        /// Capability strings; empty for all that exist.
        package var extensions: [String] = []
        /// Bytes.
        package var maxScriptSize = 1 << 20
        package var maxActions = 32
        package var maxRedirects = 4
        package var maxSteps = 100_000_000
        /// Bytes.
        package var maxStringSize = 1 << 20
        package var maxNesting = 32
        package var maxArguments = 32
        package var maxVariables = 255
        /// Bytes.
        package var maxVariableSize = 4096
        package var maxIncludes = 255
        package var maxIncludeDepth = 10
        package var maxNotifications = 10
        package var maxAddedFields = 100
        /// Bytes.
        package var maxAddedFieldSize = 2048
        /// Bytes of decoded bodies that the rules of one message look at.
        package var maxBodySize = 16 << 20
        package var maxLoops = 4
        /// Seconds.
        package var duplicateDefault = 7 * 86_400
        package var duplicateMaximum = 90 * 86_400
        /// Header fields that scripts neither add nor delete.
        package var protectedFields: [String] = []
        package var notifyErrors = true
        /// Directory of the compiled forms of users' own scripts; nil for none.
        package var cache: PathTemplate? = PathTemplate(verified: "~/.cache/postmaster")
        /// Directory of programs that scripts may call; empty for none.
        package var programs = ""
        /// Seconds that such a program may take.
        package var programTimeout = 10
        /// Directory of the scripts that `include :personal` finds.
        package var includePersonal: PathTemplate? = PathTemplate(verified: "~/sieve")
        /// Directory of the scripts that `include :global` finds; empty for none.
        package var includeGlobal = ""
        /// Directory of lists, a file each, that `:list` looks in; nil for none.
        package var lists: PathTemplate?
        /// The reverse path of what is redirected.
        package var redirectFrom = RedirectFrom.sender
        /// Seconds within which the same message is redirected to the same address once; 0 for always.
        package var redirectWindow = 12 * 3600
        /// Answers, notices and reports sent for a user within an hour; 0 is no limit.
        package var maxRepliesPerHour = 200
        /// Of these to one address, within a day; 0 is no limit.
        package var maxRepliesPerSender = 20
        /// Seconds; the shortest, usual and longest time between two answers to the same sender.
        package var vacationMinimum = 86_400
        package var vacationDefault = 7 * 86_400
        package var vacationMaximum = 60 * 86_400
        /// Seconds of the processor's time that the scripts of one delivery may take.
        package var cpuTime = 10
        /// Seconds of it that a user's scripts may take within an hour.
        package var cpuTimePerHour = 60
        /// A header field of the site's own spam scanner, and what it holds; empty for none.
        package var spamHeader = ""
        /// The value of ``spamHeader`` that is surely spam.
        package var spamMaximum = 10
        package var virusHeader = ""

        package init() {}
    }

    /// What is remembered of a user across deliveries.
    package struct State: Sendable, Equatable {
        /// A file; empty for one in the mail root.
        package var store: PathTemplate?

        package init() {}
    }

    package struct Transport: Sendable, Equatable {
        package enum Encryption: String, CaseIterable, Sendable { case off, opportunistic, required }

        /// For all that has no route of its own, in order of preference.
        package var relay: [Route] = [.sendmail(path: nil)]
        package var routes: [DomainRoute] = []
        /// Mail that is stored goes here instead of into Maildirs, in order of preference; empty for Maildirs.
        package var local: [Route] = []
        /// The folder is told to ``local`` as the detail of the address.
        package var localDetail = false
        package var sendmail = "/usr/sbin/sendmail"
        /// Seconds.
        package var timeout = 60
        /// Our name in EHLO; empty for the host's.
        package var helo = ""
        /// STARTTLS with peers whose route does not say.
        package var tls = Encryption.opportunistic
        /// File of certificates that are trusted; empty for the system's.
        package var certificates = ""
        /// File of user names and passwords; empty for that of the service's credentials.
        package var credentials = ""
        /// Seconds until a connection stands.
        package var connectTimeout = 30
        /// Seconds that any answer of a peer may take, where RFC 5321 §4.5.3.2 allows more.
        package var replyTimeout = 600
        /// Connections to one peer at once.
        package var concurrency = 10
        /// Messages over one connection.
        package var messagesPerConnection = 100
        /// The domain of rewritten reverse paths; empty for none.
        package var srsDomain = ""
        /// The first one signs, all of them verify.
        package var srsSecrets: [String] = []
        /// Seconds after which a rewritten address takes no bounces.
        package var srsMaximumAge = 21 * 86_400
        /// Domains whose senders are not rewritten.
        package var ownDomains: [String] = []
        /// Account that bounces to rewritten addresses are sent on as, where root delivers.
        package var srsUser = "nobody"

        package init() {}
    }

    package struct Log: Sendable, Equatable {
        package enum Format: String, CaseIterable, Sendable { case logfmt, json }

        package enum Facility: String, CaseIterable, Sendable {
            case mail, daemon, user, local0, local1, local2, local3, local4, local5, local6, local7
        }

        package var target = LogTarget.syslog
        package var format = Format.logfmt
        package var facility = Facility.mail

        package init() {}
    }

    /// Of the parts of a message that are looked at. What is over a limit is delivered, but not looked into.
    package struct Limits: Sendable, Equatable {
        package var headerBytes = 1 << 20
        package var headerFields = 10000
        package var mimeDepth = 100
        package var mimeParts = 10000

        package init() {}
    }
}

extension Configuration.Log.Facility {
    /// As RFC 3164 §4.1.1 numbers it.
    package var code: Int {
        switch self {
        case .user: 1
        case .mail: 2
        case .daemon: 3
        case .local0: 16
        case .local1: 17
        case .local2: 18
        case .local3: 19
        case .local4: 20
        case .local5: 21
        case .local6: 22
        case .local7: 23
        }
    }
}
