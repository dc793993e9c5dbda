import MailMessage
import Platform
import Testing

/// Takes apart everything that can be taken apart in `bytes`, and holds what must hold whatever they are.
private func exerciseEverything(_ bytes: [UInt8], limits: MessageLimits = MessageLimits()) {
    let message = Message(SharedBytes(bytes), limits: limits)
    var end = 0
    for field in message.header.fields {
        let isOrdered =
            end <= field.name.lowerBound && !field.name.isEmpty
            && field.name.upperBound < field.body.lowerBound
            && field.body.upperBound <= field.end && field.end <= bytes.count
        #expect(isOrdered, "field \(field) in \(bytes)")
        end = field.end
        let unfolded = message.unfoldedBody(field)
        #expect(!unfolded.contains(0x0A), "unfolded body in \(bytes)")
        _ = message.decodedBody(field)
        checkAddresses(message.addresses(field), limits)
        if let date = message.date(field) {
            #expect(MailDate([UInt8](date.text)) == date || date.zoneOffset == 0, "date in \(bytes)")
        }
        let parameters = message.parameters(field)
        #expect(parameters.parameters.count <= limits.parameters)
    }
    #expect(end <= message.header.bodyStart && message.header.bodyStart <= bytes.count, "header of \(bytes)")
    let root = message.structure()
    #expect(root.range == 0..<bytes.count, "structure of \(bytes)")
    var parts = 0
    check(root, of: message, depth: 1, &parts)
    #expect(parts <= limits.mimeParts, "parts of \(bytes)")
    exerciseText(bytes)
}

private func checkAddresses(_ list: AddressList, _ limits: MessageLimits) {
    #expect(list.addresses.count + list.invalid.count <= limits.addresses)
    for address in list.addresses {
        let hasControl = address.text.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F }
        #expect(!hasControl, "\(address)")
        let again = MailAddress(path: address.text)
        #expect(again?.localPart == address.localPart && again?.domain == address.domain, "\(address)")
    }
}

private func check(_ part: MIMEPart, of message: Message, depth: Int, _ parts: inout Int) {
    parts += 1
    let isWithin =
        part.range.lowerBound <= part.body.lowerBound && part.body.upperBound == part.range.upperBound
        && part.body.lowerBound <= part.preamble.upperBound
        && part.preamble.upperBound <= part.epilogue.lowerBound
        && part.epilogue.upperBound == part.body.upperBound && depth <= max(message.limits.mimeDepth, 1)
    #expect(isWithin, "part \(part.range) of \(message.bytes.array(0..<message.bytes.count))")
    var end = part.body.lowerBound
    for child in part.children {
        let isOrdered = end <= child.range.lowerBound && child.range.upperBound <= part.body.upperBound
        #expect(
            isOrdered,
            "child \(child.range) of \(part.range) in \(message.bytes.array(0..<message.bytes.count))")
        end = child.range.upperBound
        check(child, of: message, depth: depth + 1, &parts)
    }
    #expect(message.content(of: part, limit: 40).count <= 40)
    let text = message.text(of: part, limit: 50)
    #expect(text.count <= 50 && String(validating: text, as: UTF8.self) != nil)
    _ = message.disposition(of: part)
}

private func exerciseText(_ bytes: [UInt8]) {
    let text = String(decoding: bytes, as: UTF8.self)
    if let address = MailAddress(path: text, allowingBareLocalPart: true) {
        #expect(!address.text.unicodeScalars.contains { $0.value < 0x20 })
    }
    _ = MailDate(bytes)
    _ = EncodedWords.decode(bytes)
    _ = ParameterList(bytes)
    checkAddresses(AddressList(bytes), MessageLimits())
    #expect(decodeQuotedPrintable(encodeQuotedPrintable(bytes)) == bytes, "\(bytes)")
    if let field = try? FieldComposition.unstructured(name: "X", text: text) {
        #expect(Message(field + [0x0A]).header.fields.count == 1)
    }
}

@Suite("Whatever the octets are")
struct RobustnessTests {
    /// What the grammars are made of.
    static let fragments =
        [
            "From: ", "To: ", "Subject: ", "Date: ", "Content-Type: multipart/mixed; boundary=b",
            "Content-Type: message/rfc822",
            "Content-Type: text/plain; charset=", "Content-Transfer-Encoding: base64",
            "Content-Disposition: attachment; filename*0*=",
            "--b", "--b--", "--", "\n", "\r\n", "\r", "\n ", "\n\n", "\t", "a@b", "<a@b>", "<", ">", ",", ";",
            ":", "(", ")", "\"", "\\", "@",
            "=?utf-8?q?", "=?iso-2022-jp?b?", "?=", "=C3", "=", "%C3%A9", "utf-8''", "*1*=", "*=",
            "boundary=", "Mon, 1 Jan 2000 00:00:00 +0000",
            "[", "]", ".", "x", "é", "\0", "\u{FFFD}", "From ", "koi8-r", "gb2312",
        ].map { [UInt8]($0) } + [[0xFF], [0xC3], [0x80], [0x1B, 0x24, 0x42]]

    @Test("random octets are a message")
    func randomOctets() {
        var random = Random(seed: 1)
        let cases = 1500
        for _ in 0..<cases { exerciseEverything(random.bytes(upTo: 300)) }
        print("random octets: \(cases) cases")
    }

    @Test("random sequences of what the grammars are made of are a message")
    func randomFragments() {
        var random = Random(seed: 2)
        let cases = 3000
        for _ in 0..<cases {
            var bytes: [UInt8] = []
            for _ in 0..<random.next(60) {
                bytes += RobustnessTests.fragments[random.next(RobustnessTests.fragments.count)]
            }
            exerciseEverything(bytes)
        }
        print("random fragments: \(cases) cases")
    }

    @Test("random sequences are a message under narrow limits")
    func narrowLimits() {
        var random = Random(seed: 4)
        let cases = 1500
        for _ in 0..<cases {
            var bytes: [UInt8] = []
            for _ in 0..<random.next(60) {
                bytes += RobustnessTests.fragments[random.next(RobustnessTests.fragments.count)]
            }
            let limits = MessageLimits(
                headerBytes: 1 + random.next(100), headerFields: 1 + random.next(4),
                addresses: 1 + random.next(3),
                parameters: 1 + random.next(3), mimeDepth: 1 + random.next(4), mimeParts: 1 + random.next(6))
            exerciseEverything(bytes, limits: limits)
        }
        print("random fragments under narrow limits: \(cases) cases")
    }

    @Test("fixtures that were damaged are a message", arguments: Fixtures.names)
    func mutated(_ name: String) throws {
        let original = try Fixtures.bytes(name)
        exerciseEverything(original)
        var random = Random(seed: UInt64(name.utf8.count))
        let alphabet = [UInt8]("\r\n\0 \t:;,<>()@\"\\=?-.b%*'") + [0xFF, 0xC3]
        let cases = 120
        for number in 0..<cases {
            exerciseEverything(random.mutated(original, alphabet: number % 2 == 0 ? alphabet : []))
        }
        print("\(name) damaged: \(cases) cases")
    }

    @Test("fixtures that were cut anywhere are a message", arguments: Fixtures.names)
    func truncated(_ name: String) throws {
        let original = try Fixtures.bytes(name)
        var cases = 0
        for count in stride(from: 0, through: original.count, by: 7) {
            exerciseEverything(Array(original.prefix(count)))
            cases += 1
        }
        print("\(name) cut: \(cases) cases")
    }

    @Test(
        "the same parts are found with LF and with CRLF",
        arguments: Fixtures.names.filter { $0.hasPrefix("ordinary") })
    func lineEnds(_ name: String) throws {
        let bytes = try Fixtures.bytes(name).filter { $0 != 0x0D }
        var withReturns: [UInt8] = []
        for byte in bytes { withReturns += byte == 0x0A ? [0x0D, 0x0A] : [byte] }
        let (one, other) = (Message(bytes), Message(withReturns))
        #expect(one.fieldNames == other.fieldNames)
        for (left, right) in zip(one.header.fields, other.header.fields) {
            #expect(one.decodedBody(left) == other.decodedBody(right))
            #expect(one.addresses(left).addresses == other.addresses(right).addresses)
        }
        let outline = [UInt8](MIMEPartTests.outline(other.structure(), of: other)).filter { $0 != 0x0D }
        #expect(MIMEPartTests.outline(one.structure(), of: one) == outline.text)
    }
}
