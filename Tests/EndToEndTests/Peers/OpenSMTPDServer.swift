import Foundation

/// An OpenSMTPD of our own. It announces SIZE and DSN, and no PIPELINING.
final class OpenSMTPDServer: ReceivingPeer {
    static let isUnpacked = UnpackedServer.isUnpacked("opensmtpd")

    let port: UInt16
    private let server: UnpackedServer
    var sink: String { "\(server.folder)/mail/sink" }
    var log: String { server.output }
    var connections: Int { log.components(separatedBy: " smtp connected ").count - 1 }
    var accepted: [String] { words(in: " smtp message ", after: "msgid=", until: " ") }

    /// - Parameter sizeLimit: bytes that it says it takes.
    init(_ workplace: Workplace, sizeLimit: Int = 4 << 20) throws {
        port = try freePort()
        let name = "opensmtpd"
        let root = UserID(user: 0, group: 0)
        let sinkOwner = UserID(user: UnpackedServer.user.user + 2, group: UnpackedServer.user.group + 2)
        server = try UnpackedServer(
            workplace, name, package: "opensmtpd", users: ["opensmtpd", "opensmtpq", "mailsink"],
            files: [
                "mailname": "mx.opensmtpd.test\n",
                "smtpd.conf": Self.configuration(
                    port: port, sink: workplace["\(name)/mail/sink"], sizeLimit: sizeLimit),
            ],
            folders: [
                ("spool/smtpd", 0o711, root), ("lib/opensmtpd/empty", 0o755, root),
                ("mail", 0o755, sinkOwner),
            ],
            mounts: [
                (workplace["\(name)/lib"], "/var/lib"),
                ("\(UnpackedServer.root)/usr/libexec", "/usr/libexec"),
            ],
            command: ["\(UnpackedServer.root)/usr/sbin/smtpd", "-d", "-f", "/etc/smtpd.conf"], port: port)
    }

    private static func configuration(port: UInt16, sink: String, sizeLimit: Int) -> String {
        """
        table everybody { "@" = mailsink }
        smtp max-message-size \(sizeLimit)
        smtp limit max-mails 100000
        listen on 127.0.0.1 port \(port) hostname mx.opensmtpd.test
        action "keep" maildir "\(sink)" virtual <everybody>
        match from any for rcpt-to regex "^unknown@" reject
        match from any for any action "keep"

        """
    }
}
