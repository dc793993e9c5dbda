import DeliveryStatus
import MailMessage
import Platform
import Settings

/// Who speaks when this program writes a message of its own.
struct SystemSender {
    let host: String
    let address: MailAddress
    let postmaster: MailAddress

    init(configuration: Configuration) {
        let host = configuration.bounce.hostname.isEmpty ? Host.name() : configuration.bounce.hostname
        self.host = host
        address =
            MailAddress(path: configuration.bounce.from) ?? .system("MAILER-DAEMON", at: host)
        postmaster =
            MailAddress(path: configuration.bounce.postmaster) ?? .system("postmaster", at: host)
    }

    func identity(now: WallTime = .now()) -> MessageIdentity {
        let unique =
            "\(now.seconds).\(now.nanoseconds / 1000).\(Host.processIdentifier()).\(String(Host.random(), radix: 36))"
        return MessageIdentity(host: host, unique: unique, time: now.seconds)
    }
}
