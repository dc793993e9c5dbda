import DeliveryStatus
import MailMessage
import Maildir
import Platform
import Settings
import Spool
import Testing

@testable import Delivery

@Suite struct IntakeTests {
    /// What came of an intake.
    struct Taken {
        let message: [UInt8]
        let isStaged: Bool
        let usedScratch: Bool
        let bareLineEnds: Int
        let size: Int
        let sender: String
        let traceFields: [UInt8]
        /// The file in `tmp/`, while it is there.
        let stagedBytes: [UInt8]
        /// What was left to be read.
        let unread: Int
    }

    private let temporary: TemporaryDirectory
    private var configuration = Configuration()

    init() throws {
        temporary = try TemporaryDirectory()
        configuration.delivery.memory = 4096
    }

    private func take(_ input: [UInt8], closed: Bool = false, mailDirectory: String? = nil) throws -> Taken {
        var request = DeliveryRequest()
        request.mailDirectory = mailDirectory ?? temporary.path("Maildir")
        let destination = try DestinationLookup(request: request, configuration: configuration).find()
        let mailbox =
            closed
            ? MailboxState.closed(reason: "closed", status: .mailboxTrouble)
            : MailboxState(configuration: configuration, destination: destination, creating: true)
        let intake = Intake(
            configuration: configuration,
            resolution: EnvelopeResolution(
                request: request, variables: EnvelopeVariables { _ in nil }, hostName: "h.example"),
            userName: "bob", sizeLimit: configuration.mail.maxSize)
        let file = try OwnedFileDescriptor(reading: temporary.write("input", input))
        var usedScratch = false
        let arrival = try intake.read(from: file.raw, mailbox: mailbox) { () throws(SpoolError) in
            usedScratch = true
            return try scratch()
        }
        let bytes = arrival.message.bytes
        let staged =
            try temporary.names("Maildir/tmp").first.map { try temporary.bytes("Maildir/tmp/\($0)") } ?? []
        return Taken(
            message: bytes.array(0..<bytes.count), isStaged: arrival.staged != nil, usedScratch: usedScratch,
            bareLineEnds: arrival.bareLineEnds, size: arrival.size, sender: arrival.envelope.senderText,
            traceFields: arrival.traceFields, stagedBytes: staged,
            unread: try file.readAll(limit: 1 << 24, path: "input").count)
    }

    private func scratch() throws(SpoolError) -> OwnedFileDescriptor {
        try SpoolDirectory(opening: temporary.path("spool"), owner: Identity.current().user, creating: true)
            .scratchFile()
    }

    /// A message of exactly so many bytes.
    private func text(_ count: Int) -> [UInt8] {
        let head = Array("Subject: x\n\n".utf8)
        return head
            + (0..<(count - head.count)).map { $0 % 60 == 59 ? 10 : UInt8(truncatingIfNeeded: $0) | 0x40 }
    }

    @Test(
        "what the memory holds stays there, a byte more goes to disk",
        arguments: [
            (12, false), (4094, false), (4095, false), (4096, true), (4097, true), (4500, true),
            (300_000, true),
        ])
    func bound(count: Int, isOnDisk: Bool) throws {
        let input = text(count)
        let taken = try take(input)
        #expect(taken.message == input)
        // A buffer that is full may have an end or not: so exactly full counts as more.
        #expect(taken.isStaged == isOnDisk)
        #expect(!taken.usedScratch)
        #expect(taken.unread == 0)
        if isOnDisk { #expect(taken.stagedBytes == taken.traceFields + input) }
    }

    @Test(
        "a large message goes to the spool's scratch file where the mailbox is closed",
        arguments: [4096, 4097, 300_000])
    func closed(count: Int) throws {
        let input = text(count)
        let taken = try take(input, closed: true)
        #expect(taken.message == input)
        #expect(!taken.isStaged && taken.usedScratch)
        #expect(temporary.names("spool/\(Identity.current().user)/tmp") == [])
    }

    @Test("a small message needs no scratch file though the mailbox is closed")
    func closedSmall() throws {
        let taken = try take(text(1000), closed: true)
        #expect(!taken.usedScratch && taken.message.count == 1000)
    }

    @Test("a mailbox without a place for new files is no reason to refuse")
    func noTemporaryDirectory() throws {
        try temporary.makeDirectory("Maildir", permissions: 0o700)
        try temporary.write("Maildir/tmp", "in the way")
        let input = text(5000)
        let taken = try take(input)
        #expect(taken.message == input && taken.usedScratch && !taken.isStaged)
    }

    @Test("what can be kept nowhere is refused, and read to its end", arguments: [4096, 1_000_000])
    func nowhere(count: Int) throws {
        try temporary.write("spool", "in the way")
        let file = try OwnedFileDescriptor(reading: temporary.write("large", text(count)))
        let intake = Intake(
            configuration: configuration,
            resolution: EnvelopeResolution(
                request: DeliveryRequest(), variables: EnvelopeVariables { _ in nil }, hostName: "h"),
            userName: "bob", sizeLimit: configuration.mail.maxSize)
        #expect(throws: IntakeFailure.self) {
            let closed = MailboxState.closed(reason: "", status: .mailboxTrouble)
            _ = try intake.read(from: file.raw, mailbox: closed) { () throws(SpoolError) in try scratch() }
        }
        #expect(try file.readAll(limit: 1 << 24, path: "").isEmpty)
    }

    @Test("an input that cannot be read is refused")
    func unreadable() throws {
        let intake = Intake(
            configuration: configuration,
            resolution: EnvelopeResolution(
                request: DeliveryRequest(), variables: EnvelopeVariables { _ in nil }, hostName: "h"),
            userName: "bob", sizeLimit: configuration.mail.maxSize)
        let directory = try Directory(opening: temporary.path)
        #expect(throws: IntakeFailure.self) {
            let closed = MailboxState.closed(reason: "", status: .mailboxTrouble)
            _ = try intake.read(from: directory.descriptor.raw, mailbox: closed) { () throws(SpoolError) in
                try scratch()
            }
        }
    }

    @Test(
        "a From_ line is no part of the message, in memory and on disk, and tells the sender",
        arguments: [50, 10_000])
    func fromLine(count: Int) throws {
        let input = text(count)
        let taken = try take(Array("From alice@example.net Sun Nov 22 10:00:00 2026\n".utf8) + input)
        #expect(taken.message == input)
        #expect(taken.sender == "alice@example.net")
        #expect(taken.isStaged == (count > 4096))
        if taken.isStaged { #expect(taken.stagedBytes == taken.traceFields + input) }
    }

    @Test("only the first From_ line goes")
    func twoFromLines() throws {
        let taken = try take(Array("From a@b x\nFrom c@d y\nSubject: x\n\n".utf8))
        #expect(taken.message == Array("From c@d y\nSubject: x\n\n".utf8))
    }

    @Test(
        "the size counts CR LF for each line end, in pieces of any length",
        arguments: [("", 0), ("a\nb\n", 2), ("a\r\nb\r\n", 0), ("a\rb\n\n\r\n", 2)])
    func lineEnds(text: String, bare: Int) throws {
        for repetitions in [1, 2000, 70_000] {
            let input = Array(String(repeating: text, count: repetitions).utf8)
            let taken = try take(input)
            #expect(taken.bareLineEnds == bare * repetitions)
            #expect(taken.size == input.count + bare * repetitions)
            #expect(taken.message == input)
        }
    }

    @Test("any bytes come through unchanged", arguments: 0..<6)
    func anyBytes(seed: UInt64) throws {
        var random = Random(seed)
        for limit in [0, 10, 4000, 5000, 200_000] {
            let input = [UInt8(ascii: "X")] + random.bytes(upTo: limit, marks: "\n\r\0: ")
            #expect(try take(input).message == input)
        }
    }

    @Test("the header is trusted for the envelope only if the site says so", arguments: [false, true])
    func trust(isTrusted: Bool) throws {
        var test = self
        test.configuration.delivery.trustHeaders = isTrusted
        let taken = try test.take(Array("Return-Path: <alice@example.net>\nReceived: x\n\n".utf8))
        #expect(taken.sender == (isTrusted ? "alice@example.net" : ""))
    }
}
