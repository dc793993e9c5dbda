package import MailTransport

/// What a carrier needs to know of the site.
package struct NetworkOptions: Sendable {
    /// Our name in EHLO and LHLO.
    package var helo = "localhost"
    /// For peers whose route does not say; a local socket is then never encrypted.
    package var encryption = Peer.Encryption.opportunistic
    /// File of certificates that are trusted, or a directory as c_rehash(1) makes it; nil for the system's.
    package var certificates: String?
    /// User names and passwords, as they were read while we were allowed to; nil for none.
    package var credentials: Result<CredentialsFile, CredentialsFile.Problem>?
    /// Seconds.
    package var connectTimeout = 30
    /// Seconds; caps the times of RFC 5321 §4.5.3.2.
    package var replyTimeout = 600
    /// Connections to one peer at once.
    package var concurrency = 10
    package var messagesPerConnection = 100
    /// Seconds for which a connection waits for the next message.
    package var idleTimeout = 5
    /// Of the program that `sendmail:` means.
    package var sendmail = "/usr/sbin/sendmail"
    /// Seconds that it may take.
    package var sendmailTimeout = 60
    /// Of the program that looks hosts up.
    package var getent = "/usr/bin/getent"

    package init() {}
}
