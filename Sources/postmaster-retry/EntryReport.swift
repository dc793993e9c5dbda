import MailLog
import Platform

/// What became of one entry: a line for people, a JSON object for programs, and a plain form for the parent
/// of a process that visits another user's part of the spool.
struct EntryReport: Equatable {
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

    /// Three words between tabs.
    var plain: [UInt8] {
        let words = [id, word, reason].map {
            $0.utf8.map { $0 < 0x20 || $0 == 0x7F ? UInt8(ascii: " ") : $0 }
        }
        return Array(words.joined(separator: [UInt8(ascii: "\t")])) + [UInt8(ascii: "\n")]
    }
}

extension EntryReport {
    /// Reads back ``plain``, without its line end; nil for any other line.
    init?(plain line: ArraySlice<UInt8>, owner: UInt32) {
        let words = line.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false)
        guard words.count == 3 else { return nil }
        let texts = words.map { String(decoding: $0, as: UTF8.self) }
        self.init(id: texts[0], owner: owner, word: texts[1], reason: texts[2])
    }
}
