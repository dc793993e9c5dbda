import Foundation

/// One site in a directory whose mail leaves by SMTP.
///
/// Invariant: what the run with the fault sends goes to the first sink, what the runs after it send to the second.
struct OutgoingWorld: Sendable {
    let root: String
    /// The first label of its domains.
    let label: String
    private let scenario: OutgoingScenario
    private var spool: String { "\(root)/spool" }
    private var mail: String { "\(root)/mail" }
    var trace: String { "\(root)/trace" }

    /// Which configuration a run gets.
    enum Stage: String, CaseIterable {
        case faulty, clean, released
    }

    private static let message = SampleMessage(number: 1, size: 2000)

    /// Ports of a sink: what is taken, refused, and refused for now.
    static let plan = [
        "null", #"{"at": "rcpt", "reply": "550 5.1.1 nobody here\r\n"}"#,
        #"{"at": "rcpt", "reply": "450 4.2.1 later\r\n"}"#,
    ]

    /// Makes the site, and leaves the scenario's messages in its spool.
    init(
        _ scenario: OutgoingScenario, _ root: String, label: String, _ sinks: (first: Sink, second: Sink)
    ) throws {
        self.root = root
        self.label = label
        self.scenario = scenario
        for path in [root, spool, mail] { try makeDirectory(path) }
        for stage in Stage.allCases {
            let sink = stage == .faulty ? sinks.first : sinks.second
            let text = configuration(sink.ports, laterIsTaken: stage == .released)
            try Data(text.utf8).write(to: URL(fileURLWithPath: "\(root)/\(stage)"))
        }
        for folder in ["tmp", "new", "cur"] { try makeDirectory("\(mail)/\(folder)") }
        // With a quota of 10 KB nothing fits any more.
        try SampleMessage.ballast.original.write(
            to: URL(fileURLWithPath: "\(mail)/cur/1700000000.M1P1.old:2,S"))
        for (number, script) in scenario.scripts.enumerated() {
            let ended = try delivery(script, number).run()
            guard ended.status == .exited(0) else {
                throw Instrument.Failure(what: "not delivered: \(ended.status) \(ended.errorText)")
            }
        }
    }

    private func configuration(_ ports: [Int], laterIsTaken: Bool) -> String {
        """
        [spool]
        directory = "\(spool)"
        [mail]
        autocreate = true
        [log]
        target = "file:\(root)/log"
        [retry]
        program = "/bin/true"
        workers = 1
        [sieve]
        cache = ""
        redirect-window = "0s"
        [bounce]
        hostname = "mx.test"
        [transport]
        helo = "mx.test"
        connect-timeout = "10s"
        reply-timeout = "10s"
        relay = ["smtp://127.0.0.1:\(ports[0])?tls=off"]
        routes = [".refused smtp://127.0.0.1:\(ports[1])?tls=off", ".later smtp://127.0.0.1:\(ports[laterIsTaken ? 0 : 2])?tls=off"]

        """
    }

    private func delivery(_ script: String, _ number: Int) throws -> Launch {
        let rules = "\(root)/rules\(number).sieve"
        try Data(named(script).utf8).write(to: URL(fileURLWithPath: rules))
        let input = "\(root)/message\(number)"
        var text = String(decoding: Self.message.original, as: UTF8.self)
        text = text.replacingOccurrences(of: "Message-ID: <", with: "Message-ID: <\(label).\(number).")
        try Data(text.utf8).write(to: URL(fileURLWithPath: input))
        var launch = Launch(
            try Binaries.path(of: "postmaster"),
            ["-c", "\(root)/\(Stage.faulty)", "--mail-dir", mail, "--script", rules]
                + ["-f", named(OutgoingScenario.sender), "-r", SampleMessage.recipient]
                + scenario.deliveryOptions, input: input)
        launch.workingDirectory = root
        return launch
    }

    /// With the label in its place.
    func named(_ text: String) -> String { text.replacingOccurrences(of: "LABEL", with: label) }

    /// `postmaster-retry` for all that waits, due or not.
    func sweep(_ stage: Stage) throws -> Launch {
        let options = scenario.options.flatMap { ["-o", $0] }
        var launch = Launch(
            try Binaries.path(of: "postmaster-retry"), ["-c", "\(root)/\(stage)", "--now"] + options)
        launch.workingDirectory = root
        return launch
    }

    /// Whom something in the spool is for that its journal does not say is done.
    func pending() throws -> Set<String> {
        struct Row: Decodable {
            struct Step: Decodable {
                let target: String
            }
            let open: [Step]
        }
        let ended = try Launch(
            try Binaries.path(of: "postmasterctl"),
            ["queue", "list", "--json", "-c", "\(root)/\(Stage.clean)"]
        ).run()
        guard ended.status == .exited(0) else {
            throw Instrument.Failure(what: "no listing: \(ended.status) \(ended.errorText)")
        }
        return Set(
            try JSONDecoder().decode([Row].self, from: Data(ended.output)).flatMap { $0.open.map(\.target) })
    }

    /// Entries of the spool, drafts aside.
    func entries() -> [String] {
        names(in: spool).flatMap { owner in
            ["hold", "corrupt"].map { "\(spool)/\(owner)/\($0)" }
                + names(in: "\(spool)/\(owner)/queue").map { "\(spool)/\(owner)/queue/\($0)" }
        }.flatMap { directory in
            names(in: directory).filter { !$0.hasSuffix(".lock") }.map { "\(directory)/\($0)" }
        }
    }

    /// Whole messages that came into the Maildir, and others.
    func stored() -> (whole: Int, damaged: Int) {
        let texts = ["new", "cur"].flatMap { folder in
            names(in: "\(mail)/\(folder)").map { contents(of: "\(mail)/\(folder)/\($0)") }
        }.filter { $0 != SampleMessage.ballast.original }
        let whole = texts.count { isWhole(String(decoding: $0, as: UTF8.self)) }
        return (whole, texts.count - whole)
    }

    /// Whether a text ends with the body of our message.
    func isWhole(_ text: String) -> Bool {
        let body = String(decoding: Self.message.original, as: UTF8.self).components(separatedBy: "\n\n")
            .dropFirst()
        return text.replacingOccurrences(of: "\r\n", with: "\n").hasSuffix(body.joined(separator: "\n\n"))
    }

    func remove() { removeTree(root) }
}
