import ContentChecks
import MailMessage
import Platform

extension FuzzChecks {
    /// What spam scanners say, now and before the message came here. The first octet says which of them it
    /// is, the second one where the answer is divided.
    ///
    /// An answer is the same however it is divided, and has finite numbers and words that are fit for a log;
    /// each field of a scanner is either trusted or forged.
    package static func spamScanners(_ octets: [UInt8]) {
        guard octets.count >= 2 else { return }
        let answer = octets[2...]
        let middle = answer.startIndex + Int(octets[1]) * answer.count / 256
        let pieces = [answer[..<middle], answer[middle...]].map(Array.init)
        switch octets[0] % 3 {
        case 0:
            let whole = spamd([Array(answer)])
            precondition(whole == spamd(pieces))
            check(whole)
        case 1:
            let whole = rspamd([Array(answer)])
            precondition(whole == rspamd(pieces))
            check(whole)
        default: upstream(Array(answer))
        }
    }

    private typealias Said = Result<SpamAnswer, ScannerFailure>

    private static func spamd(_ pieces: [[UInt8]]) -> Said {
        var reply = SpamdReply(of: "spamd")
        for piece in pieces { reply.take(piece) }
        reply.end()
        return Said { () throws(ScannerFailure) in try reply.answer() }
    }

    private static func rspamd(_ pieces: [[UInt8]]) -> Said {
        var reply = RspamdReply(of: "rspamd")
        for piece in pieces { reply.take(piece) }
        reply.end()
        return Said { () throws(ScannerFailure) in try reply.answer() }
    }

    private static func check(_ said: Said) {
        func isFit(_ text: String) -> Bool { text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F } }
        switch said {
        case .success(let answer):
            precondition(answer.score.isFinite && answer.threshold.isFinite && 0...1 ~= answer.fraction)
            precondition(answer.symbols.count <= SpamAnswer.mostSymbols)
            precondition(([answer.action] + answer.symbols).allSatisfy(isFit))
        case .failure(let failure): precondition(isFit(failure.description))
        }
    }

    private static func upstream(_ octets: [UInt8]) {
        let message = Message(SharedBytes(octets))
        let named = message.count(named: "X-S")
        for placement in UpstreamFields.Placement.allCases {
            let fields = UpstreamFields(
                hosts: ["mx", "::1", "192.0.2.1"], names: ["X-S"], placement: placement)
            let (trusted, forged) = fields.judge(message)
            precondition(trusted.count + forged.count == named)
            precondition(trusted.allSatisfy { !forged.contains($0) })
        }
    }
}
