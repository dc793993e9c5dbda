import ArgumentParser
import Delivery
import Platform
import Settings

struct QuotaServe: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "serve", abstract: "Tell Postfix whose mailbox is full.",
            discussion:
                "A policy service for check_policy_service. Runs until it is ended; as root, or as the owner of all mailboxes."
        )
    }

    @OptionGroup var options: ConfigurationOptions

    @Option(
        help: ArgumentHelp("Where Postfix finds it.", valueName: "unix:path|address:port"))
    var listen: Listening

    @Option(help: ArgumentHelp("Permissions of a local socket, in octal.", valueName: "mode"))
    var mode: SocketMode = SocketMode(bits: 0o666)

    @Option(
        name: .customLong("domain"), parsing: .singleValue,
        help: ArgumentHelp(
            "In it the local part of an address is the user, as in this host's own domain.", valueName: "name"
        ))
    var domains: [String] = []

    @Flag(help: "Refuse who is surely no user, in those domains.")
    var rejectUnknown = false

    func run() throws {
        let configuration = try options.configuration()
        let policy = QuotaPolicy(configuration, domains: domains, refusesUnknown: rejectUnknown)
        let complaints = Complaints()
        StopRequest.listen()
        do throws(SystemError) {
            let listener = try open()
            let server = try PolicyServer { request in
                policy.answer(to: request) { complaints.tell($0) }.action
            }
            Terminal.tell("listening at \(listener.name)")
            try server.run(listener) { StopRequest.isMade }
        } catch {
            Terminal.complain("\(error)".shown)
            throw ExitCode(75)
        }
    }

    private func open() throws(SystemError) -> ListeningSocket {
        switch listen {
        case .path(let path): try ListeningSocket(path: path, permissions: mode.bits)
        case .port(let address, let port): try ListeningSocket(address: address, port: port)
        }
    }
}

/// Where a server listens: `unix:/PATH`, or `ADDRESS:PORT` with an IPv6 address in brackets.
enum Listening: Equatable, ExpressibleByArgument {
    case path(String)
    case port(String, UInt16)

    init?(argument: String) {
        if argument.hasPrefix("unix:") {
            let path = String(argument.dropFirst(5))
            guard path.hasPrefix("/") else { return nil }
            self = .path(path)
            return
        }
        guard let colon = argument.lastIndex(of: ":"),
            let port = UInt16(argument[argument.index(after: colon)...])
        else { return nil }
        var address = argument[..<colon]
        if address.hasPrefix("["), address.hasSuffix("]") { address = address.dropFirst().dropLast() }
        guard !address.isEmpty else { return nil }
        self = .port(String(address), port)
    }
}

/// The permissions of a socket: three octal digits, with a zero before them perhaps.
struct SocketMode: Equatable, ExpressibleByArgument {
    let bits: UInt32

    init(bits: UInt32) { self.bits = bits }

    init?(argument: String) {
        guard 3...4 ~= argument.utf8.count, let bits = UInt32(argument, radix: 8), bits <= 0o777 else {
            return nil
        }
        self.bits = bits
    }

    var defaultValueDescription: String { "0" + String(bits, radix: 8) }
}

/// What went wrong, on standard error: the same once a minute at the most.
private final class Complaints: Sendable {
    private let told = Monitor<[String: SteadyTime]>([:])

    func tell(_ text: String) {
        let now = SteadyTime.now()
        let isNews = told.withLock { told in
            if let last = told[text], now < last.advanced(milliseconds: 60_000) { return false }
            if told.count >= 1000 { told = [:] }
            told[text] = now
            return true
        }
        if isNews { Terminal.complain(text.shown) }
    }
}
