import Foundation
import Glibc

/// A server that takes mail and records it, outside of what is killed: `Tests/Instruments/sink`.
struct Sink: Sendable {
    /// What it took for one recipient.
    struct Taken: Decodable {
        let from: String
        let to: String
        let message: String
    }

    /// One for each fault of the plan.
    let ports: [Int]
    private let directory: String
    private let running: Running

    /// - Parameter plan: what each port does wrong, as a JSON object or `null`.
    init(_ scratch: ScratchDirectory, _ name: String, plan: [String]) throws {
        directory = try scratch.directory(name)
        let planned = try scratch.file("\(name).plan", Data("[\(plan.joined(separator: ","))]".utf8))
        let ready = "\(scratch.path)/\(name).ports"
        var launch = Launch(
            Instrument.path("sink"), ["--record", directory, "--ready", ready, "--plan", planned])
        launch.seconds = 10
        running = try launch.start()
        let deadline = Date(timeIntervalSinceNow: 20)
        while contents(of: ready).isEmpty, Date() < deadline { usleep(10000) }
        ports = String(decoding: contents(of: ready), as: UTF8.self).split(separator: "\n").compactMap {
            Int($0)
        }
        guard ports.count == plan.count else {
            let ended = stop()
            throw Instrument.Failure(what: "the sink does not start: \(ended.errorText)")
        }
    }

    @discardableResult
    func stop() -> Ended {
        kill(running.process, SIGKILL)
        return running.wait()
    }

    /// In order, for recipients in a domain whose first label this is.
    func taken(_ label: String) -> [Taken] {
        contents(of: "\(directory)/\(label)").split(separator: 10).compactMap {
            try? JSONDecoder().decode(Taken.self, from: $0)
        }
    }
}

/// Programs that tests bring along, in `Tests/Instruments`.
enum Instrument {
    struct Failure: Error, CustomStringConvertible {
        let what: String
        var description: String { what }
    }

    static func path(_ name: String) -> String {
        var source = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        for _ in 0..<3 { source.deleteLastPathComponent() }
        return source.appendingPathComponent("Instruments/\(name)").path
    }

    /// Compiles `stop-at.c`.
    static func stopAt(in scratch: ScratchDirectory) throws -> String {
        let program = "\(scratch.path)/stop-at"
        let ended = try Launch("/usr/bin/cc", ["-O2", "-o", program, path("stop-at.c")]).run()
        guard ended.status == .exited(0) else { throw Failure(what: "cc: \(ended.errorText)") }
        return program
    }
}
