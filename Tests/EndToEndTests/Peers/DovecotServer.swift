import Foundation
import Glibc

/// A Dovecot of our own, which reads a Maildir in a workplace: configuration, state and log are there, too.
///
/// It works as `nobody`, as the deliveries do; the user is `reader`, the password `secret`.
final class DovecotServer {
    static let isInstalled = ["/usr/sbin/dovecot", "/usr/lib/dovecot/imap"].allSatisfy {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    let port: UInt16
    private let workplace: Workplace
    private let program: RunningProgram

    init(_ workplace: Workplace, layout: String = "maildir++", quota: String = "10M") throws {
        self.workplace = workplace
        port = try freePort()
        try workplace.makeDirectory("home", mode: 0o700, owner: .nobody)
        try workplace.write("", to: "dovecot.log", mode: 0o666)
        let configuration = Self.configuration(workplace, port: port, layout: layout, quota: quota)
        try workplace.write(configuration, to: "dovecot.conf")
        program = try RunningProgram("/usr/sbin/dovecot", ["-F", "-c", workplace["dovecot.conf"]])
        let port = port
        guard try eventually(20, { (try? Connection(port: port)) != nil }) else {
            program.send(SIGTERM)
            throw Obstacle("Dovecot does not start: \(try program.wait(10).errors)\n\(log)")
        }
    }

    deinit {
        program.send(SIGTERM)
        _ = try? program.wait(10)
    }

    var log: String { workplace.read("dovecot.log") }

    func login() throws -> IMAPClient { try IMAPClient(port: port, user: "reader", password: "secret") }

    private static func configuration(
        _ workplace: Workplace, port: UInt16, layout: String, quota: String
    ) -> String {
        """
        protocols = imap
        listen = 127.0.0.1
        base_dir = \(workplace["dovecot"])
        state_dir = \(workplace["dovecot-state"])
        log_path = \(workplace["dovecot.log"])
        ssl = no
        disable_plaintext_auth = no
        first_valid_uid = 1
        first_valid_gid = 1
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
        service anvil {
          chroot =
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
