/// A record as `name=value` pairs in one line.
///
/// A value of harmless characters stands as it is; any other is in double quotes, with `\"`, `\\`, `\n`, `\r`,
/// `\t`, `\xHH` for a byte that is not UTF-8, and `\u{H}` for other control characters. So a line holds no
/// control character, and a quote or a space within a value cannot end it. Actions and warnings are numbered:
/// `action1=store action1-target=INBOX`.
enum LogfmtLine {
    static func bytes(_ fields: [RecordField]) -> [UInt8] {
        var line: [UInt8] = []
        line.reserveCapacity(1024)
        append(fields, prefix: "", to: &line)
        return line
    }

    private static func append(_ fields: [RecordField], prefix: String, to line: inout [UInt8]) {
        for field in fields {
            switch field.value {
            case .text(let text): append(prefix + field.name, text, to: &line)
            case .number(let number): append(prefix + field.name, Array(String(number).utf8), to: &line)
            case .texts(let texts):
                for (index, text) in texts.enumerated() {
                    append("\(field.name)\(index + 1)", text, to: &line)
                }
            case .records(let records):
                for (index, record) in records.enumerated() {
                    append(record, prefix: "\(field.name)\(index + 1)-", to: &line)
                }
            }
        }
    }

    private static func append(_ name: String, _ value: [UInt8], to line: inout [UInt8]) {
        if !line.isEmpty { line.append(UInt8(ascii: " ")) }
        line += name.utf8
        line.append(UInt8(ascii: "="))
        if !value.isEmpty, value.allSatisfy(isHarmless) {
            line += value
        } else {
            appendQuoted(value.span, to: &line)
        }
    }

    private static func isHarmless(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "="): false
        default: byte > 0x20 && byte < 0x7F
        }
    }

    private static func appendQuoted(_ text: Span<UInt8>, to line: inout [UInt8]) {
        line.append(UInt8(ascii: "\""))
        var index = 0
        while index < text.count {
            let (unit, next) = LoggedText.unit(in: text, at: index)
            switch unit {
            case .plain(let range):
                let byte = text[index]
                if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
                    line.append(UInt8(ascii: "\\"))
                }
                for position in range { line.append(text[position]) }
            case .control(0x0A, _): line += "\\n".utf8
            case .control(0x0D, _): line += "\\r".utf8
            case .control(0x09, _): line += "\\t".utf8
            case .control(let scalar, _): line += "\\u{\(String(scalar, radix: 16))}".utf8
            case .invalid(let byte): line += "\\x\(String(byte, radix: 16))".utf8
            }
            index = next
        }
        line.append(UInt8(ascii: "\""))
    }
}
