import Platform

/// What the end of a sendmail program means (`sysexits.h`).
///
/// Permanent is only what says that this message, or an address of it, is at fault. Everything else may be the
/// fault of this machine today, and is tried again.
extension TransportResult {
    init(_ result: ChildProcess.Result, program: String) {
        let said = TransportText.firstLine(of: result.output)
        func failure(_ status: String, _ meaning: String) -> TransportFailure {
            TransportFailure(
                status: status, text: said.isEmpty ? "\(program): \(meaning)" : said, cause: .program,
                peer: program)
        }
        switch result.ending {
        case .outOfTime:
            // What it said before is no reason; that it never came to an end is.
            self = .temporaryFailure(
                TransportFailure(
                    status: "4.4.7", text: "\(program) took too long", cause: .timeout, peer: program))
        case .signalled(let signal):
            self = .temporaryFailure(failure("4.3.0", "ended by signal \(signal)"))
        case .exited(0): self = .accepted(TransportReceipt(peer: program))
        case .exited(64): self = .permanentFailure(failure("5.5.4", "wrong usage (64)"))
        case .exited(65): self = .permanentFailure(failure("5.6.0", "message refused (65)"))
        case .exited(67): self = .permanentFailure(failure("5.1.1", "unknown user (67)"))
        case .exited(68): self = .permanentFailure(failure("5.1.2", "unknown host (68)"))
        case .exited(77): self = .permanentFailure(failure("5.7.1", "not permitted (77)"))
        case .exited(let code): self = .temporaryFailure(failure("4.3.0", "exit status \(code)"))
        }
    }
}
