import ContentChecks
import Settings
import Testing

@testable import Delivery

/// What the settings make of a report on attachments.
@Suite struct AttachmentJudgementTests {
    private func judge(
        _ findings: [AttachmentFinding.Kind], _ change: (inout Configuration.Attachments) -> Void = { _ in }
    ) -> AttachmentJudgement {
        var settings = Configuration.Attachments()
        change(&settings)
        let report = AttachmentReport(
            files: [ExaminedFile(names: ["a.zip"])],
            findings: findings.map { AttachmentFinding($0, file: "a.zip", "detail") })
        return AttachmentJudgement(report, settings)
    }

    @Test("nothing found is passed, with nothing to say")
    func nothing() {
        let judgement = judge([])
        #expect(
            judgement.words == [] && judgement.answer.outcome == .passed && judgement.answer.policy == nil)
        #expect(judgement.answer.detail == "")
    }

    @Test("each kind has its policy", arguments: AttachmentFinding.Kind.allCases)
    func kinds(kind: AttachmentFinding.Kind) {
        let judgement = judge([kind]) {
            $0.onEncrypted = .reject
            $0.onMacros = .tag
            $0.onDisguise = .quarantine
            $0.onFailure = .defer
        }
        let expected: CheckPolicy =
            switch kind {
            case .encrypted: .reject
            case .macros: .tag
            case .mismatch, .name, .structure: .quarantine
            case .limit, .unreadable: .defer
            }
        #expect(judgement.answer.policy == expected)
        #expect(judgement.answer.outcome == (kind.isUnseen ? .unanswered : .found))
        #expect(judgement.words == [kind.rawValue])
        #expect(judgement.answer.detail == "\(kind.rawValue): a.zip (detail)")
    }

    @Test("of several policies the first that decides counts, whatever does not stand before it")
    func several() {
        let judgement = judge([.limit, .structure, .macros, .encrypted]) {
            $0.onEncrypted = .keep
            $0.onMacros = .tag
            $0.onDisguise = .discard
            $0.onFailure = .defer
        }
        #expect(judgement.answer.policy == .discard && judgement.answer.outcome == .found)
        #expect(judgement.answer.objection == "attachments: structure: a.zip (detail)")
        #expect(judgement.words == ["encrypted", "macros", "structure", "limit"])
        #expect(judge([.macros, .limit]) { $0.onMacros = .tag }.answer.policy == .tag)
        #expect(judge([.macros, .limit]) { $0.onFailure = .tag }.answer.policy == .tag)
        #expect(judge([.macros]).answer.policy == .keep)
    }

    @Test("what a stranger named his files is fit for a log and a header, and short")
    func hostile() {
        var settings = Configuration.Attachments()
        settings.onMacros = .reject
        let report = AttachmentReport(
            findings: (0..<1000).map {
                AttachmentFinding(
                    .macros, file: "\u{202E}\r\nX: \($0)" + String(repeating: "x", count: 2000), "\u{0}")
            })
        let judgement = AttachmentJudgement(report, settings)
        #expect(judgement.answer.detail.utf8.count <= 512)
        #expect(judgement.answer.detail.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F })
        #expect(judgement.answer.objection.utf8.count <= 600)
    }
}
