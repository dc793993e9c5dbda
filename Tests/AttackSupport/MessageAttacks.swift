extension Attacks {
    private static var evil: [UInt8] { Mail.program }
    private static var exe: Attack.Expectation { .forbidden("*.exe") }
    private static var part: [UInt8] { Mail.part(evil, named: "b.exe") }
    private static var text: [UInt8] { Mail.octets("Content-Type: text/plain\r\n\r\nhello") }

    private static func message(_ header: String, _ body: [UInt8]) -> [UInt8] {
        Mail.octets(Mail.top + header + "\r\n\r\n") + body
    }

    private static func divided(by boundary: String, _ parts: [[UInt8]], end: Bool = true) -> [UInt8] {
        parts.flatMap { Mail.octets("--\(boundary)\r\n") + $0 + Mail.octets("\r\n") }
            + Mail.octets(end ? "--\(boundary)--\r\n" : "")
    }

    /// Where parts begin and end.
    static func structures() -> [Attack] {
        let two = "Content-Type: multipart/mixed; boundary=a\r\nContent-Type: multipart/mixed; boundary=b"
        let mixed = "Content-Type: multipart/mixed; boundary=a"
        let decoy = divided(by: "a", [text])
        func bounded(_ parameter: String, _ boundary: String = "b") -> [UInt8] {
            message("Content-Type: multipart/mixed; \(parameter)", divided(by: boundary, [text, part]))
        }
        let deep = (0..<300).map { "Content-Type: multipart/mixed; boundary=b\($0)\r\n\r\n--b\($0)\r\n" }
            .joined()
        return [
            Attack("two boundaries in one field", bounded("boundary=a; boundary=b"), exe),
            Attack("two Content-Type fields", message(two, decoy + divided(by: "b", [part])), exe),
            Attack("a part behind the end", message(mixed, decoy + divided(by: "a", [part])), exe),
            Attack(
                "a part of another boundary behind the end", message(mixed, decoy + divided(by: "x", [part])),
                exe),
            Attack("a part in the preamble", message(mixed, divided(by: "x", [part]) + decoy), exe),
            Attack(
                "blanks behind a boundary",
                message("Content-Type: multipart/mixed; boundary=\"b \"", divided(by: "b  ", [text, part])),
                exe),
            Attack("no end", message(mixed, divided(by: "a", [text, part], end: false)), exe),
            Attack(
                "no boundary said", message("Content-Type: multipart/mixed", divided(by: "b", [text, part])),
                exe),
            Attack(
                "an empty boundary",
                message("Content-Type: multipart/mixed; boundary=\"\"", divided(by: "", [text, part])), exe),
            Attack("a boundary of 8 bits", bounded("boundary=\u{E4}b", "\u{E4}b"), exe),
            Attack("a boundary as an encoded word", bounded("boundary=\"=?utf-8?q?b?=\""), exe),
            Attack("a boundary in segments", bounded("boundary*0=\"\"; boundary*1=b"), exe),
            Attack("a boundary that begins as another does", bounded("boundary=bb", "b"), exe),
            Attack(
                "no multipart said", message("Content-Type: text/plain", divided(by: "b", [text, part])), exe),
            Attack(
                "a broken field of the top header",
                Mail.octets(
                    Mail.top + "Content-Type multipart\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n")
                    + divided(by: "b", [part]), exe),
            Attack(
                "lines that end in CR alone",
                message(mixed, decoy).filter { $0 != 0x0A } + divided(by: "a", [part]).filter { $0 != 0x0A },
                exe),
            Attack(
                "multipart in base64",
                message(
                    mixed + "\r\nContent-Transfer-Encoding: base64", Mail.base64(divided(by: "a", [part]))),
                exe),
            Attack(
                "multipart in quoted-printable",
                message(
                    mixed + "\r\nContent-Transfer-Encoding: quoted-printable", divided(by: "=61", [part])),
                exe),
            Attack(
                "a message within",
                Mail.parts([
                    Mail.octets("Content-Type: message/rfc822\r\n\r\n")
                        + Mail.attachment(evil, named: "b.exe")
                ]), exe),
            Attack(
                "a message within, in base64",
                Mail.parts([
                    Mail.part(Mail.attachment(evil, named: "b.exe"), named: "m.eml", type: "message/rfc822")
                ]), exe),
            Attack(
                "a message as octets", Mail.attachment(Mail.attachment(evil, named: "b.exe"), named: "m"), exe
            ),
            Attack(
                "message/partial",
                message("Content-Type: message/partial; id=x; number=1; total=2", Mail.octets("TVqQ")),
                .unanswerable),
            Attack(
                "message/external-body",
                Mail.parts([
                    Mail.octets(
                        "Content-Type: message/external-body; access-type=URL; URL=\"http://x\"\r\n\r\n")
                ]), .unanswerable),
            Attack(
                "multiparts within one another",
                message("X: y", Mail.octets("\r\n")) + Mail.octets(deep) + part, .unanswerable),
            Attack(
                "multiparts within one another, from the top", Mail.octets(Mail.top + deep) + part,
                .unanswerable),
            Attack(
                "many boundaries", message(mixed, Mail.octets(String(repeating: "--a\r\n", count: 100_000))),
                .unanswerable),
            Attack(
                "many headers that nobody announced",
                message(
                    "Content-Type: text/plain",
                    Mail.octets(String(repeating: "--a\r\nContent-Type: x\r\n", count: 30_000))),
                .unanswerable),
        ]
    }

    /// How a body is encoded.
    static func encodings() -> [Attack] {
        let encoded = String(decoding: Mail.base64(evil), as: UTF8.self)
        func one(_ header: String, _ body: String) -> [UInt8] {
            Mail.parts([Mail.octets("Content-Type: image/png; name=a.png\r\n\(header)\r\n\r\n\(body)")])
        }
        let misnamed = Attack.Expectation.finding("mismatch")
        let zip = Mail.base64(ZIPWriter.archive("b.exe", evil))
        let halves =
            Mail.base64(Array(ZIPWriter.archive("b.exe", evil).prefix(40)))
            + Mail.base64(Array(ZIPWriter.archive("b.exe", evil).dropFirst(40)))
        let uuencoded = uuencode(evil, name: "b.exe")
        return [
            Attack(
                "two transfer encodings",
                one("Content-Transfer-Encoding: 7bit\r\nContent-Transfer-Encoding: base64", encoded), misnamed
            ),
            Attack(
                "a transfer encoding that is misspelled", one("Content-Transfer-Encoding: base 64", encoded),
                misnamed),
            Attack(
                "a transfer encoding with a comment", one("Content-Transfer-Encoding: base64 (x)", encoded),
                misnamed),
            Attack(
                "a transfer encoding in a field that is misspelled",
                one("Content-Transfer-Encod\u{1}ing : base64", encoded), misnamed),
            Attack(
                "NUL in the field of the transfer encoding",
                one("Content-Transfer-Encoding: ba\0se64", encoded), misnamed),
            Attack(
                "a line without a colon before the transfer encoding",
                one("Content-Foo bar\r\nContent-Transfer-Encoding: base64", encoded), misnamed),
            Attack(
                "base64 with rubbish",
                one("Content-Transfer-Encoding: base64", String(encoded.flatMap { [$0, "!"] })), misnamed),
            Attack(
                "base64 in two pieces",
                Mail.parts([
                    Mail.octets(
                        "Content-Type: application/zip; name=a.zip\r\nContent-Transfer-Encoding: base64\r\n\r\n"
                    ) + halves
                ]), exe),
            Attack(
                "base64 with padding that is skipped",
                one("Content-Transfer-Encoding: base64", "TV=qQ" + encoded.dropFirst(4)), misnamed),
            Attack(
                "quoted-printable of a program",
                one(
                    "Content-Transfer-Encoding: quoted-printable",
                    evil.map { "=" + ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()), misnamed),
            Attack(
                "uuencode in a text",
                message("Content-Type: text/plain", Mail.octets("hello\r\n") + uuencoded), exe),
            Attack(
                "uuencode in a text in base64",
                Mail.parts([
                    Mail.octets("Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n")
                        + Mail.base64(uuencoded)
                ]), exe),
            Attack(
                "uuencode in base64's form",
                message(
                    "Content-Type: text/plain", Mail.octets("begin-base64 644 b.exe\r\n\(encoded)====\r\n")),
                exe),
            Attack("yEnc in a text", message("Content-Type: text/plain", yencode(evil, name: "b.exe")), exe),
            Attack(
                "BinHex",
                message(
                    "Content-Type: text/plain",
                    Mail.octets("(This file must be converted with BinHex 4.0)\r\n:$f*TEQKPH\r\n")),
                .finding("unreadable")),
            Attack(
                "a zip in an unknown encoding",
                Mail.parts([
                    Mail.octets(
                        "Content-Type: application/zip; name=a.zip\r\nContent-Transfer-Encoding: x-base64\r\n\r\n"
                    ) + zip
                ]), exe),
        ]
    }

    private static func uuencode(_ octets: [UInt8], name: String) -> [UInt8] {
        var text = Mail.octets("begin 644 \(name)\r\n")
        var index = 0
        func letter(_ value: UInt8) -> UInt8 { value == 0 ? 0x60 : value + 0x20 }
        while index < octets.count {
            let line = octets[index..<min(index + 45, octets.count)]
            text.append(letter(UInt8(line.count)))
            let padded = Array(line) + [0, 0]
            for group in stride(from: 0, to: line.count, by: 3) {
                let (a, b, c) = (padded[group], padded[group + 1], padded[group + 2])
                text += [
                    letter(a >> 2), letter((a & 3) << 4 | b >> 4), letter((b & 15) << 2 | c >> 6),
                    letter(c & 63),
                ]
            }
            text += [0x0D, 0x0A]
            index += 45
        }
        return text + Mail.octets("`\r\nend\r\n")
    }

    private static func yencode(_ octets: [UInt8], name: String) -> [UInt8] {
        var text = Mail.octets("=ybegin line=128 size=\(octets.count) name=\(name)\r\n")
        for octet in octets {
            let value = octet &+ 42
            text += [0, 0x0A, 0x0D, 0x3D].contains(value) ? [0x3D, value &+ 64] : [value]
        }
        return text + Mail.octets("\r\n=yend size=\(octets.count)\r\n")
    }

    /// How a name is said.
    static func parameters() -> [Attack] {
        func named(_ name: String, _ disposition: String) -> Attack {
            Attack(name, Mail.attachment(evil, disposition: disposition), exe)
        }
        func typed(_ name: String, _ type: String, _ disposition: String = "attachment") -> Attack {
            let header = "Content-Type: \(type)\r\nContent-Disposition: \(disposition)\r\n\r\n"
            return Attack(name, Mail.parts([Mail.octets(header) + evil]), exe)
        }
        return [
            named("a name in segments", "filename*0=b; filename*1=.e; filename*2=xe"),
            named("a name in segments out of order", "filename*2=xe; filename*0=b; filename*1=.e"),
            named("a name in segments, one of them missing", "filename*0=b.; filename*2=exe"),
            named("a name in segments, one of them twice", "filename*0=b.; filename*1=txt; filename*1=exe"),
            named("a name in segments that begin with 1", "filename*1=b.; filename*2=exe"),
            named(
                "a name in segments, encoded and not",
                "filename*0*=utf-8''b%2E; filename*1=e; filename*2*=%78e"),
            named("a name twice", "filename=a.txt; filename=b.exe"),
            named("a name plain and extended", "filename=a.txt; filename*=utf-8''b%2Eexe"),
            named("a name extended and plain", "filename*=utf-8''a.txt; filename=b.exe"),
            named("a name without a character set", "filename*=b%2Eexe"),
            named("a name in a character set that nobody knows", "filename*=x-none'en'b%2Eexe"),
            named("a name in ISO 8859-5", "filename*=iso-8859-5''%D0%D0%2Eexe"),
            named("an encoded word within quotes", "filename=\"=?utf-8?B?Yi5leGU=?=\""),
            named("an encoded word in koi8-r", "filename=\"=?koi8-r?B?4eIuZXhl?=\""),
            named("encoded words that cut the name", "filename=\"=?utf-8?Q?b=2E?= =?utf-8?Q?exe?=\""),
            named("an encoded word within a word", "filename=b=?utf-8?Q?=2Eexe?="),
            named("an encoded word without an end", "filename=\"=?utf-8?Q?b=2Eexe\""),
            named("quotes without an end", "filename=\"b.exe"),
            named("quotes within quotes", "filename=\"b\\.exe\""),
            named("a name behind NUL", "filename=\"a.txt\0\"; filename=\"b.exe\""),
            named("NUL before the extension's end", "filename=\"b.exe\0.txt\""),
            named("no semicolon", "x=y filename=b.exe"),
            named("blanks around the sign", "filename = b.exe"),
            named("a name over two lines", "\r\n\tfilename=\r\n\tb.exe"),
            named("a name in other letters", "FILENAME=B.EXE"),
            typed("a name in Content-Type alone", "application/octet-stream; name=b.exe"),
            typed("names that differ", "application/octet-stream; name=b.exe", "attachment; filename=a.txt"),
            typed(
                "two dispositions", "text/plain", "inline\r\nContent-Disposition: attachment; filename=b.exe"),
            typed("a name without a disposition's type", "text/plain", "filename=b.exe"),
            Attack(
                "ten thousand parameters",
                Mail.attachment(
                    evil, disposition: (0..<10_000).map { "filename*\($0)=x" }.joined(separator: "; ")),
                .finding(["name", "structure", "limit"])),
        ]
    }

    /// What a name looks like.
    static func names() -> [Attack] {
        let disguised: [(String, String)] = [
            ("letters from right to left", "annex\u{202E}fdp.exe"),
            ("a control in the extension", "b.e\u{202E}xe"),
            ("Cyrillic letters in the extension", "b.\u{435}\u{445}\u{435}"),
            ("Greek letters in the extension", "b.e\u{3C7}e"),
            ("letters of full width", "b\u{FF0E}\u{FF45}\u{FF58}\u{FF45}"),
            ("a leader of one dot", "b\u{2024}exe"),
            ("mathematical letters", "b.\u{1D41E}\u{1D431}\u{1D41E}"),
            ("a letter without width", "b.e\u{200B}xe"),
            ("a mark of the byte order", "b.exe\u{FEFF}"), ("dots at the end", "b.exe..."),
            ("blanks at the end", "b.exe   "),
            ("blanks and dots at the end", "b.exe . . "), ("an alternate data stream", "b.exe:a.txt"),
            ("the data stream", "b.exe::$DATA"), ("percent-encoded NUL", "b.exe%00"),
            ("percent-encoded dot", "b%2Eexe"),
            ("a class identifier", "b.exe.{3050F4D8-98B5-11CF-BB82-00AA00BDCE0B}"),
            ("many blanks", "a.pdf\(String(repeating: " ", count: 60)).exe"),
            ("two extensions", "a.pdf.exe"), ("a control character", "b.e\u{7}xe"),
            ("a name of two thousand letters", String(repeating: "x", count: 2000) + ".exe"),
            ("a path", "../../b.exe"),
            ("a full stop of Chinese", "b\u{3002}exe"), ("a soft hyphen", "b.e\u{AD}xe"),
        ]
        return disguised.flatMap { what, name in
            let octets = Mail.octets(name).map {
                $0 < 128 && ($0 | 0x20) &- 0x61 < 26
                    ? String(Unicode.Scalar($0)) : "%" + ($0 < 16 ? "0" : "") + String($0, radix: 16)
            }
            let message = Mail.attachment(evil, disposition: "filename*=utf-8''\(octets.joined())")
            return [
                Attack("name: \(what)", message, exe, .finding("name")),
                Attack(
                    "name in a zip: \(what)", Mail.attachment(ZIPWriter.archive(name, evil), named: "a.zip"),
                    exe, .finding("name")),
            ]
        }
    }

    /// What contents are.
    static func kinds() -> [Attack] {
        let mismatch = Attack.Expectation.finding("mismatch")
        func kind(_ name: String, _ contents: [UInt8], as file: String, _ type: String) -> Attack {
            Attack(name, Mail.attachment(contents, named: file, type: type), mismatch)
        }
        let zeros = [UInt8](repeating: 0, count: 100)
        let jar = ZIPWriter.archive([
            .init("META-INF/MANIFEST.MF", [1]), .init("A.class", [0xCA, 0xFE, 0xBA, 0xBE, 0, 0, 0, 52]),
        ])
        return [
            kind("a program as a document", evil, as: "a.pdf", "application/pdf"),
            kind("a program by its declared type", evil, as: "a", "image/png"),
            kind("a program by its name", evil, as: "a.jpg", "application/octet-stream"),
            kind("ELF", Mail.octets("\u{7F}ELF\u{2}\u{1}\u{1}") + zeros, as: "a.png", "image/png"),
            kind("Mach-O", [0xCF, 0xFA, 0xED, 0xFE, 7, 0, 0, 1] + zeros, as: "a.doc", "application/msword"),
            kind("a class of Java", [0xCA, 0xFE, 0xBA, 0xBE, 0, 0, 0, 52] + zeros, as: "a.gif", "image/gif"),
            kind("a script", Mail.octets("#! /bin/sh\nrm -rf /\n"), as: "a.pdf", "application/pdf"),
            kind("a shortcut", [0x4C, 0, 0, 0, 1, 0x14, 2, 0] + zeros, as: "a.docx", "application/msword"),
            kind(
                "a shortcut into the Internet", Mail.octets("[InternetShortcut]\r\nURL=file://x\r\n"),
                as: "a.pdf", "application/pdf"),
            kind("a jar", jar, as: "a.pdf", "application/pdf"),
            kind(
                "an application of HTML", Mail.octets("<html><HTA:APPLICATION id=x><script>x</script>"),
                as: "a.jpg", "image/jpeg"),
            kind(
                "HTML as a picture", Mail.octets("<!DOCTYPE html><html><script>x</script>"), as: "a.png",
                "image/png"),
            kind(
                "a notebook",
                [0xE4, 0x52, 0x5C, 0x7B, 0x8C, 0xD8, 0xA7, 0x4D, 0xAE, 0xB1, 0x53, 0x78] + zeros, as: "a.pdf",
                "application/pdf"),
            kind("compiled help", Mail.octets("ITSF\u{3}") + zeros, as: "a.doc", "application/msword"),
            kind(
                "a registry file", Mail.octets("Windows Registry Editor Version 5.00\r\n"), as: "a.doc",
                "application/msword"),
            kind(
                "a batch file", Mail.octets("@ECHO OFF\r\ndel x\r\n"), as: "a.xls", "application/vnd.ms-excel"
            ),
        ]
    }
}
