@testable import MailTransport

/// Where a server can say what it does not usually say.
enum Step: Hashable, Sendable {
    case greeting, hello, helo, startTLS, auth, mail
    case recipient(Int)
    case data
    /// The chunks that are not the last, and the end of a message for a recipient (always 0 in SMTP), from 0.
    case chunk(Int)
    case end(Int)
    case reset
}

/// A server as the RFCs have it, with answers of its own at some steps.
///
/// It reads our bytes by itself, in a way that has nothing to do with how they were made, and knows what it has taken.
struct ModelPeer {
    enum Answer: Hashable, Sendable {
        case reply(String)
        /// Says nothing any more.
        case silence
        case close
    }

    let dialogue: Peer.Dialogue
    var offers: [String]
    var offersWithinTLS: [String] = []
    var answers: [Step: Answer]
    /// Answers only for the first mail; the others are taken.
    var recovers = true

    private(set) var isClosed = false
    private(set) var isSilent = false
    /// Whoever was told 2yz after a message, for each message.
    private(set) var delivered: [(recipients: [String], message: [UInt8])] = []
    /// What no client may say.
    private(set) var offences: [String] = []
    private(set) var commands: [String] = []
    private(set) var saidQuit = false

    private var input: [UInt8] = []
    private var output: [UInt8] = []
    private var hasMail = false
    private var recipients: [String] = []
    private var recipientCount = 0
    private var message: [UInt8] = []
    private var chunkCount = 0
    private var isChunkRefused = false
    private var isInData = false
    private var chunk: (left: Int, isLast: Bool)?
    private var mailCount = 0
    private var isWithinTLS = false

    init(_ dialogue: Peer.Dialogue, offers: [String], answers: [Step: Answer] = [:]) {
        self.dialogue = dialogue
        self.offers = offers
        self.answers = answers
    }

    mutating func greet() -> [UInt8] {
        say(.greeting, "220 peer ready")
        return takeOutput()
    }

    mutating func beginTLS() {
        isWithinTLS = true
        input = []
    }

    /// What it answers to `bytes`.
    mutating func receive(_ bytes: [UInt8]) -> [UInt8] {
        guard !isClosed, !isSilent else { return [] }
        input += bytes
        while !isClosed, !isSilent, takeNext() {}
        return takeOutput()
    }

    private mutating func takeOutput() -> [UInt8] {
        defer { output = [] }
        return output
    }

    private mutating func say(_ step: Step, _ usual: String) {
        let answer = mailCount > 1 && recovers ? nil : answers[step]
        switch answer {
        case .silence: isSilent = true
        case .close: isClosed = true
        case .reply(let text): output += Array((text + "\r\n").utf8)
        case nil: output += Array((usual + "\r\n").utf8)
        }
    }

    /// Whether what it would say at a step is of a class: `2` for a 2yz.
    private func says(_ class: Character, at step: Step) -> Bool {
        guard mailCount <= 1 || !recovers, let answer = answers[step] else {
            return `class` == (step == .data ? "3" : "2")
        }
        guard case .reply(let text) = answer else { return false }
        return text.first == `class` && text.dropFirst(3).first != "!"
    }

    private mutating func takeNext() -> Bool {
        if let chunk { return takeChunk(chunk.left, isLast: chunk.isLast) }
        guard let end = input.firstIndex(of: 10) else { return false }
        let line = Array(input[...end])
        input.removeFirst(line.count)
        if isInData { takeLine(line) } else { takeCommand(line) }
        return true
    }

    private mutating func takeCommand(_ line: [UInt8]) {
        guard line.suffix(2) == [13, 10], line.dropLast(2).allSatisfy({ $0 != 13 && $0 != 0 }) else {
            offences.append("a line end: \(line)")
            return
        }
        let text = String(decoding: line.dropLast(2), as: UTF8.self)
        commands.append(text)
        let verb = text.prefix { $0 != " " }
        switch verb {
        case "EHLO" where dialogue == .smtp, "LHLO" where dialogue == .lmtp:
            let all = ["peer at your service"] + (isWithinTLS ? offersWithinTLS : offers)
            let lines = all.enumerated().map { "250\($0.offset == all.count - 1 ? " " : "-")\($0.element)" }
            say(.hello, lines.joined(separator: "\r\n"))
        case "HELO" where dialogue == .smtp: say(.helo, "250 peer")
        case "STARTTLS": say(.startTLS, "220 go ahead")
        case "AUTH": say(.auth, "235 2.7.0 welcome")
        case "MAIL": takeMail()
        case "RCPT": takeRecipient(text)
        case "DATA":
            if !hasMail || recipients.isEmpty {
                say(.data, "503 5.5.1 no recipients")
            } else {
                say(.data, "354 go ahead")
            }
            isInData = says("3", at: .data) && (hasMail && !recipients.isEmpty || answers[.data] != nil)
        case "BDAT": beginChunk(text)
        case "RSET":
            forget()
            say(.reset, "250 2.0.0 reset")
        case "QUIT":
            saidQuit = true
            output += Array("221 2.0.0 bye\r\n".utf8)
            isClosed = true
        default:
            offences.append(text)
            output += Array("500 5.5.2 what?\r\n".utf8)
        }
    }

    private mutating func forget() {
        hasMail = false
        recipients = []
        recipientCount = 0
        message = []
        chunkCount = 0
        isChunkRefused = false
    }

    private mutating func takeMail() {
        if hasMail { offences.append("MAIL within a mail") }
        forget()
        mailCount += 1
        hasMail = says("2", at: .mail)
        say(.mail, "250 2.1.0 sender ok")
    }

    private mutating func takeRecipient(_ text: String) {
        let step = Step.recipient(recipientCount)
        recipientCount += 1
        guard hasMail else { return say(.mail, "503 5.5.1 MAIL first") }
        if says("2", at: step) {
            recipients.append(String(text.drop { $0 != "<" }.dropFirst().prefix { $0 != ">" }))
        }
        say(step, "250 2.1.5 recipient ok")
    }

    private mutating func takeLine(_ line: [UInt8]) {
        if line.suffix(2) != [13, 10] || line.dropLast(2).contains(13) {
            offences.append("a stray line end")
        }
        guard line != [46, 13, 10] else {
            isInData = false
            return takeMessage()
        }
        message += line.first == 46 ? line.dropFirst() : line[...]
    }

    private mutating func takeMessage() {
        let recipients = recipients
        let isEmpty = recipients.isEmpty
        var taken: [String] = []
        let count = dialogue == .lmtp && !isEmpty ? recipients.count : 1
        for index in 0..<count where !isClosed && !isSilent {
            if !isEmpty, !isChunkRefused, says("2", at: .end(index)) {
                taken += dialogue == .lmtp ? [recipients[index]] : recipients
            }
            if isEmpty {
                output += Array("554 5.5.1 no valid recipients\r\n".utf8)
            } else if isChunkRefused {
                output += Array("503 5.5.1 a chunk failed\r\n".utf8)
            } else {
                say(.end(index), "250 2.0.0 taken as \(index)")
            }
        }
        if !taken.isEmpty { delivered.append((taken, message)) }
        let wasRefused = isChunkRefused
        forget()
        isChunkRefused = wasRefused
        hasMail = wasRefused
    }

    private mutating func beginChunk(_ text: String) {
        let words = text.split(separator: " ")
        guard words.count >= 2, let count = Int(words[1]) else {
            offences.append(text)
            return
        }
        chunk = (count, words.count == 3 && words[2] == "LAST")
        if !hasMail || recipients.isEmpty { offences.append("BDAT without recipients") }
    }

    private mutating func takeChunk(_ left: Int, isLast: Bool) -> Bool {
        let now = min(left, input.count)
        message += input.prefix(now)
        input.removeFirst(now)
        guard now == left else {
            chunk = (left - now, isLast)
            return false
        }
        chunk = nil
        if isLast {
            takeMessage()
        } else if isChunkRefused {
            output += Array("503 5.5.1 a chunk failed\r\n".utf8)
        } else {
            let step = Step.chunk(chunkCount)
            if !says("2", at: step) { isChunkRefused = true }
            say(step, "250 2.0.0 \(now) octets")
            chunkCount += 1
        }
        return true
    }
}
