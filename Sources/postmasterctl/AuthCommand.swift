import ArgumentParser
import Delivery
import MailLog
import MailMessage
import Platform
import Settings

struct AuthCommand: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "auth", abstract: "Who sends, and as whom.", subcommands: [RewritingCommand.self])
    }
}

struct RewritingCommand: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "srs", abstract: "What a sender becomes when mail is sent on, and the way back.",
            discussion: "Exits 1 for an address of ours that is forged or too old.")
    }

    @OptionGroup var options: ConfigurationOptions

    @Flag(help: "A JSON object.")
    var json = false

    @Argument(help: ArgumentHelp("A sender, or an address in transport.srs-domain.", valueName: "address"))
    var address: String

    func run() throws {
        let configuration = try options.configuration()
        guard !configuration.transport.srsDomain.isEmpty else {
            throw ValidationError("nothing is rewritten: transport.srs-domain is not set")
        }
        guard let given = MailAddress(path: address) else {
            throw ValidationError("\(address) is no address")
        }
        let path = ReversePath(configuration)
        let now = WallTime.now()
        do throws(ReversePathFailure) {
            if let original = try path.original(of: given, now: now) {
                show("original", original.text, warning: nil)
            } else {
                let rewritten = try path.rewritten(sender: given.text, now: now)
                show(
                    rewritten == given.text ? "unchanged" : "rewritten", rewritten,
                    warning: path.warning(for: given.text))
            }
        } catch {
            switch error {
            case .notGood(let reason):
                if json {
                    show("refused", nil, warning: reason)
                } else {
                    Terminal.complain(reason)
                }
                throw ExitCode(1)
            case .secrets(let reason):
                Terminal.complain(reason)
                throw ExitCode(78)
            }
        }
    }

    private func show(_ result: String, _ found: String?, warning: String?) {
        guard json else {
            if let warning { Terminal.complain(warning) }
            return Terminal.show("\(found ?? "")\n")
        }
        var json = JSONWriter()
        json.object { json in
            json.member("address", address)
            json.member("result", result)
            json.member("becomes", found)
            json.member("reason", warning)
        }
        Terminal.show(String(decoding: json.bytes, as: UTF8.self) + "\n")
    }
}
