package import Platform

/// Something that happened to an entry.
package struct JournalRecord: Equatable, Sendable {
    package let time: WallTime
    /// To which of the envelope's actions; nil if to the entry as a whole.
    package let action: Int?
    /// What happened: one word, such as `begun` or `done`.
    package let kind: String
    package let fields: SpoolFields

    package init(time: WallTime, action: Int?, kind: String, fields: SpoolFields = SpoolFields()) {
        self.time = time
        self.action = action
        self.kind = kind
        self.fields = fields
    }
}

/// `time action kind name=value …`, words between single spaces; the action is `-` where there is none.
extension JournalRecord {
    var text: [UInt8] {
        var text = time.text
        text.append(UInt8(ascii: " "))
        text += Array((action.map(String.init) ?? "-").utf8)
        text.append(UInt8(ascii: " "))
        PercentEncoding.append(kind.utf8, as: .word, to: &text)
        for field in fields.fields {
            text.append(UInt8(ascii: " "))
            PercentEncoding.append(field.name.utf8, as: .word, to: &text)
            text.append(UInt8(ascii: "="))
            PercentEncoding.append(field.value, as: .word, to: &text)
        }
        return text
    }

    /// Nil if `text` is not one.
    init?(text: ArraySlice<UInt8>) {
        var words = text.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)[...]
        guard let time = words.popFirst().flatMap({ WallTime(text: $0) }), let number = words.popFirst(),
            let kind = words.popFirst().flatMap({ PercentEncoding.decode($0) })
        else { return nil }
        let action = Int(String(decoding: number, as: UTF8.self))
        guard action != nil || number.elementsEqual("-".utf8) else { return nil }
        var fields = SpoolFields()
        for word in words {
            guard let equals = word.firstIndex(of: UInt8(ascii: "=")),
                let name = PercentEncoding.decode(word[..<equals]),
                let value = PercentEncoding.decode(word[equals...].dropFirst())
            else { return nil }
            fields.append(String(decoding: name, as: UTF8.self), bytes: value)
        }
        let kindText = String(decoding: kind, as: UTF8.self)
        self.init(time: time, action: action, kind: kindText, fields: fields)
    }
}
