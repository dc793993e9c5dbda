import ContentChecks
import Delivery
import Platform
import Settings

/// Whether the spam scanners call spam what everybody calls so.
struct SpamCheckups {
    let configuration: Configuration

    func run(_ tell: (Checkup) -> Void) {
        let spamd = configuration.checks.spamd
        if spamd.servers.isEmpty { tell(Checkup("spamd", .off, "no server (checks.spamd.server)")) }
        for server in spamd.servers {
            let scanner = SpamdScanner(servers: [server])
            look("spamd", server.text, spamd.timeout, tell) { message, deadline throws(ScannerFailure) in
                try scanner.check(message, user: nil, until: deadline)
            }
        }
        let rspamd = configuration.checks.rspamd
        if rspamd.servers.isEmpty { tell(Checkup("rspamd", .off, "no server (checks.rspamd.server)")) }
        let password: String?
        switch RspamdPassword(rspamd) {
        case .none: password = nil
        case .known(let text): password = text
        case .unreadable(let reason):
            return tell(Checkup("rspamd", .failure, reason, advice: "checks.rspamd.password-file"))
        }
        for server in rspamd.servers {
            let scanner = RspamdScanner(servers: [server], password: password)
            let envelope = ScannedEnvelope(sender: "postmaster@localhost", recipient: "postmaster@localhost")
            look("rspamd", server.text, rspamd.timeout, tell) { message, deadline throws(ScannerFailure) in
                try scanner.check(message, envelope, until: deadline)
            }
        }
    }

    private typealias Question = (borrowing ScannedMessage, Deadline) throws(ScannerFailure) -> SpamAnswer

    private func look(
        _ subject: String, _ server: String, _ seconds: Int, _ tell: (Checkup) -> Void, _ ask: Question
    ) {
        let message = ScannedMessage(SharedBytes(ScannerSamples.spam))
        let start = SteadyTime.now()
        do throws(ScannerFailure) {
            let answer = try ask(message, Deadline(milliseconds: seconds * 1000))
            let took = SteadyTime.now().milliseconds - start.milliseconds
            if answer.isSpam {
                tell(
                    Checkup(
                        subject, server, .ok, "calls GTUBE spam: \(answer.score) of \(answer.threshold)",
                        milliseconds: took))
            } else {
                tell(
                    Checkup(
                        subject, server, .failure,
                        "does not call GTUBE spam: \(answer.score) of \(answer.threshold) \(answer.action)",
                        advice: "load its rules (SpamAssassin: 20_body_tests.cf; rspamd: gtube_patterns)"))
            }
        } catch {
            tell(Checkup(subject, server, .failure, "\(error)", advice: error.advice(0)))
        }
    }
}
