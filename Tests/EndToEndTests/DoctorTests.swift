import Foundation
import TestSupport
import Testing

/// `postmasterctl doctor`, with scanners that work, and with those that do not.
@Suite("postmasterctl doctor")
struct DoctorTests {
    private static let eicar = [
        #"X5O!P%@AP[4\PZX54(P^)7CC)7}$"# + "EICAR-STANDARD-", "ANTIVIRUS-TEST-FILE!" + "$H+H*",
    ].joined()

    private struct Checkup: Decodable {
        let subject: String
        let object: String
        let state: String
        let text: String
        let advice: String
    }

    private func examine(
        _ settings: [String], seconds: Double = 120
    ) throws -> (code: Int32?, seen: [Checkup]) {
        let words = settings.flatMap { ["-o", $0] }
        let done = try run(
            try Program.control.path(), ["doctor", "--json", "-c", "/dev/null"] + words, seconds: seconds)
        #expect(done.errors == "")
        return (done.code, try JSONDecoder().decode([Checkup].self, from: Data(done.output.utf8)))
    }

    private func states(of subject: String, _ seen: [Checkup]) -> [String] {
        seen.filter { $0.subject == subject }.map(\.state)
    }

    private func clamd(_ settings: [String] = []) throws -> ClamdDaemon {
        try ClamdDaemon(
            signatures: ["test.hsb": ClamdDaemon.signature("Eicar-Test", of: Array(Self.eicar.utf8))],
            settings: settings)
    }

    @Test("without checks there is nothing to ask")
    func nothing() throws {
        let (code, seen) = try examine([])
        #expect(code == 0)
        #expect(Set(seen.map(\.state)) == ["ok", "off"])
        #expect(seen.map(\.subject) == ["configuration", "clamd", "icap", "attachments", "spamd", "rspamd"])
    }

    @Test("a clamd that finds EICAR, and looks at the largest message to its end")
    func soundClamd() throws {
        let clamd = try clamd()
        for server in [clamd.local, clamd.network] {
            let (code, seen) = try examine(["checks.clamd.server=\(server)", "mail.max-size=10M"])
            #expect(code == 0)
            #expect(states(of: "clamd", seen) == ["ok", "ok"])
            #expect(seen.contains { $0.text.contains("Eicar-Test") })
            #expect(seen.contains { $0.text.contains("10485760 bytes to its end") })
        }
    }

    @Test("a clamd whose StreamMaxLength is below what we accept")
    func shortStreams() throws {
        let clamd = try clamd(["StreamMaxLength 1M"])
        let (code, seen) = try examine(
            ["checks.clamd.server=\(clamd.local)", "checks.clamd.method=stream", "mail.max-size=10M"])
        #expect(code == 1)
        #expect(states(of: "clamd", seen) == ["ok", "failure"])
        #expect(seen.last { $0.subject == "clamd" }?.advice.contains("StreamMaxLength") == true)
    }

    @Test("a clamd that calls what is beyond its limits clean")
    func overlooked() throws {
        let clamd = try clamd(["MaxFileSize 1M", "MaxScanSize 1M"])
        let (code, seen) = try examine(["checks.clamd.server=\(clamd.local)", "mail.max-size=10M"])
        #expect(code == 1)
        #expect(states(of: "clamd", seen) == ["ok", "failure"])
        #expect(seen.last { $0.subject == "clamd" }?.advice.contains("MaxFileSize") == true)
    }

    @Test("a clamd without a signature for EICAR, and none at all")
    func blind() throws {
        let clamd = try ClamdDaemon(
            signatures: ["test.hsb": ClamdDaemon.signature("Other", of: Array("another file".utf8))])
        #expect(states(of: "clamd", try examine(["checks.clamd.server=\(clamd.local)"]).seen) == ["failure"])
        clamd.stop()
        let (code, seen) = try examine(["checks.clamd.server=\(clamd.local)"])
        #expect(code == 1)
        #expect(states(of: "clamd", seen) == ["failure"])
        #expect(seen.last { $0.subject == "clamd" }?.text.contains("unreachable") == true)
    }

    @Test("a clamd that stands still")
    func hanging() throws {
        let clamd = try clamd()
        clamd.freeze(true)
        defer { clamd.freeze(false) }
        let (code, seen) = try examine(["checks.clamd.server=\(clamd.local)", "checks.clamd.timeout=2s"])
        #expect(code == 1)
        #expect(seen.last { $0.subject == "clamd" }?.text.contains("too slow") == true)
    }

    @Test("spamd and rspamd that call GTUBE spam, and a socket of another kind")
    func spam() throws {
        let spamd = try SpamdDaemon()
        let rspamd = try RspamdDaemon()
        var (code, seen) = try examine(
            ["checks.spamd.server=\(spamd.local)", "checks.rspamd.server=\(rspamd.network)"])
        #expect(code == 0)
        #expect(states(of: "spamd", seen) == ["ok"])
        #expect(states(of: "rspamd", seen) == ["ok"])
        (code, seen) = try examine(["checks.spamd.server=\(rspamd.local)", "checks.spamd.timeout=3s"])
        #expect(code == 1)
        #expect(states(of: "spamd", seen) == ["failure"])
    }

    @Test("attachments are seen for what they are")
    func attachments() throws {
        let (code, seen) = try examine(["checks.attachments.forbidden-names=*.exe"])
        #expect(code == 0)
        #expect(states(of: "attachments", seen) == ["ok"])
        let broken = try examine([
            "checks.attachments.forbidden-names=*.exe", "checks.attachments.program=/bin/false",
        ])
        #expect(broken.code == 1)
        #expect(states(of: "attachments", broken.seen) == ["failure"])
    }

    @Test("what is asked of the checks must fit together")
    func policies() throws {
        let (code, seen) = try examine([
            "checks.clamd.server=unix:/nonexistent/clamd.ctl", "checks.clamd.timeout=10m",
            "checks.clamd.on-virus=reject", "checks.quarantine=hold", "spool.mode=tempfail",
        ])
        #expect(code == 1)
        #expect(states(of: "deadline", seen) == ["warning"])
        #expect(states(of: "policy", seen) == ["warning"])
        #expect(states(of: "quarantine", seen) == ["warning"])
    }

    @Test("for people, one line each with what to do about it")
    func text() throws {
        let done = try run(
            try Program.control.path(),
            ["doctor", "-c", "/dev/null", "-o", "checks.clamd.server=unix:/nonexistent/clamd.ctl"])
        #expect(done.code == 1)
        let lines = done.output.split(separator: "\n")
        #expect(lines.contains { $0.hasPrefix("failure  clamd unix:/nonexistent/clamd.ctl: ") })
        #expect(lines.contains { $0.hasPrefix("         is it running") })
        #expect(lines.contains { $0.hasPrefix("off      icap: ") })
    }
}
