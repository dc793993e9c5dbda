import Platform
import Sieve

/// The command lines that are understood, chosen by the name the program is started under, so that a site
/// replaces another delivery agent by changing a path or a link.
package enum FrontEnd: String, CaseIterable, Sendable {
    case postmaster
    case dovecotLDA = "dovecot-lda"
    case procmail
    case maildrop
    case deliver
    case mailMaildir = "mail.maildir"

    /// The front end for a program name; any other name is Postmaster's own.
    package init(programName path: String) {
        let name = path.utf8.split(separator: UInt8(ascii: "/")).last.map {
            String(decoding: $0, as: UTF8.self)
        }
        self = name.flatMap(FrontEnd.init(rawValue:)) ?? .postmaster
    }

    /// What `arguments`, the program's name first, ask for.
    package func read(_ arguments: [String]) -> Invocation {
        let options = CommandLineOptions(arguments, options: self.options)
        var reading = Reading(frontEnd: self, operands: options.operands, problems: options.problems)
        for occurrence in options.occurrences { reading.take(occurrence) }
        return reading.finish()
    }

    private var options: [CommandLineOptions.Option] {
        switch self {
        case .postmaster: Self.nativeOptions
        case .dovecotLDA: Self.dovecotOptions
        case .procmail: Self.procmailOptions
        case .maildrop: Self.maildropOptions
        case .deliver: Self.cyrusOptions
        case .mailMaildir: [.init("j")]
        }
    }

    private static var nativeOptions: [CommandLineOptions.Option] {
        [
            .init("d", takesValue: true), .init("f", takesValue: true), .init("a", takesValue: true),
            .init("r", takesValue: true), .init("m", takesValue: true), .init("e"), .init("k"),
            .init("p", takesValue: true), .init("c", takesValue: true), .init("o", takesValue: true),
            .init("mail-dir", takesValue: true), .init("script", takesValue: true),
            .init("client-address", takesValue: true), .init("client-helo", takesValue: true),
            .init("client-name", takesValue: true), .init("sasl-user", takesValue: true),
            .init("queue-id", takesValue: true), .init("envid", takesValue: true),
            .init("dsn-notify", takesValue: true), .init("dsn-return", takesValue: true),
            .init("deliver-by", takesValue: true), .init("size", takesValue: true),
            .init("mta", takesValue: true), .init("dry-run"), .init("version"), .init("help"),
        ]
    }

    /// dovecot-lda(1), with the options of Dovecot's master service.
    private static var dovecotOptions: [CommandLineOptions.Option] {
        [
            .init("d", takesValue: true), .init("f", takesValue: true), .init("a", takesValue: true),
            .init("r", takesValue: true), .init("m", takesValue: true), .init("e"), .init("k"),
            .init("p", takesValue: true), .init("c", takesValue: true), .init("o", takesValue: true),
            .init("i", takesValue: true), .init("O"), .init("L"),
        ]
    }

    /// procmail(1) as a delivery agent; the form with a recipe file is not this program's business.
    private static var procmailOptions: [CommandLineOptions.Option] {
        [
            .init("d"), .init("f", takesValue: true), .init("a", takesValue: true), .init("t"), .init("o"),
            .init("Y"), .init("p"), .init("r"), .init("m"), .init("v"), .init("h"),
        ]
    }

    private static var maildropOptions: [CommandLineOptions.Option] {
        [
            .init("a"), .init("A", takesValue: true), .init("d", takesValue: true),
            .init("D", takesValue: true),
            .init("f", takesValue: true), .init("m"), .init("M", takesValue: true),
            .init("t", takesValue: true),
            .init("V", takesValue: true), .init("v"), .init("w", takesValue: true),
            .init("W", takesValue: true),
            .init("h"),
        ]
    }

    /// Cyrus deliver(8).
    private static var cyrusOptions: [CommandLineOptions.Option] {
        [
            .init("C", takesValue: true), .init("d"), .init("r", takesValue: true),
            .init("f", takesValue: true),
            .init("m", takesValue: true), .init("a", takesValue: true), .init("q"), .init("D"),
        ]
    }
}

/// A command line on its way to an ``Invocation``.
private struct Reading {
    private let frontEnd: FrontEnd
    private var operands: [String]
    private var problems: [String]
    private var request = DeliveryRequest()
    private var ending: Invocation?
    private var deliversToOperand = false

    init(frontEnd: FrontEnd, operands: [String], problems: [String]) {
        self.frontEnd = frontEnd
        self.operands = operands
        self.problems = problems
    }

    mutating func take(_ option: CommandLineOptions.Occurrence) {
        switch frontEnd {
        case .postmaster, .dovecotLDA: takeNative(option)
        case .procmail: takeProcmail(option)
        case .maildrop: takeMaildrop(option)
        case .deliver: takeCyrus(option)
        case .mailMaildir: problems.append("option -j (junk) has no counterpart; use a Sieve rule")
        }
    }

    private mutating func takeNative(_ option: CommandLineOptions.Occurrence) {
        switch option.name {
        case "d": request.user = option.value
        case "f": request.sender = option.value
        case "a": request.originalRecipient = option.value
        case "r": request.recipient = option.value
        // dovecot-lda: `-m ""` is ignored, so that `-m ${extension}` works.
        case "m": request.mailbox = option.value?.isEmpty == true ? nil : option.value
        case "e": request.tellsRejection = true
        case "k": request.keepsEnvironment = true
        case "p": request.messageFile = option.value
        case "c" where frontEnd == .postmaster: request.configurationFile = option.value
        case "o" where frontEnd == .postmaster: request.overrides.append(option.value ?? "")
        case "mail-dir": request.mailDirectory = option.value
        case "script": request.script = option.value
        case "client-address": request.clientAddress = option.value
        case "client-helo": request.clientHELO = option.value
        case "client-name": request.clientName = option.value
        case "sasl-user": request.authenticatedUser = option.value
        case "queue-id": request.queueIdentifier = option.value
        case "envid": request.envelopeIdentifier = option.value
        case "dsn-notify": request.notify = checked(option) { StatusWords.notify($0) != nil }
        case "dsn-return": request.returns = checked(option) { StatusWords.returns($0) != nil }
        case "deliver-by": request.deliverBy = checked(option) { DeliverBy(parameter: $0) != nil }
        case "size": request.declaredSize = size(option)
        case "mta": request.mailTransferAgent = option.value
        case "dry-run": request.isDryRun = true
        case "version": ending = .showVersion
        case "help": ending = .showHelp
        // -c, -o, -i, -O, -L of dovecot-lda name Dovecot's own settings, which are not read.
        default: break
        }
    }

    /// The value of an option whose grammar is SMTP's; nil where it is empty.
    private mutating func checked(
        _ option: CommandLineOptions.Occurrence, _ isSound: (String) -> Bool
    ) -> String? {
        guard let value = option.value, !value.isEmpty else { return nil }
        if !isSound(value) { problems.append("--\(option.name) \(value): no such value in SMTP") }
        return value
    }

    /// Nil where the size is empty or 0, by which an MTA says that it does not know.
    private mutating func size(_ option: CommandLineOptions.Occurrence) -> Int? {
        guard let value = option.value, !value.isEmpty else { return nil }
        let isNumber = value.utf8.count <= 20 && value.utf8.allSatisfy { 0x30...0x39 ~= $0 }
        if !isNumber { problems.append("--size \(value): no number of bytes") }
        let size = isNumber ? Int(value) ?? .max : 0
        return size > 0 ? size : nil
    }

    private mutating func takeProcmail(_ option: CommandLineOptions.Occurrence) {
        switch option.name {
        case "d": deliversToOperand = true
        // `-f -` only refreshes the time in the `From ` line, which is not kept anyway.
        case "f": request.sender = option.value == "-" ? nil : option.value
        // procmail's -a is $1 of a recipe; sites pass the detail of user+detail in it.
        case "a", "t", "o", "Y", "p", "r": break
        case "m":
            problems.append(
                "option -m (a recipe file as a filter) is procmail's own; convert the recipes to Sieve")
        case "v": ending = .showVersion
        default: ending = .showHelp
        }
    }

    private mutating func takeMaildrop(_ option: CommandLineOptions.Occurrence) {
        switch option.name {
        case "d": request.user = option.value
        case "f": request.sender = option.value
        case "v": ending = .showVersion
        case "h": ending = .showHelp
        case "A", "m", "M", "D":
            problems.append("option -\(option.name) is maildrop's own and has no counterpart")
        default: break
        }
    }

    private mutating func takeCyrus(_ option: CommandLineOptions.Occurrence) {
        switch option.name {
        case "r", "f": request.sender = option.value
        case "m": request.mailbox = option.value?.isEmpty == true ? nil : option.value
        case "a": request.authenticatedUser = option.value
        default: break
        }
    }

    mutating func finish() -> Invocation {
        if let ending { return ending }
        takeOperands()
        checkTogether()
        return problems.isEmpty ? .deliver(request) : .unusable(problems)
    }

    private mutating func takeOperands() {
        switch frontEnd {
        case .procmail where deliversToOperand, .deliver:
            // One run, one recipient: the MTA must be told so (its "recipient limit" is 1).
            if operands.count == 1 { request.user = operands.removeFirst() }
        // What follows is $1, $2… of a filter file.
        case .maildrop where request.user != nil: operands = []
        case .mailMaildir:
            if operands.count <= 1 { request.mailDirectory = operands.popLast() }
        default: break
        }
        if !operands.isEmpty {
            problems.append(
                "unexpected argument \(operands[0]): one message is delivered to one user, named by an option"
            )
        } else if request.user == nil, frontEnd == .deliver || deliversToOperand {
            problems.append("no recipient is named")
        }
    }

    private mutating func checkTogether() {
        if request.mailDirectory != nil, request.user != nil {
            problems.append(
                "--mail-dir and -d exclude each other: --mail-dir delivers as the calling user, without a look-up"
            )
        }
        if request.user?.isEmpty == true { problems.append("-d names nobody") }
        if request.mailDirectory?.isEmpty == true { problems.append("--mail-dir names nothing") }
    }
}
