import ContentChecks
import Settings

/// What the settings make of a report on attachments.
struct AttachmentJudgement {
    /// Words for what was found, each once, in the order of the policies.
    private(set) var words: [String] = []
    private(set) var answer = Inquiry.Answer.passed
    private var details: [String] = []
    private var objections: [String] = []

    /// Findings of one kind that are told.
    private static let told = 3

    init(_ report: AttachmentReport, _ settings: Configuration.Attachments) {
        let forbidden = ForbiddenFiles(names: settings.forbiddenNames, types: settings.forbiddenTypes)
            .first(in: report)
        if let (file, glob) = forbidden {
            let name = Self.fit(file.names.first ?? file.recognisedType)
            add("forbidden", ["\(name) is \(Self.fit(glob))"], CheckPolicy(settings.onForbidden))
        }
        for kind in AttachmentFinding.Kind.allCases where !kind.isUnseen {
            let policy =
                switch kind {
                case .encrypted: settings.onEncrypted
                case .macros: settings.onMacros
                default: settings.onDisguise
                }
            add(kind, of: report, CheckPolicy(policy))
        }
        // What could not be looked into is no finding, but no answer either.
        for kind in AttachmentFinding.Kind.allCases where kind.isUnseen {
            add(kind, of: report, CheckPolicy(settings.onFailure))
        }
        guard !words.isEmpty else { return }
        let isFound = words.contains { AttachmentFinding.Kind(rawValue: $0)?.isUnseen != true }
        answer.outcome = isFound ? .found : .unanswered
        answer.detail = ScannerText.fit(details.joined(separator: "; ").utf8, longest: 512)
        answer.objection = "attachments: \(objections.isEmpty ? answer.detail : objections[0])"
    }

    private mutating func add(
        _ kind: AttachmentFinding.Kind, of report: AttachmentReport, _ policy: CheckPolicy
    ) {
        var told: [String] = []
        for finding in report.findings where finding.kind == kind && told.count < Self.told {
            let detail = finding.detail.isEmpty ? "" : " (\(finding.detail))"
            told.append(Self.fit("\(finding.file)\(detail)"))
        }
        if !told.isEmpty { add(kind.rawValue, told, policy) }
    }

    /// The first policy that decides counts; `tag` counts more than `keep`.
    private mutating func add(_ word: String, _ files: [String], _ policy: CheckPolicy) {
        words.append(word)
        let text = "\(word): \(files.joined(separator: ", "))"
        details.append(text)
        let previous = answer.policy
        if previous.map({ $0.proceeds && ($0 == .keep || !policy.proceeds) }) ?? true {
            answer.policy = policy
            if !policy.proceeds { objections.append(text) }
        }
    }

    private static func fit(_ text: String) -> String { ScannerText.fit(text.utf8, longest: 96) }
}

extension AttachmentFinding.Kind {
    /// Whether it says that something was not seen, rather than what was seen.
    var isUnseen: Bool { self == .limit || self == .unreadable }
}
