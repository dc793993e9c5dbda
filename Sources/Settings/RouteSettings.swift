package import MailTransport

extension Route: TextualSetting {
    static var grammar: String {
        "\"smtp://HOST\", \"smtps://HOST\", \"lmtp://HOST\", \"lmtp:unix:/PATH\" or \"sendmail:\", with [USER@]HOST[:PORT][?tls=MODE]"
    }

    init?(text: String) { self.init(text) }
}

extension DomainRoute: TextualSetting {
    static var grammar: String { "a domain and its routes, like \"example.org smtp://HOST\"" }

    init?(text: String) { self.init(text) }
}

/// Whose address is the reverse path of what is redirected.
package enum RedirectFrom: Sendable, Equatable, TextualSetting {
    case sender, recipient, originalRecipient, postmaster
    case address(String)

    static var grammar: String {
        "\"sender\", \"recipient\", \"original-recipient\", \"postmaster\" or \"<ADDRESS>\""
    }

    var text: String {
        switch self {
        case .sender: "sender"
        case .recipient: "recipient"
        case .originalRecipient: "original-recipient"
        case .postmaster: "postmaster"
        case .address(let address): "<\(address)>"
        }
    }

    init?(text: String) {
        switch text {
        case "sender": self = .sender
        case "recipient": self = .recipient
        case "original-recipient": self = .originalRecipient
        case "postmaster": self = .postmaster
        default:
            let address = text.dropFirst().dropLast()
            guard text.hasPrefix("<"), text.hasSuffix(">"), 3...254 ~= address.utf8.count,
                address.utf8.contains(UInt8(ascii: "@")),
                address.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F && $0 != 0x3C && $0 != 0x3E })
            else { return nil }
            self = .address(String(address))
        }
    }
}

/// A schedule for one cause of failure, or for one destination: `connection: 5m, 15m, 4*1h`, `example.org: 1h`.
package struct SpecialSchedule: Sendable, Equatable, TextualSetting {
    /// The word of a cause, or a domain, in lower case.
    package let subject: String
    package let schedule: RetrySchedule

    static var grammar: String {
        "a cause or a domain, and its waits, like \"connection: 5m, 15m, 4*1h\" or \"example.org: 1h\""
    }

    var text: String { "\(subject): \(schedule.text)" }

    init?(text: String) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, 1...253 ~= parts[0].utf8.count,
            parts[0].utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }),
            let schedule = RetrySchedule(text: String(parts[1]))
        else { return nil }
        subject = parts[0].lowercased()
        self.schedule = schedule
    }
}
