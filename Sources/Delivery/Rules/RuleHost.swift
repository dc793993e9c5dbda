import MailMessage
import Maildir
import Platform
import Settings
import Sieve

/// Answers what scripts ask of the world during one delivery. Nothing is opened before a script asks for it.
final class RuleHost: SieveHost {
    private let configuration: Configuration
    private let destination: Destination
    private let envelope: Envelope
    private let message: Message
    private let folders: FolderInquiry
    private let annotations: MailboxAnnotations
    private let lists: SiteLists
    private let verdicts: Verdicts?
    private let now: WallTime
    /// The processor's time at which the scripts began, in milliseconds.
    private let began = ProcessorTime.milliseconds
    let memory: UserMemory
    /// What scripts wanted to have logged.
    private(set) var log: [String] = []

    private static let logLines = 100

    init(
        configuration: Configuration, destination: Destination, envelope: Envelope, message: Message,
        verdicts: Verdicts? = nil, now: WallTime
    ) {
        self.verdicts = verdicts
        self.configuration = configuration
        self.destination = destination
        self.envelope = envelope
        self.message = message
        self.now = now
        folders = FolderInquiry(mailRoot: destination.mailRoot, layout: MailboxLayout(configuration.mail))
        annotations = MailboxAnnotations(configuration: configuration, destination: destination)
        lists = SiteLists(
            directory: configuration.sieve.lists.flatMap {
                try? $0.expanded(user: destination.userName, home: destination.home)
            })
        memory = UserMemory(configuration: configuration, destination: destination, now: now)
    }

    // MARK: Time

    /// Milliseconds of the processor's time that the scripts have taken.
    var processorTime: Int { ProcessorTime.milliseconds - began }

    func isOutOfTime() -> Bool { processorTime > configuration.sieve.cpuTime * 1000 }

    func currentTime() -> Int64 { Int64(now.seconds) }

    func zoneOffset(at seconds: Int64) -> Int { LocalTime.at(Int(clamping: seconds)).offsetMinutes }

    // MARK: Mailboxes

    func mailboxExists(_ name: String) -> Bool { folders.mailboxExists(name) }

    func metadata(mailbox: String?, entry: String) -> [UInt8]? {
        annotations.value(of: entry, mailbox: mailbox)
    }

    func mailbox(withSpecialUse use: String) -> String? { annotations.mailbox(withSpecialUse: use) }

    func mailbox(_ name: String, hasSpecialUse use: String) -> Bool {
        annotations.mailbox(name, hasSpecialUse: use)
    }

    func mailbox(withIdentifier identifier: String) -> String? {
        annotations.mailbox(withIdentifier: identifier)
    }

    // MARK: What is known of the message

    /// RFC 5183 §4.1.
    func environment(_ item: String) -> [UInt8]? {
        let text: String? =
            switch item {
            case "name": "Postmaster"
            case "version": Version.text
            case "location": "MDA"
            case "phase": "during"
            case "host": Host.name()
            case "domain": Self.domain(of: Host.name())
            case "remote-host": envelope.clientName
            case "remote-ip": envelope.clientAddress
            case "vnd.postmaster.client-helo": envelope.clientHELO
            case "vnd.postmaster.queue-id": envelope.queueIdentifier
            case "vnd.postmaster.user", "vnd.dovecot.username": destination.userName
            default: verdicts.flatMap { CheckItems(verdicts: $0).value(of: item) }
            }
        return text.map { [UInt8]($0.utf8) }
    }

    private static func domain(of host: String) -> String? {
        guard let dot = host.firstIndex(of: ".") else { return nil }
        return String(host[host.index(after: dot)...])
    }

    /// What was asked here counts before what a field says.
    func scanScore(_ kind: ScanKind) -> ScanScore {
        if let score = verdicts.flatMap({ CheckItems(verdicts: $0).score(kind) }) { return score }
        let settings = configuration.sieve
        switch kind {
        case .spam: return score(in: settings.spamHeader, most: settings.spamMaximum)
        case .virus: return score(in: settings.virusHeader, most: 5)
        }
    }

    /// Only the first field of the name counts: those below it may have come with the message.
    private func score(in field: String, most: Int) -> ScanScore {
        guard !field.isEmpty, let found = message.firstField(named: field),
            let score = DecimalFraction.first(in: message.unfoldedBody(found))
        else { return .unknown }
        return .fraction(min(max(score / Double(most), 0), 1))
    }

    func isDuplicate(_ mark: DuplicateMark) -> Bool { memory.knows(Memory(mark)) ?? false }

    // MARK: What the site offers

    func listExists(_ name: String) -> Bool { lists.exists(name) }

    func list(_ name: String, contains value: [UInt8]) -> Bool { lists.contains(name, value) }

    func run(_ program: ProgramCall, input: ProgramInput) -> ProgramAnswer {
        ProgramFolder(configuration.sieve).run(program, input: input)
    }

    func canNotify(_ uri: String) -> Bool { uri.utf8.prefix(7).map { $0 | 0x20 } == Array("mailto:".utf8) }

    func warn(_ message: String, script: String, line: Int) { log(message, script: script, line: line) }

    func log(_ message: String, script: String, line: Int) {
        guard log.count < Self.logLines else { return }
        log.append("script \(script), line \(line): \(message)")
    }
}

extension Memory {
    /// Handle and identifier, each with its length before it, so that no two pairs are the same key.
    init(_ mark: DuplicateMark) {
        let lengths = "\(mark.handle.count):\(mark.identifier.count):"
        self.init(
            .duplicate, key: Array(lengths.utf8) + mark.handle + mark.identifier, seconds: mark.seconds)
    }
}

/// A number as scanners write it into a field.
enum DecimalFraction {
    /// The first number in the text, such as -1.5; nil if there is none.
    static func first(in text: [UInt8]) -> Double? {
        guard var index = text.firstIndex(where: isDigit) else { return nil }
        let isNegative = index > 0 && text[index - 1] == UInt8(ascii: "-")
        var value = 0.0
        var scale = 0.0
        while index < text.count {
            let byte = text[index]
            if isDigit(byte) {
                if scale > 0 {
                    value += Double(byte - 0x30) * scale
                    scale /= 10
                } else {
                    value = value * 10 + Double(byte - 0x30)
                }
            } else if byte == UInt8(ascii: "."), scale == 0 {
                scale = 0.1
            } else {
                break
            }
            index += 1
        }
        return isNegative ? -value : value
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }
}
