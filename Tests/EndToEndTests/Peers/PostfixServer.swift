import Foundation
import Glibc

/// A Postfix of our own: configuration, queue and log in a workplace, listening on loopback.
///
/// - `local.test` is for system users, through `local(8)` with `mailbox_command` and `.forward`,
/// - `virtual.test` is for all names, through `pipe(8)`; the senders of the tests live there, too, so that
///   reports come back to a Maildir,
/// - `plain.test` is the same without Postfix's `Delivered-To`, `Return-Path` and loop check.
final class PostfixServer {
    static let isInstalled = FileManager.default.isExecutableFile(atPath: "/usr/sbin/postfix")

    let port: UInt16
    private let workplace: Workplace
    private var directory: String { workplace["postfix"] }

    /// - Parameters:
    ///   - pipeArguments: the words behind `argv=` of the transport for `virtual.test`.
    ///   - pipeUser: who it runs as.
    ///   - mailboxCommand: for `local.test`.
    init(_ workplace: Workplace, pipeArguments: String, pipeUser: String, mailboxCommand: String) throws {
        self.workplace = workplace
        port = try freePort()
        try workplace.makeDirectory("postfix", mode: 0o755)
        try workplace.makeDirectory("queue", mode: 0o755)
        try workplace.makeDirectory("data", mode: 0o700, owner: try Self.owner())
        try workplace.write(mainConfiguration(mailboxCommand), to: "postfix/main.cf")
        try workplace.write(masterConfiguration(pipeArguments, pipeUser), to: "postfix/master.cf")
        let started = try run("/usr/sbin/postfix", ["-c", directory, "start"])
        let port = port
        guard started.code == 0, try eventually(20, { (try? Connection(port: port)) != nil }) else {
            throw Obstacle("Postfix does not start: \(started.errors)\n\(log)")
        }
    }

    deinit {
        _ = try? run("/usr/sbin/postfix", ["-c", directory, "stop"])
        let id = Int32(workplace.read("queue/pid/master.pid").trimmingCharacters(in: .whitespacesAndNewlines))
        if let id, id > 1, (try? eventually(5) { kill(id, 0) != 0 }) != true { kill(id, SIGKILL) }
    }

    var log: String { workplace.read("mail.log") }

    /// What `postqueue -p` prints.
    func queue() throws -> String { try succeed("/usr/sbin/postqueue", ["-c", directory, "-p"]) }

    func flush() throws { try succeed("/usr/sbin/postqueue", ["-c", directory, "-f"]) }

    private static func owner() throws -> UserID {
        let fields = try succeed("/usr/bin/getent", ["passwd", "postfix"]).split(separator: ":")
        guard fields.count > 3, let user = UInt32(fields[2]), let group = UInt32(fields[3]) else {
            throw Obstacle("there is no user postfix")
        }
        return UserID(user: user, group: group)
    }

    private func mainConfiguration(_ mailboxCommand: String) -> String {
        """
        compatibility_level = 3.6
        queue_directory = \(workplace["queue"])
        data_directory = \(workplace["data"])
        command_directory = /usr/sbin
        daemon_directory = /usr/lib/postfix/sbin
        mail_owner = postfix
        setgid_group = postdrop
        maillog_file = \(workplace["mail.log"])
        maillog_file_prefixes = /tmp
        inet_interfaces = 127.0.0.1
        inet_protocols = ipv4
        disable_dns_lookups = yes
        smtpd_peername_lookup = no
        myhostname = mx.test
        mydomain = test
        mydestination = local.test
        mynetworks = 127.0.0.0/8
        local_recipient_maps =
        alias_maps =
        alias_database =
        mailbox_command = \(mailboxCommand)
        recipient_delimiter = +
        virtual_mailbox_domains = virtual.test plain.test
        transport_maps = inline:{plain.test=plain}
        virtual_transport = postmaster
        postmaster_destination_recipient_limit = 1
        plain_destination_recipient_limit = 1
        default_transport = error:5.0.0 these tests send nothing elsewhere
        relay_transport = error:5.0.0 these tests send nothing elsewhere
        notify_classes =
        smtputf8_enable = no
        minimal_backoff_time = 300s

        """
    }

    private func masterConfiguration(_ pipeArguments: String, _ pipeUser: String) -> String {
        """
        \(port) inet n - n - - smtpd
        pickup unix n - n 60 1 pickup
        cleanup unix n - n - 0 cleanup
        qmgr unix n - n 300 1 qmgr
        rewrite unix - - n - - trivial-rewrite
        bounce unix - - n - 0 bounce
        defer unix - - n - 0 bounce
        trace unix - - n - 0 bounce
        verify unix - - n - 1 verify
        flush unix n - n 1000? 0 flush
        proxymap unix - - n - - proxymap
        proxywrite unix - - n - 1 proxymap
        showq unix n - n - - showq
        error unix - - n - - error
        retry unix - - n - - error
        discard unix - - n - - discard
        local unix - n n - - local
        anvil unix - - n - 1 anvil
        scache unix - - n - 1 scache
        postlog unix-dgram n - n - 1 postlogd
        postmaster unix - n n - - pipe
          flags=DRXhuO null_sender= user=\(pipeUser) argv=\(pipeArguments)
        plain unix - n n - 1 pipe
          flags=hu null_sender= user=\(pipeUser) argv=\(pipeArguments)

        """
    }
}
