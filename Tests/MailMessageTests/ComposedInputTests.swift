import MailMessage
import Testing

/// Writes the same thing in the many ways in which the grammars allow it to be written.
private struct Scribe {
    var random: Random

    /// White space and comments, or nothing.
    mutating func gap() -> String {
        let gaps = [
            "", "", "", " ", "  ", "\t", "\r\n ", "\n\t", "(c)", " (a (nested) one) ", "(\\) \\( \")",
            "(=?utf-8?q?x?=)", "(,;:<@>)",
        ]
        return gaps[random.next(gaps.count)]
    }

    /// As ``gap()``, but never nothing.
    mutating func space() -> String { [" ", "\t", "\r\n ", " (c) ", "\n  "][random.next(5)] }

    mutating func pick(_ choices: [String]) -> String { choices[random.next(choices.count)] }

    mutating func upOrDown(_ text: String) -> String {
        String(text.map { random.next(2) == 0 ? Character($0.uppercased()) : Character($0.lowercased()) })
    }

    mutating func quoted(_ text: String) -> String {
        var quoted = "\""
        for character in text {
            if character == "\"" || character == "\\" || random.next(6) == 0 { quoted += "\\" }
            quoted.append(character)
        }
        return quoted + "\""
    }
}

@Suite("Input that is written in many ways")
struct ComposedInputTests {
    @Test("addresses mean the same however they are written")
    func addresses() {
        var scribe = Scribe(random: Random(seed: 51))
        let locals = ["joe", "joe.smith", "j+x=y", "joe smith", "a\"b", "ü", "a,b;c:d", "(x)", "@"]
        let domains = ["example.org", "a.b.c.example", "[192.0.2.1]", "host", "пример.рф"]
        let names: [String?] = [nil, "Joe", "Joe Q. Doe", "Doe, Joe", "=x", "Jörg", "a \\ b \" c"]
        let cases = 4000
        for _ in 0..<cases {
            var text = ""
            var expected: [MailAddress] = []
            var isInGroup = false
            for _ in 0..<scribe.random.next(5) {
                guard
                    var address = MailAddress(
                        localPart: locals[scribe.random.next(locals.count)],
                        domain: domains[scribe.random.next(domains.count)])
                else { continue }
                address.displayName = names[scribe.random.next(names.count)]
                if !isInGroup, scribe.random.next(5) == 0 {
                    text += scribe.gap() + scribe.pick(["team", "\"the; team\"", "a b"]) + scribe.gap() + ":"
                    isInGroup = true
                }
                text += scribe.gap() + written(address, &scribe) + scribe.gap()
                expected.append(address)
                if isInGroup, scribe.random.next(3) == 0 {
                    text += ";"
                    isInGroup = false
                }
                text += scribe.gap() + scribe.pick([",", ",", ",,", ", ,"])
            }
            let list = AddressList([UInt8](text))
            #expect(list.addresses == expected, "\(text)")
            #expect(list.invalid == [], "\(text)")
        }
        print("addresses in many forms: \(cases) cases")
    }

    private func written(_ address: MailAddress, _ scribe: inout Scribe) -> String {
        var local = address.quotedLocalPart
        if !local.hasPrefix("\"") {
            if scribe.random.next(4) == 0 {
                local = scribe.quoted(local)
            } else {
                local = local.split(separator: ".").joined(separator: scribe.gap() + "." + scribe.gap())
            }
        }
        var domain = address.domain
        if !domain.hasPrefix("[") {
            domain = domain.split(separator: ".").joined(separator: scribe.gap() + "." + scribe.gap())
        }
        let plain = local + scribe.gap() + "@" + scribe.gap() + domain
        guard let name = address.displayName else {
            return scribe.random.next(2) == 0 ? plain : "<" + scribe.gap() + plain + scribe.gap() + ">"
        }
        let isAtoms = name.utf8.allSatisfy { $0 > 0x7F || ($0 | 0x20) &- 0x61 < 26 || $0 == 0x20 }
        let words = name.split(separator: " ").joined(separator: scribe.space())
        let encoded = EncodedWords.encode(name).map(\.text).joined(separator: " ")
        let phrase =
            scribe.random.next(3) == 0
            ? encoded : isAtoms && scribe.random.next(2) == 0 ? words : scribe.quoted(name)
        let route = scribe.pick(["", "", "@a.example:", "@a.example,@b.example:"])
        return phrase + scribe.pick(["", " ", "\r\n "]) + "<" + route + plain + scribe.gap() + ">"
    }

    @Test("parameters mean the same however they are written and divided")
    func parameters() {
        var scribe = Scribe(random: Random(seed: 52))
        let values = [
            "plain", "with space", "ünïcödé", "a;b\"c\\d", "日本語のファイル.txt", "100% 'sure'", "", "*=*0=",
        ]
        let cases = 3000
        for _ in 0..<cases {
            var pieces: [String] = []
            var expected: [String] = []
            for name in ["charset", "filename", "x-y"].prefix(1 + scribe.random.next(3)) {
                let value = values[scribe.random.next(values.count)]
                expected.append("\(name)=\(value)")
                let written = divided(name, value, &scribe)
                pieces += scribe.random.next(2) == 0 ? written : written.reversed()
            }
            var text = "type/subtype"
            for piece in pieces {
                // A comment that touches a value without quotes is part of it.
                text += scribe.pick(["", " ", " (c)", "\r\n (a (;) c)\t"]) + ";" + scribe.gap() + piece
            }
            let found = ParameterList([UInt8](text)).parameters.map { "\($0.name)=\($0.value.text)" }
            #expect(found == expected, "\(text)")
        }
        print("parameters in many forms: \(cases) cases")
    }

    /// The parameter in one piece, or in segments that are percent-encoded or quoted in turn (RFC 2231 §4.1).
    private func divided(_ name: String, _ value: String, _ scribe: inout Scribe) -> [String] {
        let name = scribe.upOrDown(name)
        guard scribe.random.next(3) > 0 else { return [name + "=" + scribe.quoted(value)] }
        let isASCII = value.utf8.allSatisfy { $0 < 0x80 }
        guard scribe.random.next(3) > 0 else {
            return [name + "*=utf-8'de'" + percentEncoded(Array(value.utf8))]
        }
        var segments: [String] = []
        var rest = Array(value.utf8)
        repeat {
            let piece = Array(rest.prefix(1 + scribe.random.next(6)))
            rest.removeFirst(piece.count)
            let number = segments.count
            if number == 0 {
                segments.append("\(name)*0*=UTF-8''\(percentEncoded(piece))")
            } else if isASCII, scribe.random.next(2) == 0 {
                segments.append("\(name)*\(number)=\(scribe.quoted(piece.text))")
            } else {
                segments.append("\(name)*\(number)*=\(percentEncoded(piece))")
            }
        } while !rest.isEmpty
        return segments
    }

    private func percentEncoded(_ bytes: [UInt8]) -> String {
        bytes.map { byte in
            let isPlain = (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10
            let digits = String(byte, radix: 16, uppercase: true)
            return isPlain
                ? String(UnicodeScalar(byte)) : "%" + (digits.utf8.count == 1 ? "0" + digits : digits)
        }.joined()
    }

    @Test("dates mean the same however they are written")
    func dates() {
        var scribe = Scribe(random: Random(seed: 53))
        let zones = [
            "EST": -18_000, "PDT": -25_200, "GMT": 0, "UT": 0, "Z": 0, "-0000": 0, "+0530": 19_800,
            "-1145": -42_300,
        ]
        let names = zones.keys.sorted()
        let cases = 4000
        for _ in 0..<cases {
            let zone = names[scribe.random.next(names.count)]
            let offset = zones[zone] ?? 0
            // The years 1950 to 2049, which two digits can say.
            let seconds = Int64(scribe.random.next(3_100_000_000)) - 631_000_000
            let local = CivilDate(seconds: seconds, zoneOffset: offset)
            let whole = MailDate.format(seconds: seconds, zoneOffset: offset).split(separator: " ").map(
                String.init)
            let year = scribe.random.next(3) == 0 ? String(whole[3].suffix(2)) : whole[3]
            let time = whole[4].split(separator: ":").joined(separator: scribe.gap() + ":" + scribe.gap())
            let day = local.day < 10 && scribe.random.next(2) == 0 ? "0\(local.day)" : "\(local.day)"
            var text = scribe.gap()
            if scribe.random.next(3) > 0 {
                text += scribe.upOrDown(String(whole[0].prefix(3))) + scribe.gap() + ","
            }
            text += scribe.gap() + day + scribe.space() + scribe.upOrDown(whole[2]) + scribe.space() + year
            text += scribe.space() + time + scribe.space() + scribe.upOrDown(zone) + scribe.gap()
            #expect(MailDate([UInt8](text)) == MailDate(seconds: seconds, zoneOffset: offset), "\(text)")
        }
        print("dates in many forms: \(cases) cases")
    }

    @Test("encoded words mean the same wherever the text is cut")
    func encodedWords() {
        var scribe = Scribe(random: Random(seed: 54))
        let sets: [(label: String, text: String, bytes: [UInt8])] = [
            ("utf-8", "日本 Grüße €", [UInt8]("日本 Grüße €")),
            ("ISO-8859-1", "Grüße", [0x47, 0x72, 0xFC, 0xDF, 0x65]),
            ("windows-1252", "„€“", [0x84, 0x80, 0x93]),
            ("koi8-r", "Иван", [0xE9, 0xD7, 0xC1, 0xCE]),
            ("euc-kr", "한국", [0xC7, 0xD1, 0xB1, 0xB9]),
            ("big5", "中文", [0xA4, 0xA4, 0xA4, 0xE5]),
        ]
        let cases = 3000
        for _ in 0..<cases {
            let set = sets[scribe.random.next(sets.count)]
            var words: [String] = []
            var rest = set.bytes
            while !rest.isEmpty {
                let piece = Array(rest.prefix(1 + scribe.random.next(rest.count)))
                rest.removeFirst(piece.count)
                let label = scribe.upOrDown(set.label) + scribe.pick(["", "", "*en"])
                let isB = scribe.random.next(2) == 0
                let body =
                    isB
                    ? encodeBase64(piece, lineLength: nil).text
                    : piece.map { "=" + ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }
                        .joined()
                words.append("=?\(label)?\(scribe.upOrDown(isB ? "b" : "q"))?\(body)?=")
            }
            let text = "a " + words.joined(separator: scribe.pick([" ", "  ", "\t", "\r\n ", ""])) + " b"
            let field = Message("Subject: \(text)\n\n")
            #expect(field.decoded("Subject") == "a \(set.text) b", "\(text)")
        }
        print("encoded words in many forms: \(cases) cases")
    }
}
