extension Configuration {
    /// What a user's mail may hold, and what becomes of what does not fit.
    package struct Quota: Sendable, Equatable {
        package var limit = QuotaLimit.none
        package var countTrash = true
        /// For mailboxes of their own; the first that names a mailbox has it.
        package var folders: [FolderQuota] = []
        /// Bytes by which one last message may make the mailbox more than full.
        package var grace = 0
        package var over = OverQuota.defer
        /// Hundredths of the limit at which the user is told.
        package var warn: [Percentage] = []
        /// File with the text of that; empty for the built-in one.
        package var warningTemplate = ""

        package init() {}
    }
}

/// What becomes of a message that does not fit into the mailbox.
package enum OverQuota: Sendable, Equatable, TextualSetting {
    /// It waits: in the spool, or with the mail transfer agent.
    case `defer`
    /// It is refused.
    case reject
    /// It waits until the mailbox has been full for so many seconds; then it is refused.
    case deferFor(seconds: Int)

    static var grammar: String { "\"defer\", \"reject\", or \"defer-for 5d\" with a duration" }

    var text: String {
        switch self {
        case .defer: "defer"
        case .reject: "reject"
        case .deferFor(let seconds): "defer-for \(TimeSpan.text(seconds))"
        }
    }

    init?(text: String) {
        switch text {
        case "defer": self = .defer
        case "reject": self = .reject
        default:
            let words = text.split(separator: " ", omittingEmptySubsequences: true)
            guard words.count == 2, words[0] == "defer-for", let seconds = TimeSpan.seconds(String(words[1])),
                1...Self.longest ~= seconds
            else { return nil }
            self = .deferFor(seconds: seconds)
        }
    }

    /// Ten years.
    private static var longest: Int { 3650 * 86_400 }
}

/// A part of the whole: `80%`, from 1 to 100.
package struct Percentage: Sendable, Equatable, TextualSetting {
    package let value: Int

    static var grammar: String { "a percentage from \"1%\" to \"100%\"" }

    var text: String { "\(value)%" }

    init?(text: String) {
        guard text.utf8.last == UInt8(ascii: "%"), let value = Quantity.natural(text.dropLast()),
            1...100 ~= value
        else { return nil }
        self.value = value
    }
}

/// A quota rule of some mailboxes: `Trash:ignore`, `Trash:+10%`, `Sent:+1G`, `Archive/*:5G,10000`.
package struct FolderQuota: Sendable, Equatable, TextualSetting {
    package enum Rule: Sendable, Equatable {
        /// It neither counts nor has a limit.
        case ignore
        /// With it, the user may hold that much more, in hundredths of the limit.
        case morePercent(Int)
        /// With it, the user may hold that much more.
        case more(QuotaLimit)
        /// It has a limit of its own, beside the user's.
        case own(QuotaLimit)
    }

    /// The mailbox as scripts name it; `*` stands for anything, and for nothing.
    package let pattern: String
    package let rule: Rule

    static var grammar: String {
        "\"MAILBOX:RULE\"; the rule is \"ignore\", \"+10%\", or a limit like \"5G,10000\" or \"+100M\""
    }

    var text: String {
        switch rule {
        case .ignore: "\(pattern):ignore"
        case .morePercent(let percent): "\(pattern):+\(percent)%"
        case .more(let limit): "\(pattern):+\(limit.text)"
        case .own(let limit): "\(pattern):\(limit.text)"
        }
    }

    package init(pattern: String, rule: Rule) {
        self.pattern = pattern
        self.rule = rule
    }

    init?(text: String) {
        guard let colon = text.lastIndex(of: ":") else { return nil }
        let pattern = text[..<colon]
        let rule = String(text[text.index(after: colon)...].trimmed)
        guard 1...1000 ~= pattern.utf8.count, pattern.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }),
            let parsed = Self.rule(rule)
        else { return nil }
        self.pattern = String(pattern)
        self.rule = parsed
    }

    private static func rule(_ text: String) -> Rule? {
        if text == "ignore" { return .ignore }
        guard text.utf8.first == UInt8(ascii: "+") else { return limit(text).map { .own($0) } }
        let more = String(text.dropFirst())
        guard more.utf8.last == UInt8(ascii: "%") else { return limit(more).map { .more($0) } }
        return Quantity.natural(more.dropLast()).flatMap { 1...1000 ~= $0 ? .morePercent($0) : nil }
    }

    /// Nil also for one that limits nothing.
    private static func limit(_ text: String) -> QuotaLimit? {
        QuotaLimit(text: text).flatMap { $0 == .none ? nil : $0 }
    }

    /// Whether it is about a mailbox of this name, in which INBOX may be written in any way.
    package func matches(_ mailbox: String) -> Bool {
        Self.matches(Self.canonical(pattern)[...], Self.canonical(mailbox)[...])
    }

    private static func canonical(_ name: String) -> [UInt8] {
        let bytes = Array(name.utf8)
        let isInbox =
            bytes.count >= 5
            && bytes.prefix(5).elementsEqual("inbox".utf8) { $0 | 0x20 == $1 }
            && (bytes.count == 5 || !isNamePart(bytes[5]))
        return isInbox ? Array("INBOX".utf8) + bytes.dropFirst(5) : bytes
    }

    private static func isNamePart(_ byte: UInt8) -> Bool {
        (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7A || byte >= 0x30 && byte <= 0x39 || byte >= 0x80
    }

    /// In time proportional to the product of the lengths at the most.
    private static func matches(_ pattern: ArraySlice<UInt8>, _ name: ArraySlice<UInt8>) -> Bool {
        let star = UInt8(ascii: "*")
        var pattern = pattern
        var name = name
        var retry: (pattern: ArraySlice<UInt8>, name: ArraySlice<UInt8>)?
        while true {
            if pattern.first == star {
                pattern = pattern.dropFirst()
                retry = (pattern, name)
            } else if let wanted = pattern.first, wanted == name.first {
                pattern = pattern.dropFirst()
                name = name.dropFirst()
            } else if pattern.isEmpty, name.isEmpty {
                return true
            } else if let last = retry, !last.name.isEmpty {
                retry = (last.pattern, last.name.dropFirst())
                pattern = last.pattern
                name = last.name.dropFirst()
            } else {
                return false
            }
        }
    }
}
