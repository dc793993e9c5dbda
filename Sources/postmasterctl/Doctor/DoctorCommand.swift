import ArgumentParser
import Delivery
import MailLog
import Platform
import Settings

/// Asks everything that deliveries depend on a real question.
struct DoctorCommand: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "doctor", abstract: "See whether each check that is configured works, by asking it.",
            discussion: """
                clamd and ICAP services are given the EICAR test file, behind as much text as mail.max-size allows; spamd and \
                rspamd are given GTUBE; attachments are looked at as in a delivery. Run it as the user that deliveries \
                run as. The exit status is 1 if something does not work.
                """)
    }

    @OptionGroup var options: ConfigurationOptions

    @Flag(help: "A JSON array.")
    var json = false

    func run() throws {
        let loading = options.load()
        if let unreadable = loading.unreadable { Terminal.complain("\(unreadable)") }
        var seen: [Checkup] = []
        let tell = { (checkup: Checkup) in
            seen.append(checkup)
            if !json { Terminal.show(Self.line(checkup)) }
        }
        tell(Self.configuration(loading))
        let configuration = loading.configuration
        PolicyCheckups(configuration: configuration).run(tell)
        VirusCheckups(configuration: configuration).run(tell)
        AttachmentCheckups(configuration: configuration).run(tell)
        SpamCheckups(configuration: configuration).run(tell)
        if json { Terminal.show(Self.json(seen)) }
        if seen.contains(where: { $0.state == .failure }) { throw ExitCode(1) }
    }

    private static func configuration(_ loading: ConfigurationLoading) -> Checkup {
        let problems = loading.problems + loading.configuration.inconsistencies()
        guard let first = problems.first else { return Checkup("configuration", .ok, "no problems") }
        let isBroken = loading.unreadable != nil || problems.contains { $0.severity == .error }
        return Checkup(
            "configuration", isBroken ? .failure : .warning,
            "\(first)" + (problems.count > 1 ? " (and \(problems.count - 1) more)" : ""),
            advice: "postmasterctl config check lists everything")
    }

    private static func line(_ checkup: Checkup) -> String {
        let object = checkup.object.isEmpty ? "" : " \(checkup.object)"
        let took = checkup.milliseconds.map { " (\($0) ms)" } ?? ""
        let advice = checkup.advice.isEmpty ? "" : "         \(checkup.advice)\n"
        let state = checkup.state.rawValue
        let padding = String(repeating: " ", count: max(9 - state.utf8.count, 1))
        return "\(state)\(padding)\(checkup.subject)\(object): \(checkup.text)\(took)".shown + "\n" + advice
    }

    private static func json(_ checkups: [Checkup]) -> String {
        var json = JSONWriter()
        json.array { json in
            for checkup in checkups {
                json.object { json in
                    json.member("subject", checkup.subject)
                    json.member("object", checkup.object)
                    json.member("state", checkup.state.rawValue)
                    json.member("text", checkup.text)
                    json.member("advice", checkup.advice)
                    json.member("milliseconds", checkup.milliseconds)
                }
            }
        }
        return String(decoding: json.bytes, as: UTF8.self) + "\n"
    }
}
