import Foundation

/// A Postfix of our own: configuration, queue and log in a workplace, listening on loopback.
///
/// - `local.test` is for system users, through `local(8)` with `mailbox_command` and `.forward`,
/// - `virtual.test` is for all names, through `pipe(8)`; the senders of the tests live there, too, so that
///   reports come back to a Maildir,
/// - `plain.test` is the same without Postfix's `Delivered-To`, `Return-Path` and loop check.
final class PostfixServer {
    static let isInstalled = PostfixInstance.isInstalled

    let port: UInt16
    private let instance: PostfixInstance

    /// - Parameters:
    ///   - pipeArguments: the words behind `argv=` of the transport for `virtual.test`.
    ///   - pipeUser: who it runs as.
    ///   - mailboxCommand: for `local.test`.
    init(_ workplace: Workplace, pipeArguments: String, pipeUser: String, mailboxCommand: String) throws {
        port = try freePort()
        instance = try PostfixInstance(
            workplace, "postfix", port: port, main: Self.mainConfiguration(mailboxCommand),
            services: Self.services(port, pipeArguments, pipeUser))
    }

    var log: String { instance.log }

    func queue() throws -> String { try instance.queue() }

    func flush() throws { try instance.flush() }

    private static func mainConfiguration(_ mailboxCommand: String) -> String {
        """
        myhostname = mx.test
        mydomain = test
        mydestination = local.test
        local_recipient_maps =
        mailbox_command = \(mailboxCommand)
        recipient_delimiter = +
        virtual_mailbox_domains = virtual.test plain.test
        transport_maps = inline:{plain.test=plain}
        virtual_transport = postmaster
        postmaster_destination_recipient_limit = 1
        plain_destination_recipient_limit = 1
        default_transport = error:5.0.0 these tests send nothing elsewhere
        relay_transport = error:5.0.0 these tests send nothing elsewhere
        smtputf8_enable = no

        """
    }

    private static func services(
        _ port: UInt16, _ pipeArguments: String, _ pipeUser: String
    ) -> String {
        """
        \(port) inet n - n - - smtpd
        postmaster unix - n n - - pipe
          flags=DRXhuO null_sender= user=\(pipeUser) argv=\(pipeArguments)
        plain unix - n n - 1 pipe
          flags=hu null_sender= user=\(pipeUser) argv=\(pipeArguments)

        """
    }
}
