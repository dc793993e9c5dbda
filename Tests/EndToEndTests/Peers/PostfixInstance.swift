import Foundation
import Glibc

/// A Postfix that was started with a configuration of its own; queue and log are in a workplace.
final class PostfixInstance {
    static let isInstalled = FileManager.default.isExecutableFile(atPath: "/usr/sbin/postfix")

    private let workplace: Workplace
    private let name: String
    private var directory: String { workplace[name] }

    /// - Parameters:
    ///   - name: of its folder in the workplace.
    ///   - port: that it listens on when it has started.
    ///   - main: what its main.cf has beside the usual.
    ///   - services: the same of master.cf.
    init(_ workplace: Workplace, _ name: String, port: UInt16, main: String, services: String) throws {
        self.workplace = workplace
        self.name = name
        try workplace.makeDirectory(name, mode: 0o755)
        try workplace.makeDirectory("\(name)-queue", mode: 0o755)
        try workplace.makeDirectory("\(name)-data", mode: 0o700, owner: try Self.owner())
        try workplace.write(common + main, to: "\(name)/main.cf")
        try workplace.write(Self.commonServices + services, to: "\(name)/master.cf")
        let started = try run("/usr/sbin/postfix", ["-c", directory, "start"])
        guard started.code == 0, try eventually(20, { (try? Connection(port: port)) != nil }) else {
            throw Obstacle("Postfix does not start: \(started.errors)\n\(log)")
        }
    }

    deinit { stop() }

    /// The master process ends its children before itself.
    func stop() {
        let text = workplace.read("\(name)-queue/pid/master.pid")
        guard let id = Int32(text.trimmingCharacters(in: .whitespacesAndNewlines)), id > 1 else { return }
        for signal in [SIGTERM, SIGKILL] where kill(id, signal) == 0 {
            if (try? eventually(5) { !Self.isRunning(id) }) == true { return }
        }
    }

    /// What has ended and was not waited for yet does not run: its parent, the first process, may take its time.
    private static func isRunning(_ id: Int32) -> Bool {
        guard let stat = FileManager.default.contents(atPath: "/proc/\(id)/stat") else { return false }
        let text = String(decoding: stat, as: UTF8.self)
        return text.split(separator: ")").last?.hasPrefix(" Z") == false
    }

    var log: String { workplace.read("\(name).log") }

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

    private var common: String {
        """
        compatibility_level = 3.6
        queue_directory = \(workplace["\(name)-queue"])
        data_directory = \(workplace["\(name)-data"])
        command_directory = /usr/sbin
        daemon_directory = /usr/lib/postfix/sbin
        mail_owner = postfix
        setgid_group = postdrop
        maillog_file = \(workplace["\(name).log"])
        maillog_file_prefixes = /tmp
        inet_interfaces = 127.0.0.1
        inet_protocols = ipv4
        disable_dns_lookups = yes
        smtpd_peername_lookup = no
        mynetworks = 127.0.0.0/8
        alias_maps =
        alias_database =
        notify_classes =
        minimal_backoff_time = 300s

        """
    }

    private static let commonServices = """
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
        tlsmgr unix - - n 1000? 1 tlsmgr
        showq unix n - n - - showq
        error unix - - n - - error
        retry unix - - n - - error
        discard unix - - n - - discard
        local unix - n n - - local
        virtual unix - n n - - virtual
        anvil unix - - n - 1 anvil
        scache unix - - n - 1 scache
        postlog unix-dgram n - n - 1 postlogd

        """
}
