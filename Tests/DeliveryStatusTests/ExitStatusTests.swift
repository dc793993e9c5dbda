import TestSupport
import Testing

@testable import DeliveryStatus

@Suite struct ExitStatusTests {
    @Test(
        "the verdicts, agent by agent",
        arguments: [
            // accepted, try again, unknown user, malformed, refused
            (nil, [0, 75, 67, 77, 77]), (.postfix, [0, 75, 67, 65, 77]), (.exim, [0, 75, 67, 77, 77]),
            (.sendmail, [0, 75, 67, 65, 77]), (.opensmtpd, [0, 75, 67, 77, 77]),
            (.qmail, [0, 111, 100, 100, 100]),
        ] as [(MailTransferAgent?, [CInt])])
    func table(_ agent: MailTransferAgent?, _ codes: [CInt]) {
        #expect(DeliveryVerdict.allCases.map { ExitStatus($0, for: agent).code } == codes)
    }

    /// What each agent makes of an exit status, from its own source or manual.
    private enum Reaction { case delivered, tryAgain, bounce }

    private func reaction(of agent: MailTransferAgent, to code: CInt) -> Reaction {
        if code == 0 { return .delivered }
        return switch (agent, code) {
        case (.postfix, 71), (.postfix, 75): .tryAgain
        case (.exim, 73), (.exim, 75): .tryAgain
        case (.sendmail, 71), (.sendmail, 74), (.sendmail, 75): .tryAgain
        case (.opensmtpd, 71), (.opensmtpd, 75): .tryAgain
        case (.qmail, 99): .delivered
        case (.qmail, 64), (.qmail, 65), (.qmail, 70), (.qmail, 76), (.qmail, 77), (.qmail, 78),
            (.qmail, 100), (.qmail, 112):
            .bounce
        case (.qmail, _): .tryAgain
        default: .bounce
        }
    }

    @Test("each agent does what the verdict says", arguments: MailTransferAgent.allCases)
    func reactions(_ agent: MailTransferAgent) {
        for verdict in DeliveryVerdict.allCases {
            let expected: Reaction =
                switch verdict {
                case .accepted: .delivered
                case .tryAgain: .tryAgain
                case .unknownUser, .malformed, .refused: .bounce
                }
            #expect(reaction(of: agent, to: ExitStatus(verdict, for: agent).code) == expected, "\(verdict)")
        }
    }

    @Test(
        "without a known agent, acceptance and another try mean the same to all of them",
        arguments: MailTransferAgent.allCases)
    func universal(_ agent: MailTransferAgent) {
        #expect(reaction(of: agent, to: ExitStatus(.accepted).code) == .delivered)
        #expect(reaction(of: agent, to: ExitStatus(.tryAgain).code) == .tryAgain)
        #expect(reaction(of: agent, to: ExitStatus(.refused).code) == .bounce)
        #expect(reaction(of: agent, to: ExitStatus(.unknownUser).code) != .delivered)
    }
}

@Suite struct StatusLineTests {
    private func line(_ status: EnhancedStatus, _ text: String) -> String {
        String(decoding: StatusLine.bytes(status, text), as: UTF8.self)
    }

    @Test(
        "one line of printable ASCII, whatever the text",
        arguments: [
            ("Mailbox is full", "4.2.2 Mailbox is full\n"), ("", "4.2.2 \n"), ("a\nb", "4.2.2 a b\n"),
            ("  a \r\n\t b ", "4.2.2 a b\n"), ("a\0\u{1B}[2Jb", "4.2.2 a [2Jb\n"),
            ("é\u{202E}x", "4.2.2 ??x\n"),
            ("\u{2028}a\u{85}b", "4.2.2 a b\n"), ("5.0.0 lie", "4.2.2 5.0.0 lie\n"),
        ])
    func table(_ text: String, _ expected: String) {
        #expect(line(.mailboxFull, text) == expected)
    }

    @Test("no longer than 500 bytes")
    func length() {
        for count in [490, 494, 495, 500, 501, 100_000] {
            let bytes = StatusLine.bytes(.refused, String(repeating: "x", count: count))
            #expect(bytes.count <= 500 && bytes.last == 0x0A)
            #expect(bytes.count == min(6 + count + 1, 500))
        }
    }

    @Test("random text makes one line")
    func random() {
        var generator = SeededGenerator(seed: 22)
        for _ in 0..<1000 {
            let bytes = StatusLine.bytes(.systemTrouble, generator.hostileText(upTo: 8))
            #expect(bytes.starts(with: "4.3.0 ".utf8))
            #expect(bytes.firstIndex(of: 0x0A) == bytes.count - 1)
            #expect(bytes.dropLast().allSatisfy { $0 >= 0x20 && $0 < 0x7F })
        }
    }
}
