import Foundation
import Testing

/// A spool with its owner, `nobody`, and a sendmail program.
struct Queue {
    let site: DeliverySite
    let sendmail: FakeSendmail

    init() throws {
        site = try DeliverySite()
        sendmail = try FakeSendmail(in: site.workplace)
    }

    private var settings: [String] {
        [
            "-o", "spool.directory=\(site.workplace["spool"])", "-o", "transport.sendmail=\(sendmail.path)",
            "-o", "log.target=file:\(site.workplace["log"])",
        ]
    }

    func deliver(
        _ message: Data, rules: String = "keep;", sender: String = "alice@example.org", more: [String] = []
    ) throws -> Completed {
        let script = try site.workplace.write(rules, to: "rules.sieve")
        let words = [
            "--mail-dir", site.maildir, "--script", script, "-f", sender, "-r", "reader@example.net",
        ]
        return try run(
            try site.workplace.program(.postmaster), words + settings + more, input: message, user: .nobody)
    }

    /// Delivers a message, made too large for the quota; gives the entry's name.
    func `defer`(_ message: Data, sender: String = "alice@example.org") throws -> String {
        let before = try list().compactMap { $0["id"] as? String }
        let large = message + Data((String(repeating: "0123456789abcdef", count: 64) + "\n").utf8)
        let completed = try deliver(large, sender: sender, more: ["-o", "quota.limit=1K"])
        let after = try list().compactMap { $0["id"] as? String }
        guard completed.code == 0, let id = after.first(where: { !before.contains($0) }) else {
            throw Obstacle("nothing was deferred: \(completed)")
        }
        return id
    }

    func control(_ words: [String]) throws -> Completed {
        let options = settings
        let command = words.prefix(2)
        // It lies beside the other, which starts it.
        _ = try site.workplace.program(.retry)
        return try run(
            try site.workplace.program(.control), command + options + words.dropFirst(2), user: .nobody)
    }

    func metrics(_ words: [String]) throws -> Completed {
        try run(try site.workplace.program(.control), ["metrics"] + settings + words, user: .nobody)
    }

    func list() throws -> [[String: Any]] {
        let completed = try control(["queue", "list", "--json"])
        guard completed.code == 0 else { throw Obstacle("the queue cannot be listed: \(completed.errors)") }
        let object = try JSONSerialization.jsonObject(with: Data(completed.output.utf8))
        return try #require(object as? [[String: Any]])
    }

    @discardableResult
    func sweep(_ words: [String] = ["--now"], status: Int32 = 0) throws -> Completed {
        let completed = try run(try site.workplace.program(.retry), words + settings, user: .nobody)
        #expect(completed.code == status, "\(completed.output)\(completed.errors)")
        return completed
    }
}
