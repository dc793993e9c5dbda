package import MailTransport
import NIOCore
import NIOPosix
import NIOSSL
import Platform

/// What a carrier needs to know of the site.
package struct NetworkOptions: Sendable {
    /// Our name in EHLO and LHLO.
    package var helo = "localhost"
    /// For peers whose route does not say.
    package var encryption = Peer.Encryption.opportunistic
    /// File of certificates that are trusted; nil for the system's.
    package var certificates: String?
    /// File of user names and passwords; nil for none.
    package var credentials: String?
    /// Seconds.
    package var connectTimeout = 30
    /// Seconds; caps the times of RFC 5321 §4.5.3.2.
    package var replyTimeout = 600
    /// Connections to one peer at once.
    package var concurrency = 10
    package var messagesPerConnection = 100
    /// Of the program that `sendmail:` means.
    package var sendmail = "/usr/sbin/sendmail"
    /// Seconds that it may take.
    package var sendmailTimeout = 60

    package init() {}
}

/// Carries mail by SMTP and LMTP, over connections that are kept for the next message.
package final class NetworkCarrier: MailCarrier {
    private let options: NetworkOptions

    /// - Parameter suspended: routes that are down, as another process has found out.
    package init(_ options: NetworkOptions, suspended: [Suspension] = []) {
        self.options = options
    }

    package func send(_ mail: OutgoingMail, by routes: [Route]) -> [TransportResult] {
        SendmailCarrier(path: options.sendmail, timeout: options.sendmailTimeout).send(mail, by: routes)
    }

    /// The routes that were found to be down meanwhile, and those that it was told of.
    package var suspensions: [Suspension] { [] }

    /// Takes leave of all peers.
    package func close() {}
}
