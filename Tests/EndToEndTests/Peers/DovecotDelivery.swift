import Foundation

/// A Dovecot of our own that takes mail by LMTP, on a port and on a socket, into Maildirs of its users; and that
/// answers for passwords to Postfix.
///
/// - `bob`, `alice` at `dovecot.test`; the detail of an address is the folder.
/// - `full` at `dovecot.test` has a quota of 1 KiB.
/// - `relay` may relay; every password is `secret`.
final class DovecotDelivery {
    static let isInstalled = ["/usr/sbin/dovecot", "/usr/lib/dovecot/lmtp"].allSatisfy {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    let port: UInt16
    private let workplace: Workplace
    private let instance: DovecotInstance
    var socket: String { workplace["lmtp"] }
    /// Where Postfix asks for passwords.
    var passwords: String { workplace["sasl"] }
    var log: String { instance.log }
    var connections: Int { log.components(separatedBy: ": Info: Connect from ").count - 1 }
    /// How many copies it says it has stored.
    var saved: Int { log.components(separatedBy: ": saved mail to ").count - 1 }

    init(_ workplace: Workplace) throws {
        self.workplace = workplace
        port = try freePort()
        try workplace.makeDirectory("delivery-homes", mode: 0o755, owner: .nobody)
        var users = ""
        for user in ["bob@dovecot.test", "alice@dovecot.test", "full@dovecot.test", "relay"] {
            let quota = user.hasPrefix("full@") ? "userdb_quota_rule=*:storage=1K" : ""
            users += "\(user):{PLAIN}secret:65534:65534::\(workplace["delivery-homes/\(user)"])::\(quota)\n"
        }
        try workplace.write(users, to: "delivery-users")
        instance = try DovecotInstance(
            workplace, "delivery", port: port, configuration: Self.configuration(workplace, port: port))
    }

    func messages(_ user: String, _ folder: String = "") -> [StoredMessage] {
        EndToEndTests.messages(workplace["delivery-homes/\(user)@dovecot.test/Maildir/\(folder)"])
    }

    private static func configuration(_ workplace: Workplace, port: UInt16) -> String {
        """
        protocols = lmtp
        hostname = mx.dovecot.test
        auth_mechanisms = plain login scram-sha-256
        auth_failure_delay = 0
        mail_location = maildir:~/Maildir
        mail_fsync = never
        recipient_delimiter = +
        lmtp_save_to_detail_mailbox = yes
        lda_mailbox_autocreate = yes
        mail_plugins = quota
        service lmtp {
          inet_listener lmtp {
            port = \(port)
          }
          unix_listener \(workplace["lmtp"]) {
            mode = 0666
          }
        }
        service auth {
          unix_listener \(workplace["sasl"]) {
            mode = 0666
          }
        }
        passdb {
          driver = passwd-file
          args = \(workplace["delivery-users"])
        }
        userdb {
          driver = passwd-file
          args = \(workplace["delivery-users"])
        }
        namespace inbox {
          inbox = yes
          separator = /
        }
        plugin {
          quota = maildir:User quota
          quota_rule = *:storage=100M
          quota_grace = 0
        }

        """
    }
}
