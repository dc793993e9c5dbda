import Foundation
import Glibc

/// A Dovecot that was started with a configuration of its own; state and log are in a workplace.
final class DovecotInstance {
    private let workplace: Workplace
    private let name: String
    private let program: RunningProgram

    /// - Parameter port: that it listens on when it has started.
    init(_ workplace: Workplace, _ name: String, port: UInt16, configuration: String) throws {
        self.workplace = workplace
        self.name = name
        try workplace.write("", to: "\(name).log", mode: 0o666)
        let common = """
            listen = 127.0.0.1
            base_dir = \(workplace[name])
            state_dir = \(workplace["\(name)-state"])
            log_path = \(workplace["\(name).log"])
            ssl = no
            disable_plaintext_auth = no
            first_valid_uid = 1
            first_valid_gid = 1
            service anvil {
              chroot =
            }

            """
        try workplace.write(common + configuration, to: "\(name).conf")
        program = try RunningProgram("/usr/sbin/dovecot", ["-F", "-c", workplace["\(name).conf"]])
        guard try eventually(20, { (try? Connection(port: port)) != nil }) else {
            program.send(SIGTERM)
            throw Obstacle("Dovecot does not start: \(try program.wait(10).errors)\n\(log)")
        }
    }

    deinit {
        program.send(SIGTERM)
        _ = try? program.wait(10)
    }

    var log: String { workplace.read("\(name).log") }
}
