package import ContentChecks

extension Configuration {
    /// What is asked about a message before its rules run. Every check is off until it has a server, or something to
    /// look for.
    package struct Checks: Sendable, Equatable {
        /// What becomes of a message that something was found in.
        package enum Finding: String, CaseIterable, Sendable {
            /// Refused: to the sender, who may be forged.
            case reject
            /// Kept where ``Checks/quarantine`` says.
            case quarantine
            /// Delivered by its rules, with header fields that say what was found.
            case tag
            /// Thrown away, and logged.
            case discard
            /// Delivered by its rules.
            case keep
        }

        /// What becomes of a message that a check could not say anything of.
        package enum Failure: String, CaseIterable, Sendable {
            /// Tried again later.
            case `defer`
            case keep
            case tag
        }

        package var quarantine = Quarantine.mailbox("Quarantine")
        /// Header fields for every message that was looked at, also where nothing was found.
        package var fields = false
        package var clamd = Clamd()
        package var icap = ICAP()
        package var spamd = Spamd()
        package var rspamd = Rspamd()
        package var upstream = Upstream()
        package var attachments = Attachments()

        package init() {}
    }

    package struct Clamd: Sendable, Equatable {
        package enum Method: String, CaseIterable, Sendable {
            /// A descriptor where there is a file and a socket that takes it, else a stream.
            case auto
            case stream, descriptor
        }

        /// In order of preference.
        package var servers: [ScannerAddress] = []
        package var method = Method.auto
        /// Seconds.
        package var timeout = 60
        package var onVirus = Checks.Finding.quarantine
        package var onFailure = Checks.Failure.defer

        package init() {}
    }

    package struct ICAP: Sendable, Equatable {
        /// In order of preference.
        package var servers: [ICAPService] = []
        /// Seconds.
        package var timeout = 60
        package var onVirus = Checks.Finding.quarantine
        package var onFailure = Checks.Failure.defer

        package init() {}
    }

    package struct Spamd: Sendable, Equatable {
        /// In order of preference.
        package var servers: [ScannerAddress] = []
        /// Whether the user's own preferences count.
        package var perUser = false
        /// Seconds.
        package var timeout = 30
        /// Bytes; larger messages are not looked at. 0 is no limit.
        package var maxSize = 512 << 10
        package var onSpam = Checks.Finding.tag
        package var onFailure = Checks.Failure.keep

        package init() {}
    }

    package struct Rspamd: Sendable, Equatable {
        /// In order of preference.
        package var servers: [ScannerAddress] = []
        /// File with the password; empty for none.
        package var passwordFile = ""
        /// Seconds.
        package var timeout = 30
        /// Bytes; larger messages are not looked at. 0 is no limit.
        package var maxSize = 50 << 20
        /// For its actions `add header` and `rewrite subject`.
        package var onSpam = Checks.Finding.tag
        /// For its action `reject`.
        package var onReject = Checks.Finding.tag
        package var onFailure = Checks.Failure.keep

        package init() {}
    }

    /// Scanners that had the message before: what they wrote into its header counts, what others wrote there does not.
    package struct Upstream: Sendable, Equatable {
        /// Names by which our own hosts call themselves in `Received` fields, and the addresses from which they hand
        /// mail to each other; empty for no such scanner.
        package var hosts: [String] = []
        package var placement = UpstreamFields.Placement.above
        /// Header fields that only these scanners write, with `*` at the end for all that begin so.
        package var fields = ["X-Spam*", "X-Virus*", "X-Rspamd-*"]

        package init() {}
    }

    package struct Attachments: Sendable, Equatable {
        /// Globs of names that are not wanted, like `*.exe`.
        package var forbiddenNames: [String] = []
        /// Globs of types that are not wanted, like `application/x-dosexec`; both what a part says and what it is.
        package var forbiddenTypes: [String] = []
        package var onForbidden = Checks.Finding.quarantine
        /// Encrypted archives and documents.
        package var onEncrypted = Checks.Finding.keep
        package var onMacros = Checks.Finding.keep
        /// Misleading names, types and structure.
        package var onDisguise = Checks.Finding.keep
        /// What is broken, or behind a limit.
        package var onFailure = Checks.Failure.keep
        package var limits = ExaminationLimits()
        /// Seconds.
        package var timeout = 10
        /// postmaster-attachments(8); empty for the one beside the program that starts it.
        package var program = ""
        /// libmagic's database; empty for the system's.
        package var magic = ""

        package init() {}

        /// Whether anybody asked for anything.
        package var isAsked: Bool {
            !forbiddenNames.isEmpty || !forbiddenTypes.isEmpty
                || [onEncrypted, onMacros, onDisguise].contains { $0 != .keep }
        }
    }
}

extension Configuration.Checks {
    /// Whether a message is looked at at all.
    package var areAsked: Bool {
        !clamd.servers.isEmpty || !icap.servers.isEmpty || !spamd.servers.isEmpty || !rspamd.servers.isEmpty
            || !upstream.hosts.isEmpty || attachments.isAsked
    }
}

/// Where messages are kept that a check found something in.
package enum Quarantine: Sendable, Equatable, TextualSetting {
    /// On hold in the spool, until somebody releases it.
    case hold
    /// A mailbox of the user, as scripts name it.
    case mailbox(String)

    static var grammar: String { "\"hold\", or \"mailbox:NAME\"" }

    var text: String {
        switch self {
        case .hold: "hold"
        case .mailbox(let name): "mailbox:\(name)"
        }
    }

    init?(text: String) {
        if text == "hold" {
            self = .hold
            return
        }
        let prefix = "mailbox:"
        let name = text.dropFirst(prefix.utf8.count)
        guard text.hasPrefix(prefix), 1...1000 ~= name.utf8.count,
            name.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F })
        else { return nil }
        self = .mailbox(String(name))
    }
}

extension ScannerAddress: TextualSetting {}
extension ICAPService: TextualSetting {}
