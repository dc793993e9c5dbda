import ContentChecks
import Delivery
import Platform
import Settings

/// Whether the virus scanners find what they are to find.
struct VirusCheckups {
    let configuration: Configuration

    func run(_ tell: (Checkup) -> Void) {
        let clamd = configuration.checks.clamd
        if clamd.servers.isEmpty { tell(Checkup("clamd", .off, "no server (checks.clamd.server)")) }
        for server in clamd.servers {
            let scanner = ClamdScanner(servers: [server], method: ClamdScanner.Method(clamd.method))
            look("clamd", server.text, seconds: clamd.timeout, tell) {
                message, deadline throws(ScannerFailure) in
                try scanner.scan(message, until: deadline)
            }
        }
        let icap = configuration.checks.icap
        if icap.servers.isEmpty { tell(Checkup("icap", .off, "no server (checks.icap.server)")) }
        for service in icap.servers {
            let scanner = ICAPScanner(services: [service])
            look("icap", service.text, seconds: icap.timeout, tell) {
                message, deadline throws(ScannerFailure) in
                try scanner.scan(message, until: deadline)
            }
        }
    }

    private typealias Question = (borrowing ScannedMessage, Deadline) throws(ScannerFailure) -> VirusAnswer

    private func look(
        _ subject: String, _ server: String, seconds: Int, _ tell: (Checkup) -> Void, _ ask: Question
    ) {
        let start = SteadyTime.now()
        guard
            let answer = answer(subject, server, ScannerSamples.virus(), seconds: seconds, tell, ask)
        else { return }
        let took = SteadyTime.now().milliseconds - start.milliseconds
        guard case .found(let name) = answer else {
            return tell(
                Checkup(
                    subject, server, .failure, "calls the EICAR test file clean",
                    advice: "load its signature databases, and see that it looks into mail"))
        }
        tell(Checkup(subject, server, .ok, "finds \(name)", milliseconds: took))
        if case .found(let name)? = self.answer(
            subject, server, ScannerSamples.harmless, seconds: seconds, tell, ask)
        {
            tell(
                Checkup(
                    subject, server, .failure, "finds \(name) in a message of one line",
                    advice: "its signatures or its configuration are not fit for use"))
        }
        lookAtLimits(subject, server, seconds: seconds, tell, ask)
    }

    /// Whether it looks at the largest message that we take, to its end.
    private func lookAtLimits(
        _ subject: String, _ server: String, seconds: Int, _ tell: (Checkup) -> Void, _ ask: Question
    ) {
        let limit = configuration.mail.maxSize
        guard limit > 0 else {
            return tell(
                Checkup(
                    subject, server, .warning, "messages of any size are taken, and it has limits",
                    advice:
                        "set mail.max-size to what it looks at (StreamMaxLength, MaxFileSize, MaxScanSize)"))
        }
        let size = min(limit, Self.largestSample)
        let shown = "\(size) bytes"
        let sample = ScannerSamples.virus(behind: size - 1024)
        switch answer(subject, server, sample, seconds: seconds, tell, ask) {
        case nil: break
        case .clean:
            tell(
                Checkup(
                    subject, server, .failure, "overlooks a virus at the end of a message of \(shown)",
                    advice:
                        "raise its MaxFileSize and MaxScanSize above mail.max-size, and set AlertExceedsMax"))
        case .found: tell(Checkup(subject, server, .ok, "looks at a message of \(shown) to its end"))
        }
    }

    /// Bytes; a larger question is not asked.
    private static var largestSample: Int { 256 << 20 }

    private func answer(
        _ subject: String, _ server: String, _ octets: [UInt8], seconds: Int, _ tell: (Checkup) -> Void,
        _ ask: Question
    ) -> VirusAnswer? {
        let message = ScannedMessage(SharedBytes(octets))
        do throws(ScannerFailure) {
            return try ask(message, Deadline(milliseconds: seconds * 1000))
        } catch {
            tell(Checkup(subject, server, .failure, "\(error)", advice: error.advice(octets.count)))
            return nil
        }
    }
}

extension ScannerFailure {
    /// What a person can do about it.
    func advice(_ size: Int) -> String {
        switch reason {
        case .unreachable: "is it running, and may this user reach its socket?"
        case .tooSlow: "see its load, or raise the timeout of this check"
        case .cutOff where size > 1 << 20, .declined where size > 1 << 20:
            "raise its limits (clamd: StreamMaxLength) above mail.max-size, or lower that"
        case .cutOff: "see its own log"
        case .unintelligible: "is this the socket of this scanner?"
        case .declined: "see its own log: it could not look at the message"
        case .crashed: "see the log of the system"
        }
    }
}
