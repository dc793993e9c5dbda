/// A record as one JSON object in one line; actions and warnings are arrays.
enum JSONLine {
    static func bytes(_ fields: [RecordField]) -> [UInt8] {
        var json = JSONWriter()
        write(fields, to: &json)
        return json.bytes
    }

    private static func write(_ fields: [RecordField], to json: inout JSONWriter) {
        json.object { json in
            for field in fields { json.member(field.name) { write(field.value, to: &$0) } }
        }
    }

    private static func write(_ value: RecordField.Value, to json: inout JSONWriter) {
        switch value {
        case .text(let text): json.string(text.span)
        case .number(let number): json.number(number)
        case .texts(let texts): json.array { for text in texts { $0.string(text.span) } }
        case .records(let records): json.array { for record in records { write(record, to: &$0) } }
        }
    }
}
