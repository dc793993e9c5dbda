import Foundation

/// A Postfix of our own that relays for everybody, or, on other ports, for those who say who they are; with TLS.
///
/// - `gone.test`: taken, and bounced then; reports of success and failure come back into the sink.
/// - `own.test`: given to a command, if there is one.
/// - `later@…`: as ``delays(_:)`` says.
///
/// The user is `relay`, the password `secret`.
final class PostfixRelay: ReceivingPeer {
    static let isInstalled = PostfixInstance.isInstalled

    enum Mechanism: String, CaseIterable, Sendable {
        case plain = "PLAIN"
        case login = "LOGIN"
        case scram = "SCRAM-SHA-256"
    }

    /// What a relay has beside the usual.
    struct Setup {
        /// Of ``TestAuthority``.
        var certificate: (certificate: String, key: String)?
        /// Where Dovecot answers for passwords.
        var passwords: String?
        var sizeLimit = 4 << 20
        var hasChunking = true
        /// The words behind `argv=` of pipe(8) for `own.test`.
        var command: String?
    }

    let port: UInt16
    /// STARTTLS is offered.
    let encryptedPort: UInt16
    /// TLS from the first byte.
    let implicitPort: UInt16
    private let authenticatingPorts: [Mechanism: UInt16]
    private let workplace: Workplace
    private let instance: PostfixInstance
    private let folder: String
    var sink: String { workplace["\(folder)-mail/sink"] }
    var log: String { instance.log }
    var connections: Int { log.components(separatedBy: ": connect from ").count - 1 }
    var accepted: [String] {
        words(in: "status=sent (delivered to maildir)", after: "/virtual[", until: ",")
            .compactMap { $0.split(separator: " ").dropFirst().first.map { String($0.dropLast()) } }
    }

    init(_ workplace: Workplace, _ folder: String = "relay", _ setup: Setup = Setup()) throws {
        self.workplace = workplace
        self.folder = folder
        port = try freePort()
        (encryptedPort, implicitPort) = (try freePort(), try freePort())
        var ports: [Mechanism: UInt16] = [:]
        for mechanism in Mechanism.allCases { ports[mechanism] = try freePort() }
        authenticatingPorts = ports
        try workplace.makeDirectory("\(folder)-mail", mode: 0o755, owner: .nobody)
        let policy = try workplace.write(Self.policy(workplace["\(folder)-later"]), to: "\(folder)-policy")
        var services = """
            \(port) inet n - n - - smtpd
            policy unix - n n - 0 spawn
              user=nobody argv=/bin/sh \(policy)
            gone unix - n n - - pipe
              flags=hu user=nobody argv=/bin/sh -c {exit 67}

            """
        if setup.certificate != nil {
            services += "\(encryptedPort) inet n - n - - smtpd -o smtpd_tls_security_level=may\n"
            services += "\(implicitPort) inet n - n - - smtpd -o smtpd_tls_wrappermode=yes\n"
        }
        if setup.passwords != nil {
            services += ports.map { Self.submission($1, $0) }.joined()
        }
        if let command = setup.command {
            services += "own unix - n n - - pipe\n  flags=Rhu null_sender= user=nobody argv=\(command)\n"
        }
        instance = try PostfixInstance(
            workplace, folder, port: port, main: Self.main(workplace, folder, setup), services: services)
    }

    func port(_ mechanism: Mechanism) -> UInt16 { authenticatingPorts[mechanism] ?? port }

    func stop() { instance.stop() }

    func queue() throws -> String { try instance.queue() }

    /// Whether mail for `later@…` is put off.
    func delays(_ isSo: Bool) throws {
        if isSo {
            try workplace.write("", to: "\(folder)-later")
        } else {
            try FileManager.default.removeItem(atPath: workplace["\(folder)-later"])
        }
    }

    /// Answers as SMTPD_POLICY_README says.
    private static func policy(_ file: String) -> String {
        """
        while read -r line; do
            [ -z "$line" ] || continue
            action=dunno
            [ ! -e '\(file)' ] || action='450 4.7.1 come back later'
            printf 'action=%s\\n\\n' "$action"
        done

        """
    }

    private static func submission(_ port: UInt16, _ mechanism: Mechanism) -> String {
        """
        \(port) inet n - n - - smtpd -o smtpd_tls_security_level=may -o smtpd_sasl_auth_enable=yes
          -o smtpd_sasl_mechanism_filter=\(mechanism.rawValue.lowercased())
          -o smtpd_relay_restrictions=permit_sasl_authenticated,reject

        """
    }

    private static func main(_ workplace: Workplace, _ folder: String, _ setup: Setup) -> String {
        let own = setup.command == nil ? "" : " own.test=own"
        let certificate = setup.certificate.map {
            "smtpd_tls_cert_file = \($0.certificate)\nsmtpd_tls_key_file = \($0.key)\n"
        }
        let passwords = setup.passwords.map { "smtpd_sasl_type = dovecot\nsmtpd_sasl_path = \($0)\n" }
        return """
            myhostname = mx.postfix.test
            mydestination =
            default_transport = virtual
            relay_transport = virtual
            transport_maps = inline:{gone.test=gone\(own)}
            virtual_mailbox_base = \(workplace["\(folder)-mail"])
            virtual_mailbox_maps = static:sink/
            virtual_uid_maps = static:65534
            virtual_gid_maps = static:65534
            virtual_minimum_uid = 1
            virtual_mailbox_limit = 0
            message_size_limit = \(setup.sizeLimit)
            smtpd_restriction_classes = later
            later = check_policy_service unix:private/policy
            smtpd_recipient_restrictions =
              check_recipient_access inline:{{unknown@=550 5.1.1 no such user} later@=later}
            smtpd_relay_restrictions = permit_mynetworks, reject
            smtpd_client_connection_rate_limit = 0
            smtpd_discard_ehlo_keywords = \(setup.hasChunking ? "" : "chunking, silent-discard")
            smtpd_tls_security_level = none
            smtpd_tls_loglevel = 1

            """ + (certificate ?? "") + (passwords ?? "")
    }
}
