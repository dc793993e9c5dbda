import ContentChecks
import MailMessage
import Platform

extension Inspection {
    /// One way to read a part's body.
    private enum Encoding: Equatable {
        case none, base64, quotedPrintable
    }

    /// The body of a part in every way that some reader may read it, the standard's first.
    ///
    /// A transfer encoding that is said twice, misspelled or in a broken field counts, for some reader, as what it looks
    /// like (RFC 2045 §6.1 says otherwise).
    mutating func bodies(of part: PartHeader, _ body: Range<Int>, in message: SharedBytes) -> [Contents] {
        var contents: [Contents] = []
        for encoding in encodings(of: part) {
            switch encoding {
            case .none: contents.append(Contents(bytes: message.part(body), isMapped: true))
            case .base64: contents += base64(message, body)
            case .quotedPrintable: contents.append(quotedPrintable(message, body))
            }
        }
        return contents
    }

    private mutating func encodings(of part: PartHeader) -> [Encoding] {
        let values = part.values("content-transfer-encoding").map { value in
            String(decoding: value.filter { $0 != 0 }.trimmed.lowercased, as: UTF8.self)
        }
        var found: [Encoding] = []
        func add(_ encoding: Encoding) { if !found.contains(encoding) { found.append(encoding) } }
        for value in values {
            switch value {
            case "base64": add(.base64)
            case "quoted-printable": add(.quotedPrintable)
            case "7bit", "8bit", "binary", "": add(.none)
            default:
                self.found(.structure, "transfer encoding that is not one of the standard's")
                if value.contains("64") { add(.base64) }
                if value.contains("quoted") { add(.quotedPrintable) }
                add(.none)
            }
        }
        if Set(values).count > 1 { self.found(.structure, "several transfer encodings") }
        if values.isEmpty {
            add(.none)
            // In a field that is broken, or of another name.
            for field in part.fields where field.name.starts(with: "content".utf8) && field.value.count < 100
            {
                if field.value.span.contains("base64") { add(.base64) }
            }
        }
        return found
    }

    /// Octets that are decoded in another way than the usual one.
    private static var largestOther: Int { 4 << 20 }

    private mutating func base64(_ message: SharedBytes, _ body: Range<Int>) -> [Contents] {
        guard let usual = base64(message, body, .ends, limit: leftToHold) else { return [] }
        guard usual.hasInnerPadding else { return [usual.contents] }
        found(.structure, "base64 with padding in the middle")
        let limit = min(leftToHold, Self.largestOther)
        guard let other = base64(message, body, .isSkipped, limit: limit) else { return [usual.contents] }
        return [usual.contents, other.contents]
    }

    private mutating func base64(
        _ message: SharedBytes, _ body: Range<Int>, _ padding: Base64Reading.Padding, limit: Int
    ) -> (contents: Contents, hasInnerPadding: Bool)? {
        let needed = body.count / 4 * 3 + 3
        var reading = Base64Reading(padding: padding, capacity: min(needed, limit))
        let span = message.span
        var position = body.lowerBound
        while position < min(body.upperBound, span.count), !reading.isFull {
            let next = min(position + (16 << 10), body.upperBound, span.count)
            guard spend(next - position) else { return nil }
            reading.read(span.extracting(position..<next))
            position = next
        }
        let (isCut, hasInnerPadding) = (position < body.upperBound, reading.hasInnerPadding)
        if reading.strangers > 0 { found(.structure, "base64 with characters outside of its alphabet") }
        return (Contents(bytes: reading.finish(), isCut: isCut), hasInnerPadding)
    }

    /// In pieces that end with lines, so that a piece has all of what it begins.
    private mutating func quotedPrintable(_ message: SharedBytes, _ body: Range<Int>) -> Contents {
        var output = InputBuffer(capacity: min(body.count, leftToHold))
        let span = message.span
        let end = min(body.upperBound, span.count)
        var position = body.lowerBound
        while position < end, !output.isFull, spend(16 << 10) {
            var next = min(position + (16 << 10), end)
            while next < end, span[next &- 1] != 0x0A, next - position < 64 << 10 { next &+= 1 }
            let piece = QuotedPrintable.decode(span.extracting(position..<next), limit: next - position)
            output.append(piece.span)
            position = next
        }
        return Contents(bytes: output.finish(), isCut: position < end)
    }
}
