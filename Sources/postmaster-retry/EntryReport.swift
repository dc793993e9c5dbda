import MailLog

/// What became of one entry: a line for people, and a JSON object for programs.
struct EntryReport: Equatable, Sendable {
    let id: String
    let owner: UInt32
    /// `delivered`, `rescheduled`…
    let word: String
    /// Empty where all went well.
    let reason: String

    var needsPerson: Bool { word == "damaged" || word == "failed" || word == "held" }

    var text: [UInt8] {
        Array("\(id) (uid \(owner)) \(word)\(reason.isEmpty ? "" : ": " + reason)\n".utf8)
    }

    var json: [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("id", id)
            json.member("owner", Int(owner))
            json.member("result", word)
            json.member("reason", reason)
        }
        return json.bytes + [UInt8(ascii: "\n")]
    }
}
