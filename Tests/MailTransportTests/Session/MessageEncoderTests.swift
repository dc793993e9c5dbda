import Platform
import TestSupport
import Testing

@testable import MailTransport

@Suite struct MessageEncoderTests {
    private func mail(_ head: [UInt8], _ body: [UInt8]) -> OutgoingMail {
        OutgoingMail(sender: "", recipients: [.init("a@x")], head: head, body: SharedBytes(body))
    }

    private func encode(_ mail: OutgoingMail, stuffingDots: Bool, size: Int = 1 << 16) -> [UInt8] {
        var encoder = MessageEncoder(mail, stuffingDots: stuffingDots)
        var result: [UInt8] = []
        while !encoder.isAtEnd {
            let piece = encoder.next(atMost: size)
            #expect(piece.count == size || encoder.isAtEnd)
            result += piece
        }
        let rest = encoder.next(atMost: 10)
        #expect(rest.isEmpty)
        return result
    }

    /// What it should be, by a way of its own: with regard to one line after the other.
    private func expected(_ bytes: [UInt8], stuffingDots: Bool) -> [UInt8] {
        var lines: [[UInt8]] = [[]]
        for byte in bytes {
            if byte == 10 { lines.append([]) } else { lines[lines.count - 1].append(byte) }
        }
        if lines.last == [] { lines.removeLast() }
        let hasLastEnd = bytes.last == 10
        var result: [UInt8] = []
        for (index, line) in lines.enumerated() {
            let isEnded = index < lines.count - 1 || hasLastEnd
            var text = line
            if isEnded, text.last == 13 { text.removeLast() }
            text = text.map { $0 == 13 ? 32 : $0 }
            if stuffingDots, text.first == 46 { text.insert(46, at: 0) }
            result += text + [13, 10]
        }
        return result
    }

    @Test(
        "lines end with CR LF, and a dot that begins one is doubled",
        arguments: [
            ("", "", ""), ("a", "a\r\n", "a\r\n"), ("a\n", "a\r\n", "a\r\n"), ("a\r\n", "a\r\n", "a\r\n"),
            ("\n", "\r\n", "\r\n"),
            ("\r", " \r\n", " \r\n"), (".", "..\r\n", ".\r\n"), (".\r\n", "..\r\n", ".\r\n"),
            ("..\n.\n", "...\r\n..\r\n", "..\r\n.\r\n"), ("a.\n", "a.\r\n", "a.\r\n"),
            // What could be taken for the end of a message by a server that is lax about line ends.
            ("a\r.\r\nb", "a .\r\nb\r\n", "a .\r\nb\r\n"), ("a\n.\nb", "a\r\n..\r\nb\r\n", "a\r\n.\r\nb\r\n"),
            ("a\r\n.\nb", "a\r\n..\r\nb\r\n", "a\r\n.\r\nb\r\n"),
            ("a\n.\r\nb", "a\r\n..\r\nb\r\n", "a\r\n.\r\nb\r\n"),
            ("a\r\n.\rb", "a\r\n.. b\r\n", "a\r\n. b\r\n"), ("a\r\r\nb", "a \r\nb\r\n", "a \r\nb\r\n"),
            ("a\r\r\r\nb", "a  \r\nb\r\n", "a  \r\nb\r\n"),
            ("a\r\n\r.\r\nb", "a\r\n .\r\nb\r\n", "a\r\n .\r\nb\r\n"),
            ("a\0b\n", "a\0b\r\n", "a\0b\r\n"), ("\r\n.\r\n", "\r\n..\r\n", "\r\n.\r\n"),
            ("\r\n.", "\r\n..\r\n", "\r\n.\r\n"), ("\n\r", "\r\n \r\n", "\r\n \r\n"),
        ])
    func vectors(text: String, stuffed: String, chunked: String) {
        let bytes = Array(text.utf8)
        #expect(expected(bytes, stuffingDots: true) == Array(stuffed.utf8))
        // The border between head and body, and those of the pieces, at every place.
        for border in 0...bytes.count {
            let mail = mail(Array(bytes[..<border]), Array(bytes[border...]))
            for size in [1, 2, 3, 4, 5, 1 << 16] {
                #expect(encode(mail, stuffingDots: true, size: size) == Array(stuffed.utf8))
                #expect(encode(mail, stuffingDots: false, size: size) == Array(chunked.utf8))
            }
            #expect(MessageSurvey(mail).count == chunked.utf8.count)
        }
    }

    @Test("whatever the message: the same for all pieces, no stray line end, one size")
    func random() {
        var generator = SeededGenerator(seed: 4)
        let alphabet = Array("\r\n.\r\n.a\0".utf8) + [0x80, 0xFF]
        for _ in 0..<20_000 {
            let bytes = (0..<Int.random(in: 0...24, using: &generator)).map { _ in
                alphabet[Int.random(in: 0..<alphabet.count, using: &generator)]
            }
            let border = Int.random(in: 0...bytes.count, using: &generator)
            let mail = mail(Array(bytes[..<border]), Array(bytes[border...]))
            let size = Int.random(in: 1...9, using: &generator)
            for stuffingDots in [true, false] {
                let result = encode(mail, stuffingDots: stuffingDots, size: size)
                #expect(result == expected(bytes, stuffingDots: stuffingDots))
                for (index, byte) in result.enumerated() where byte == 13 || byte == 10 {
                    let other = byte == 13 ? index + 1 : index - 1
                    #expect(result.indices.contains(other) && result[other] == (byte == 13 ? 10 : 13))
                }
            }
            let survey = MessageSurvey(mail)
            #expect(survey.count == expected(bytes, stuffingDots: false).count)
            #expect(survey.hasEightBit == bytes.contains { $0 >= 0x80 })
        }
    }

    @Test("a message of any length is encoded in pieces", arguments: [65_535, 65_536, 65_537, 1_000_003])
    func large(count: Int) {
        var body: [UInt8] = []
        while body.count < count { body += Array(".line \(body.count)\n".utf8) }
        let mail = mail(Array("Subject: x\n\n".utf8), body)
        let result = encode(mail, stuffingDots: true)
        #expect(result == expected(mail.head + body, stuffingDots: true))
    }
}
