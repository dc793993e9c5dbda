import Foundation

/// An Exim of our own. It announces SIZE, PIPELINING, CHUNKING, DSN, PRDR and SMTPUTF8.
///
/// PRDR: with two recipients or more, it takes a message for those whose local part is not `content`.
final class EximServer: ReceivingPeer {
    static let isUnpacked = UnpackedServer.isUnpacked("exim4-daemon-light")
    private static let program = "\(UnpackedServer.root)/usr/sbin/exim4"

    let port: UInt16
    private let workplace: Workplace
    private let server: UnpackedServer
    var sink: String { "\(server.folder)/mail/sink" }
    var log: String { workplace.read("exim/log/mainlog") + workplace.read("exim/log/paniclog") }
    var connections: Int { log.components(separatedBy: "(TCP/IP connection count = ").count - 1 }
    var accepted: [String] {
        log.split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ")
            return words.count > 3 && words[3] == "<=" ? String(words[2]) : nil
        }
    }

    init(_ workplace: Workplace, sizeLimit: Int = 4 << 20, chunking: Bool = true) throws {
        self.workplace = workplace
        port = try freePort()
        let user = UnpackedServer.user
        server = try UnpackedServer(
            workplace, "exim", package: "exim4-daemon-light", users: ["Debian-exim"],
            files: [
                "exim4/exim4.conf": Self.configuration(
                    port: port, folder: workplace["exim"], sizeLimit: sizeLimit, chunking: chunking)
            ],
            folders: [("spool/exim4", 0o750, user), ("log", 0o755, user), ("mail", 0o755, user)],
            mounts: [], command: [Self.program, "-bdf"], port: port)
    }

    /// Whether mail for `later` is put off.
    func delays(_ isSo: Bool) throws {
        if isSo {
            try workplace.write("", to: "exim/later")
        } else {
            try FileManager.default.removeItem(atPath: workplace["exim/later"])
        }
    }

    private static func configuration(port: UInt16, folder: String, sizeLimit: Int, chunking: Bool) -> String
    {
        """
        exim_path = \(program)
        primary_hostname = mx.exim.test
        local_interfaces = 127.0.0.1
        daemon_smtp_ports = \(port)
        deliver_drop_privilege = true
        host_lookup =
        rfc1413_query_timeout = 0s
        log_file_path = \(folder)/log/%slog
        pid_file_path = \(folder)/run/exim.pid
        acl_smtp_rcpt = recipient
        acl_smtp_data = take
        acl_smtp_data_prdr = content
        prdr_enable = true
        chunking_advertise_hosts = \(chunking ? "*" : "")
        smtputf8_advertise_hosts = *
        dsn_advertise_hosts = *
        tls_advertise_hosts =
        smtp_accept_max = 100
        smtp_accept_max_per_connection = 0
        smtp_accept_queue_per_connection = 0
        message_size_limit = \(sizeLimit)
        keep_environment =
        log_selector = +smtp_connection +smtp_protocol_error +received_recipients

        begin acl
        recipient:
          deny local_parts = unknown
               message = no such user
          defer local_parts = later
                condition = ${if exists{\(folder)/later}}
                message = come back later
          accept
        content:
          deny local_parts = content
               message = not with this content
          accept
        take:
          accept

        begin routers
        everybody:
          driver = accept
          transport = sink

        begin transports
        sink:
          driver = appendfile
          directory = \(folder)/mail/sink
          maildir_format
          create_directory
          envelope_to_add
          return_path_add
          user = Debian-exim

        """
    }
}
