import Foundation
import MailMessage
import Platform
import Testing

@testable import DeliveryStatus

/// Python's `email` package, as a reader that shares nothing with ours.
private enum IndependentReader {
    static let program = "/usr/bin/python3"
    static var exists: Bool { FileManager.default.isExecutableFile(atPath: program) }

    private static let script = """
        import email, email.policy, json, sys
        data = sys.stdin.buffer.read()
        m = email.message_from_bytes(data, policy=email.policy.SMTP.clone(raise_on_defect=False))
        def show(p):
            r = {"type": p.get_content_type(), "defects": [str(d) for d in p.defects], "fields": [[k, str(v)] for k, v in p.items()]}
            if p.is_multipart():
                r["parts"] = [show(q) for q in p.get_payload()]
            elif p.get_content_maintype() == "text":
                r["text"] = p.get_payload(decode=True).decode("utf-8", "replace")
            return r
        json.dump(show(m), sys.stdout)
        """

    static func read(_ message: [UInt8]) throws -> [String: Any] {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = ["-c", script]
        let input = Pipe()
        let output = Pipe()
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        try input.fileHandleForWriting.write(contentsOf: Data(message))
        try input.fileHandleForWriting.close()
        let json = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return try #require(try JSONSerialization.jsonObject(with: json) as? [String: Any])
    }
}

@Suite(.enabled(if: IndependentReader.exists, "needs python3")) struct IndependentReaderTests {
    private func parts(_ message: [String: Any]) -> [[String: Any]] {
        message["parts"] as? [[String: Any]] ?? []
    }

    private func fields(_ part: [String: Any]) -> [String: String] {
        (part["fields"] as? [[String]] ?? []).reduce(into: [:]) { $0[$1.first ?? ""] = $1.last }
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
        #expect(message["type"] as? String == "multipart/report")
        #expect(message["defects"] as? [String] == [])
        #expect(fields(message)["Subject"] == "Undelivered Mail Returned to Sender")
        #expect(fields(message)["Auto-Submitted"] == "auto-replied")
        #expect(fields(message)["Bcc"] == nil)
        let parts = parts(message)
        #expect(
            parts.map { $0["type"] as? String } == [
                "text/plain", "message/delivery-status", "message/rfc822",
            ])
        #expect(parts.allSatisfy { ($0["defects"] as? [String]) == [] })
        let blocks = self.parts(try #require(parts.dropFirst().first))
        #expect(blocks.count == 2)
        let block = fields(try #require(blocks.last))
        #expect(block["Final-Recipient"] == "rfc822; joe@example.org")
        #expect(block["Action"] == "failed")
        #expect(block["Status"] == "5.1.1")
        #expect(block["Diagnostic-Code"] == "smtp; 550 5.1.1 no Bcc: evil@example.com body")
        let inner = self.parts(try #require(parts.last))
        #expect(fields(try #require(inner.first))["Subject"] == "Hello")
    }

    @Test("another reader sees an international report")
    func international() throws {
        let recipient = DeliveryReport.Recipient(
            "jürgen@example.org", action: .delayed, status: .noAnswer, reason: "später")
        let message = try IndependentReader.read(DeliveryStatusTests.report([recipient]).composed())
        let parts = parts(message)
        #expect(
            parts.map { $0["type"] as? String } == [
                "text/plain", "message/global-delivery-status", "message/rfc822",
            ])
        #expect((parts.first?["text"] as? String)?.contains("<jürgen@example.org>: später (4.4.1)") == true)
    }

    @Test("another reader sees a notice about a script")
    func notice() throws {
        let notice = ScriptErrorNotice(
            identity, from: try address("postmaster@example.org"), to: try address("joe@example.org"),
            script: "größe.sieve",
            diagnostics: ["1:1: error: ünknown"])
        let message = try IndependentReader.read(notice.composed(lineEnd: .crlf))
        #expect(message["defects"] as? [String] == [])
        #expect(fields(message)["Subject"] == "Error in your mail filter größe.sieve")
        #expect((message["text"] as? String)?.contains("1:1: error: ünknown") == true)
    }
}
