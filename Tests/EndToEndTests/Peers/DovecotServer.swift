import Foundation

/// A Dovecot of our own, which reads a Maildir in a workplace: configuration, state and log are there, too.
///
/// It works as `nobody`, as the deliveries do; the user is `reader`, the password `secret`.
final class DovecotServer {
    static let isInstalled = ["/usr/sbin/dovecot", "/usr/lib/dovecot/imap"].allSatisfy {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    let port: UInt16
    private let instance: DovecotInstance

    init(
        _ workplace: Workplace, layout: String = "maildir++", quota: String = "10M", rule: String? = nil
    ) throws {
        port = try freePort()
        try workplace.makeDirectory("home", mode: 0o700, owner: .nobody)
        instance = try DovecotInstance(
            workplace, "dovecot", port: port,
            configuration: Self.configuration(workplace, port: port, layout: layout, quota: quota)
                + (rule.map { "plugin {\n  quota_rule2 = \($0)\n}\n" } ?? ""))
    }

    var log: String { instance.log }

    func login() throws -> IMAPClient { try IMAPClient(port: port, user: "reader", password: "secret") }

    private static func configuration(
        _ workplace: Workplace, port: UInt16, layout: String, quota: String
    ) -> String {
        """
        protocols = imap
        mail_location = maildir:~/Maildir:LAYOUT=\(layout == "fs" ? "fs" : "maildir++")
        mail_plugins = quota
        mail_attribute_dict = file:~/Maildir/dovecot-attributes
        service imap-login {
          chroot =
          inet_listener imap {
            port = \(port)
          }
          inet_listener imaps {
            port = 0
          }
        }
        passdb {
          driver = static
          args = password=secret
        }
        userdb {
          driver = static
          args = uid=65534 gid=65534 home=\(workplace["home"])
        }
        namespace inbox {
          inbox = yes
          separator = /
        }
        protocol imap {
          mail_plugins = quota imap_quota
          imap_metadata = yes
        }
        plugin {
          quota = maildir:User quota
          quota_rule = *:storage=\(quota)
        }

        """
    }
}
