import MailMessage
import Platform
import Testing

@testable import Sieve

/// A message to Bob that may be answered.
let answerableMessage = """
    From: "Ann Field" <ann@example.org>
    To: bob@example.net
    Subject: Tulips
    Message-ID: <1@example.org>
    Date: Fri, 21 Nov 1997 09:55:06 -0600

    Have a look.
    """

func address(_ text: String) throws -> MailAddress {
    try #require(MailAddress(oneOf: text))
}

/// What responses are decided on.
struct ResponseCase {
    var message = answerableMessage
    var sender = "ann@example.org"
    var recipient = "bob@example.net"
    var originalRecipient: String?
    var owner: String?
    var aliases: [String] = []
    var lineEnds = LineEndStyle.lf

    func context() throws -> ResponseContext {
        ResponseContext(
            message: Message(SharedBytes([UInt8](message.utf8))),
            envelope: SieveEnvelope(
                sender: sender, recipient: recipient, originalRecipient: originalRecipient),
            owner: ScriptOwner(
                address: try owner.map { try address($0) }, aliases: try aliases.map { try address($0) },
                postmaster: try address("postmaster@example.net")),
            stamp: ResponseStamp(
                date: MailDate(seconds: 1_000_000_000, zoneOffset: 3600), messageID: "<new@example.net>",
                boundarySeed: 1),
            lineEnds: lineEnds)
    }
}

extension Message {
    init(_ text: [UInt8]) { self.init(SharedBytes(text)) }

    /// The bodies of the fields of this name, decoded.
    func values(_ name: String) -> [String] {
        fields(named: name).map { decodedBody($0).text }
    }

    /// The body of the only field of this name, as it is on the wire but unfolded.
    func raw(_ name: String) -> String? {
        let fields = fields(named: name)
        return fields.count == 1 ? unfoldedBody(fields[0]).text : nil
    }

    var bodyText: String { bytes.array(header.bodyStart..<bytes.count).text }
}

/// The only action of a script, besides the implicit keep.
func action(_ script: String, _ change: (inout SieveCase) -> Void = { _ in }) throws -> SieveAction.Kind {
    var test = SieveCase(script)
    change(&test)
    let result = try #require(test.result(), "\(SieveCase.diagnostics(script))")
    #expect(result.failure == nil)
    let kinds = result.actions.filter { !$0.isImplicit }.map(\.kind)
    #expect(kinds.count == 1)
    return try #require(kinds.first)
}

/// Why a script fails when it runs on the ordinary message; nil if it does not.
func runtimeFailure(_ script: String, limits: SieveLimits = SieveLimits()) throws -> String? {
    var test = SieveCase(script)
    test.limits = limits
    let result = try #require(test.result(), "\(SieveCase.diagnostics(script))")
    return result.failure?.message
}

/// What is true of every message that is made: a header of fields with short lines, each thing once.
func expectSound(_ bytes: [UInt8]) throws {
    let message = Message(bytes)
    for name in [
        "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type",
    ] {
        #expect(message.count(named: name) == 1, "\(name)")
    }
    let header = bytes[..<message.header.bodyStart]
    #expect(header.allSatisfy { $0 < 0x80 && ($0 >= 0x20 || $0 == 0x0A || $0 == 0x0D || $0 == 0x09) })
    #expect(!bytes.contains(0))
    for line in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) { #expect(line.count <= 999) }
}

// MARK: Vacation

/// A vacation request as most tests want it.
func vacationRequest(_ change: (inout VacationRequest) -> Void = { _ in }) -> VacationRequest {
    var request = VacationRequest(reason: Array("I am away.".utf8), seconds: 604_800, handle: Array("h".utf8))
    change(&request)
    return request
}

func vacationDecision(
    _ request: VacationRequest = vacationRequest(), _ test: ResponseCase = ResponseCase(),
    _ settings: VacationSettings = VacationSettings()
) throws -> VacationDecision {
    VacationDecision(request, try test.context(), settings)
}

func vacationReply(
    _ request: VacationRequest = vacationRequest(), _ test: ResponseCase = ResponseCase(),
    _ settings: VacationSettings = VacationSettings()
) throws -> (reply: VacationReply, message: Message) {
    guard case .reply(let reply) = try vacationDecision(request, test, settings) else {
        Issue.record("suppressed: \(try vacationDecision(request, test, settings))")
        throw Absent()
    }
    return (reply, Message(reply.message.bytes))
}

struct Absent: Error {}
