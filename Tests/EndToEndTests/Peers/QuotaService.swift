import Foundation
import Glibc

/// `postmasterctl quota serve` while it runs, at a socket in a workplace that anybody can reach.
final class QuotaService {
    let path: String
    private let program: RunningProgram

    init(_ workplace: Workplace, _ options: [String]) throws {
        path = workplace["quota-policy"]
        program = try RunningProgram(
            try workplace.program(.control), ["quota", "serve", "--listen", "unix:\(path)"] + options)
        let path = path
        guard try eventually(10, { (try? Connection(socket: path)) != nil }) else {
            program.send(SIGTERM)
            throw Obstacle("the policy service does not start: \(try program.wait(10).errors)")
        }
    }

    deinit { _ = try? stop() }

    /// Ends it as an administrator does, and tells how it ended.
    @discardableResult
    func stop() throws -> Completed {
        program.send(SIGTERM)
        return try program.wait(10)
    }

    /// Asks one question over a connection of its own.
    func ask(_ recipient: String, size: Int = 0) throws -> String {
        let connection = try Connection(socket: path)
        try connection.write(
            Data(
                "request=smtpd_access_policy\nprotocol_state=RCPT\nrecipient=\(recipient)\nsize=\(size)\n\n"
                    .utf8))
        return try connection.line()
    }
}
