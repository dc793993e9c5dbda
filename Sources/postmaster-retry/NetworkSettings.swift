import MailNetwork
import MailTransport
import Platform
import Settings

extension NetworkOptions {
    /// What the site has set.
    init(_ configuration: Configuration) {
        self.init()
        let transport = configuration.transport
        let hostname = configuration.bounce.hostname
        helo = !transport.helo.isEmpty ? transport.helo : hostname.isEmpty ? Host.name() : hostname
        encryption =
            switch transport.tls {
            case .off: .off
            case .opportunistic: .opportunistic
            case .required: .required
            }
        certificates = transport.certificates.isEmpty ? nil : transport.certificates
        let path = transport.credentials.isEmpty ? CredentialsFile.systemdPath() : transport.credentials
        // Now, as the user that the process still is.
        credentials = path.map { path in
            Result { () throws(CredentialsFile.Problem) in try CredentialsFile(path: path) }
        }
        connectTimeout = transport.connectTimeout
        replyTimeout = transport.replyTimeout
        concurrency = transport.concurrency
        messagesPerConnection = transport.messagesPerConnection
        sendmail = transport.sendmail
        sendmailTimeout = transport.timeout
    }
}
