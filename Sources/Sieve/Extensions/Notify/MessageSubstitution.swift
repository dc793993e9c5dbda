import MailMessage
import Platform

// $from$, $env-from$, $subject$, $text$, $text[<number>]$                     draft-ietf-sieve-notify-00 §3.6

extension Interpretation {
    /// The text with what it names of the message in its place, once; anything else between `$` stays as it is.
    mutating func substituted(_ text: [UInt8]) throws(RuntimeFailure) -> [UInt8] {
        var result: [UInt8] = []
        var index = 0
        while index < text.count {
            guard text[index] == 0x24, let end = text[(index + 1)...].firstIndex(of: 0x24),
                let value = try value(ofPlaceholder: [UInt8](text[(index + 1)..<end]))
            else {
                result.append(text[index])
                index += 1
                continue
            }
            try spend(value.count)
            guard result.count + value.count <= limits.stringBytes else {
                throw failure("a string is longer than \(limits.stringBytes) octets")
            }
            result += value
            index = end + 1
        }
        return result
    }

    /// Nil for a name that means nothing.
    private mutating func value(ofPlaceholder name: [UInt8]) throws(RuntimeFailure) -> [UInt8]? {
        switch name.text {
        case "from": return firstValue("From")
        case "subject": return firstValue("Subject")
        case "env-from": return [UInt8](input.envelope.sender.utf8)
        case "text": return try text(characters: .max)
        default:
            guard name.count < 30, name.starts(with: "text[".utf8), name.last == 0x5D,
                let limit = Int([UInt8](name.dropFirst(5).dropLast()).text), limit >= 0
            else { return nil }
            return try text(characters: limit)
        }
    }

    private func firstValue(_ name: String) -> [UInt8] {
        message.firstField(named: name).map { message.decodedBody($0) } ?? []
    }

    /// What a person reads of the message: its first text.
    private mutating func text(characters limit: Int) throws(RuntimeFailure) -> [UInt8] {
        let source = wholeMessage
        try spend(source.bytes.count)
        var found: MIMEPart?
        source.structure().forEach { part in
            if found == nil, part.isReadable, !part.isMultipart { found = part }
        }
        guard let found else { return [] }
        let text = source.readableText(of: found, limit: limits.stringBytes)
        guard limit < text.count else { return text }
        return [UInt8](String(String.UnicodeScalarView(text.text.unicodeScalars.prefix(limit))).utf8)
    }
}
