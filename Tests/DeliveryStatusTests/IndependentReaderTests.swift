import MailMessage
import Platform
import TestSupport
import Testing

@testable import DeliveryStatus

@Suite(.enabled(if: IndependentReader.exists, "needs python3")) struct IndependentReaderTests {
    private func fields(_ block: [[String]]?) -> [String: String] {
        (block ?? []).reduce(into: [:]) { $0[$1.first ?? ""] = $1.last }
    }

    @Test("another reader sees a report, its recipients and the original", arguments: [LineEnd.lf, .crlf])
    func report(_ lineEnd: LineEnd) throws {
        var recipient = DeliveryReport.Recipient(
            "joe@example.org", action: .failed, status: .unknownUser,
            reason: String(repeating: "long words ", count: 50))
        recipient.remoteReply = .init(
            host: "mx.remote.example", text: "550 5.1.1 no\r\nBcc: evil@example.com\r\n\r\nbody")
        let composed = try DeliveryStatusTests.report([recipient]).composed(lineEnd: lineEnd)
        let message = try IndependentReader.read(composed)
        #expect(message.type == "multipart/report")
        #expect(message.parameters["report-type"] == "delivery-status")
        #expect(message.defects == [])
        #expect(message.values("Subject") == ["Undelivered Mail Returned to Sender"])
        #expect(message.values("Auto-Submitted") == ["auto-replied"])
        #expect(message.values("Bcc") == [])
        #expect(message.from == ["MAILER-DAEMON@mx.example.org"])
        #expect(message.to == ["s@example.com"])
        #expect(message.date == 1_700_000_000)
        let types = message.parts.map(\.type)
        #expect(types == ["text/plain", "message/delivery-status", "message/rfc822"])
        #expect(message.parts.allSatisfy { $0.defects == [] })
        let blocks = try #require(message.parts[1].blocks)
        #expect(blocks.count == 2)
        let block = fields(blocks.last)
        #expect(block["Final-Recipient"] == "rfc822; joe@example.org")
        #expect(block["Action"] == "failed")
        #expect(block["Status"] == "5.1.1")
        #expect(block["Remote-MTA"] == "dns; mx.remote.example")
        #expect(block["Diagnostic-Code"] == "smtp; 550 5.1.1 no Bcc: evil@example.com body")
        #expect(message.parts[2].bytes.filter { $0 != 0x0D } == original)
    }

    @Test("another reader sees an international report")
    func international() throws {
        let recipient = DeliveryReport.Recipient(
            "jürgen@example.org", action: .delayed, status: .noAnswer, reason: "später")
        let message = try IndependentReader.read(
            DeliveryStatusTests.report([recipient], to: "größe@example.org").composed())
        #expect(message.to == ["größe@example.org"])
        let types = message.parts.map(\.type)
        #expect(types == ["text/plain", "message/global-delivery-status", "message/rfc822"])
        #expect(message.parts[0].text.contains("<jürgen@example.org>: später (4.4.1)"))
        let block = fields(message.parts[1].blocks?.last)
        #expect(block["Final-Recipient"] == "utf-8; jürgen@example.org")
        #expect(block["Diagnostic-Code"] == "x-postmaster; später")
    }

    @Test("another reader sees a notice about a script")
    func notice() throws {
        let notice = ScriptErrorNotice(
            identity, from: try address("postmaster@example.org"), to: try address("joe@example.org"),
            script: "größe.sieve",
            diagnostics: ["1:1: error: ünknown"])
        let message = try IndependentReader.read(notice.composed(lineEnd: .crlf))
        #expect(message.defects == [])
        #expect(message.values("Subject") == ["Error in your mail filter größe.sieve"])
        #expect(message.text?.contains("1:1: error: ünknown") == true)
    }

    @Test("another reader, and the grammar, agree with hundreds of reports of all kinds")
    func manyReports() throws {
        var generator = SeededGenerator(seed: 0x3464)
        let cases = (0..<800).map { SampleReport(number: $0, using: &generator) }
        let readings = try IndependentReader.read(cases.map(\.composed))
        #expect(readings.count == cases.count)
        var problems: [String] = []
        for (sample, reading) in zip(cases, readings) {
            problems += sample.problems(in: reading).map { "report \(sample.number): \($0)" }
        }
        print("reports: \(cases.count) generated and read by another parser, \(problems.count) problems")
        #expect(problems.prefix(20) == [])
    }
}
