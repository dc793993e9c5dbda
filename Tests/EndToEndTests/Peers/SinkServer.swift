import Foundation

/// A server that takes all mail, or misbehaves, and records what it took: `Tests/Instruments/sink`.
final class SinkServer {
    /// What it took for one recipient.
    struct Taken: Decodable {
        let from: String
        let to: String
        /// Whether it was about to say so, in whole and in time.
        let answered: Bool
        /// Bytes that it had sent before.
        let sent: Int
        /// With CR LF, without the dots of the protocol; a character is a byte.
        let message: String

        var body: String {
            message.range(of: "\r\n\r\n").map { String(message[$0.upperBound...]) } ?? ""
        }
    }

    /// One for each fault of the plan; without a plan one.
    let ports: [UInt16]
    private let workplace: Workplace
    private let name: String
    private let process: RunningProgram

    /// - Parameters:
    ///   - plan: faults, as JSON objects.
    ///   - options: `--chunking`, `--lmtp`.
    init(_ workplace: Workplace, _ name: String, plan: [String] = [], options: [String] = []) throws {
        self.workplace = workplace
        self.name = name
        try workplace.makeDirectory(name, mode: 0o755)
        var words = ["--record", workplace[name], "--ready", workplace["\(name).ports"]] + options
        if !plan.isEmpty {
            let text = "[" + plan.joined(separator: ",\n") + "]"
            words += ["--plan", try workplace.write(text, to: "\(name).plan")]
        }
        process = try RunningProgram(Program.packageRoot + "/Tests/Instruments/sink", words)
        let ready = "\(name).ports"
        guard try eventually(20, { workplace.exists(ready) }) else {
            process.send(SIGTERM)
            throw Obstacle("the sink does not start: \(try process.wait().errors)")
        }
        ports = workplace.read(ready).split(separator: "\n").compactMap { UInt16($0) }
    }

    deinit {
        process.send(SIGTERM)
        _ = try? process.wait(10)
    }

    /// In order, for recipients in a domain whose first label this is.
    func taken(_ label: String) -> [Taken] {
        workplace.read("\(name)/\(label)").split(separator: "\n").compactMap {
            try? JSONDecoder().decode(Taken.self, from: Data($0.utf8))
        }
    }
}
