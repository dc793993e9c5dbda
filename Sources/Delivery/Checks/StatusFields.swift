import ContentChecks
import Settings

/// The header fields that say what the checks of a message came to: one for viruses and one for attachments, and for
/// spam those that mail programs and filters know from SpamAssassin.
///
/// A field that came with a message is not believed where a check of this kind is in use: it is removed, whether
/// or not one is written.
struct StatusFields {
    let settings: Configuration.Checks
    let verdicts: Verdicts

    static var attachmentField: String { "X-Attachment-Status" }

    func add(to marks: inout HeaderMarks) {
        add(
            ["X-Virus-Status"], [.clamd, .icap],
            isUsed: !settings.clamd.servers.isEmpty || !settings.icap.servers.isEmpty, to: &marks
        ) { virus.map { [HeaderMarks.Field(name: "X-Virus-Status", value: $0)] } ?? [] }
        add(
            ["X-Spam-Flag", "X-Spam-Score", "X-Spam-Level", "X-Spam-Status"], [.spamd, .rspamd],
            isUsed: !settings.spamd.servers.isEmpty || !settings.rspamd.servers.isEmpty, to: &marks
        ) { spam }
        add([Self.attachmentField], [.attachments], isUsed: settings.attachments.isAsked, to: &marks) {
            [HeaderMarks.Field(name: Self.attachmentField, value: attachments)]
        }
    }

    private func add(
        _ names: [String], _ checks: [CheckResult.Check], isUsed: Bool, to marks: inout HeaderMarks,
        _ fields: () -> [HeaderMarks.Field]
    ) {
        guard isUsed else { return }
        let results = verdicts.results.filter { checks.contains($0.check) && $0.outcome != .skipped }
        let isWanted = settings.fields || results.contains { $0.policy?.writesFields ?? false }
        // What our own hosts have written stays, as long as nothing of ours takes its place.
        let mayStay = !settings.upstream.hosts.isEmpty
        if isWanted, !results.isEmpty {
            marks.added += fields()
            marks.replaced += names
        } else if !mayStay {
            marks.replaced += names
        }
    }

    private var virus: String? {
        switch verdicts.virus {
        case .untested: nil
        case .clean: "Clean"
        case .unknown: "Unknown"
        case .found(let name): "Infected (\(name))"
        }
    }

    private var spam: [HeaderMarks.Field] {
        guard let spam = verdicts.spam else {
            return [HeaderMarks.Field(name: "X-Spam-Status", value: "Unknown")]
        }
        let score = ScoreText.text(spam.score)
        var fields = [
            HeaderMarks.Field(name: "X-Spam-Flag", value: spam.isSpam ? "YES" : "NO"),
            HeaderMarks.Field(name: "X-Spam-Score", value: score),
        ]
        let level = Int(min(max(spam.score.isFinite ? spam.score : 0, 0), 50))
        if level > 0 {
            fields.append(
                HeaderMarks.Field(name: "X-Spam-Level", value: String(repeating: "*", count: level)))
        }
        let tests = spam.symbols.isEmpty ? "" : " tests=\(Self.list(spam.symbols))"
        let status =
            "\(spam.isSpam ? "Yes" : "No"), score=\(score) required=\(ScoreText.text(spam.threshold))\(tests)"
        fields.append(HeaderMarks.Field(name: "X-Spam-Status", value: status))
        return fields
    }

    private static let longestList = 900

    /// With a blank, at which the field can be folded, now and then.
    private static func list(_ symbols: [String]) -> String {
        var list = ""
        var line = 0
        for symbol in symbols where list.utf8.count + symbol.utf8.count < longestList {
            if !list.isEmpty { list += "," }
            if line > 50 {
                list += " "
                line = 0
            }
            list += symbol
            line += symbol.utf8.count + 1
        }
        return list
    }

    private var attachments: String {
        let results = verdicts.results.filter { $0.check == .attachments }
        guard let result = results.first else { return "Unknown" }
        switch result.outcome {
        case .passed: return "Clean"
        case .found: return "Suspicious (\(result.detail))"
        case .unanswered, .skipped: return "Unknown"
        }
    }
}

/// Scores as people write them: `7.3`, `-0.25`.
enum ScoreText {
    static func text(_ score: Double) -> String {
        guard score.isFinite else { return "0.0" }
        let hundredths = Int((min(max(score, -1e9), 1e9) * 100).rounded())
        let digits = String(hundredths.magnitude % 100 + 100).dropFirst()
        let fraction = digits.last == "0" ? digits.dropLast() : digits
        return "\(hundredths < 0 ? "-" : "")\(hundredths.magnitude / 100).\(fraction)"
    }
}
