import ContentChecks
import MailMessage
import Platform

/// Taking a message apart, twice: as MIME has it (RFC 2046), and by every line that some reader may take for the
/// beginning of a part, whatever boundary was said.
///
/// Readers differ in which `Content-Type` of two counts, in what a boundary may hold, in what they do with a part before
/// the first delimiter or behind the last, or with one whose delimiter was never announced. The second way is a superset of
/// theirs: a line that begins with `--` and has a header with a `Content-` field behind it is a part.
extension Inspection {
    /// Parts that only the second way shows, and lines that are looked at as delimiters.
    private static var mostHidden: Int { 200 }

    mutating func examine(message: SharedBytes) {
        let limits = MessageLimits(
            headerBytes: 1 << 20, headerFields: 10_000, parameters: 256, mimeParts: 5_000)
        let structure = Message(message, limits: limits).structure()
        if let exceeded = structure.exceeded { found(.limit, "the message's \(exceeded.rawValue)") }
        var starts: Set<Int> = []
        examine(structure, in: message, &starts)
        sweep(message, knownStarts: starts)
    }

    /// The parts as the standard has them.
    private mutating func examine(_ part: MIMEPart, in message: SharedBytes, _ starts: inout Set<Int>) {
        starts.insert(part.range.lowerBound)
        starts.insert(part.header.fields.first?.name.lowerBound ?? part.range.lowerBound)
        let header = PartHeader(reading: message.span, from: part.range.lowerBound, to: part.range.upperBound)
        guard spend(4 * (header.bodyStart - part.range.lowerBound) + 256) else { return }
        // Of a message, what does not describe its contents is none of ours.
        tellOddities(of: header)
        let isRead = part.isMultipart ? !part.children.isEmpty : part.isMessage && !part.children.isEmpty
        if part.isMultipart { tellOddities(ofMultipart: header, part) }
        // A line without a colon ends the header for some, and not for others.
        let bodyStart = min(max(header.bodyStart, part.range.lowerBound), part.body.upperBound)
        if !isRead { examine(header, bodyStart..<part.body.upperBound, in: message) }
        if part.isMessage, let name = PartNames(fields: header.nameFields).names.first {
            add(ExaminedFile(names: [name], declaredType: "message/rfc822", size: part.body.count))
        }
        for child in part.children { examine(child, in: message, &starts) }
    }

    private mutating func tellOddities(of header: PartHeader) {
        let isPart = header.describesContent
        for oddity in header.oddities where isPart { found(.structure, oddity) }
        if header.values("content-type").count > 1 { found(.structure, "several Content-Type fields") }
        if header.values("content-disposition").count > 1 {
            found(.structure, "several Content-Disposition fields")
        }
        switch header.types.first ?? "" {
        case "message/partial": found(.structure, "message/partial: the rest is in other messages")
        case "message/external-body": found(.structure, "message/external-body: the contents are elsewhere")
        default: break
        }
    }

    private mutating func tellOddities(ofMultipart header: PartHeader, _ part: MIMEPart) {
        let boundaries = header.values("content-type").flatMap { value in
            value.span.firstOffset(of: Array("boundary".utf8)).map { [($0, value)] } ?? []
        }
        for (first, value) in boundaries {
            let next = value.span.firstOffset(of: Array("boundary".utf8), from: first + 8)
            if next != nil { found(.structure, "several boundaries") }
            let text = value[first...]
            if text.contains(where: { $0 >= 0x80 || $0 == 0 }) || Array(text).span.contains("=?") {
                found(.structure, "a boundary that is not ASCII")
            }
            if text.dropFirst(8).drop(while: { $0 <= 0x20 }).first == UInt8(ascii: "*") {
                found(.structure, "a boundary in segments")
            }
        }
        if part.children.isEmpty { found(.structure, "multipart without a part") }
    }
}

extension PartHeader {
    /// The fields that name the part, in the order of their weight.
    var nameFields: [[UInt8]] {
        values("content-disposition") + values("content-type")
    }
}

extension Inspection {
    /// A part that is not divided: its names, its types, its contents.
    private mutating func examine(_ header: PartHeader, _ body: Range<Int>, in message: SharedBytes) {
        let names = PartNames(fields: header.nameFields)
        let type = header.types.first ?? ""
        for oddity in names.oddities { found(.structure, in: path + names.names.prefix(1), oddity) }
        for contents in bodies(of: header, body, in: message) {
            if type.hasPrefix("multipart/") || type == "message/rfc822" || type == "message/global" {
                examineEncoded(header, contents, name: names.names.first ?? "")
                continue
            }
            let file = ExaminedFile(
                names: names.names, declaredType: type, size: contents.isCut ? nil : contents.bytes.count)
            examine(contents, as: file)
            if !contents.isMapped, type.isEmpty || type.hasPrefix("text/") {
                held += contents.bytes.count
                sweepText(contents.bytes)
                held -= contents.bytes.count
            }
        }
    }

    /// A multipart, or a message, whose own transfer encoding is undone (RFC 2046 §5.2.1 forbids one).
    private mutating func examineEncoded(_ header: PartHeader, _ contents: Contents, name: String) {
        guard !contents.isMapped else {
            // What the standard does not divide the sweep divides.
            add(
                ExaminedFile(
                    names: [name], declaredType: header.types.first ?? "", size: contents.bytes.count))
            return
        }
        found(.structure, "a transfer encoding around a whole \(header.types.first ?? "")")
        guard header.types.first?.hasPrefix("multipart/") == true else {
            add(
                ExaminedFile(
                    names: [name], declaredType: header.types.first ?? "", size: contents.bytes.count))
            within(name, contents) { $0.examine(message: contents.bytes) }
            return
        }
        var text =
            Array("Content-Type:".utf8) + (header.values("content-type").first ?? []) + [
                0x0D, 0x0A, 0x0D, 0x0A,
            ]
        let prefix = text.count
        text += contents.bytes.array(0..<min(contents.bytes.count, leftToHold))
        if text.count - prefix < contents.bytes.count { found(.limit, "an encoded multipart of this size") }
        let whole = Contents(bytes: SharedBytes(text))
        within(name, whole) { $0.examine(message: whole.bytes) }
    }
}

extension Inspection {
    /// The message once more, line by line.
    private mutating func sweep(_ message: SharedBytes, knownStarts: Set<Int>) {
        let span = message.span
        var position = 0
        var hidden = 0
        while position < span.count {
            let line = PartHeader.line(span, at: position, to: span.count)
            guard spend(line.next - position) else { return }
            if span.has("--", at: position), !knownStarts.contains(line.next), mayBeginHeader(span, line.next)
            {
                let header = PartHeader(reading: span, from: line.next, to: span.count)
                guard spend(4 * (header.bodyStart - line.next)) else { return }
                if header.describesContent {
                    hidden += 1
                    guard hidden <= Self.mostHidden else {
                        return found(.limit, "\(Self.mostHidden) parts outside of the message's structure")
                    }
                    found(.structure, "a part outside of the message's structure")
                    tellOddities(of: header)
                    let end = endOfHidden(span, delimiter: line.content, from: header.bodyStart)
                    examine(header, header.bodyStart..<max(end, header.bodyStart), in: message)
                }
            }
            position = encodedFile(span, at: position) ?? line.next
        }
    }

    /// Whether a field, or a line like one, stands there: a paragraph behind a rule of hyphens is no header.
    private func mayBeginHeader(_ span: Span<UInt8>, _ start: Int) -> Bool {
        let line = PartHeader.line(span, at: start, to: min(span.count, start + 1000))
        let content = span.copy(line.content)
        guard let colon = content.firstIndex(of: 0x3A),
            content[..<colon].allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else {
            return content.lowercased.starts(with: "content-".utf8)
        }
        return colon > 0
    }

    /// Where the next line stands that begins as the delimiter did.
    private mutating func endOfHidden(_ span: Span<UInt8>, delimiter: Range<Int>, from start: Int) -> Int {
        var octets = span.copy(delimiter.lowerBound..<min(delimiter.upperBound, delimiter.lowerBound + 200))
        while let last = octets.last, last <= 0x20 { octets.removeLast() }
        var position = start
        while position < span.count {
            guard spend(64) else { return position }
            if span.has(octets, at: position) { return position }
            position = PartHeader.line(span, at: position, to: span.count).next
        }
        return span.count
    }

    /// A file within text that begins at this line; where the line behind it begins.
    private mutating func encodedFile(_ span: Span<UInt8>, at position: Int) -> Int? {
        switch span[position] {
        case UInt8(ascii: "b"), UInt8(ascii: "="):
            guard
                let file = UUEncoding.file(span, beginningAt: position, limit: leftToHold)
                    ?? YEncoding.file(span, beginningAt: position, limit: leftToHold)
            else { return nil }
            guard spend(file.next - position) else { return span.count }
            let contents = Contents(bytes: SharedBytes(file.octets), isCut: file.isCut)
            examine(
                contents,
                as: ExaminedFile(
                    names: PartNames(fields: [Self.named(file.name)]).names, size: file.octets.count))
            return max(file.next, position + 1)
        case UInt8(ascii: "("):
            if span.has("(This file must be converted with BinHex", at: position) {
                found(.unreadable, "BinHex")
            }
            return nil
        default: return nil
        }
    }

    /// As a parameter, so that a name in a text is read as every other.
    private static func named(_ name: [UInt8]) -> [UInt8] {
        Array(";name=\"".utf8) + name.filter { $0 != 0x22 && $0 != 0x5C } + Array("\"".utf8)
    }

    /// The files within a text that was decoded.
    private mutating func sweepText(_ text: SharedBytes) {
        let span = text.span
        var position = 0
        while position < span.count {
            let line = PartHeader.line(span, at: position, to: span.count)
            guard spend(line.next - position) else { return }
            position = encodedFile(span, at: position) ?? line.next
        }
    }
}
