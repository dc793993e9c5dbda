import MailMessage
import Testing

@Suite("Transfer encodings")
struct TransferEncodingTests {
    @Test(
        "base64 is decoded",
        arguments: [
            ("", ""), ("Zg==", "f"), ("Zm8=", "fo"), ("Zm9v", "foo"), ("Zm9vYg==", "foob"),
            ("Zm9vYmFy", "foobar"),
            ("Zm9v\r\nYmFy\r\n", "foobar"), ("Z m-9_v!", "foo"), ("Zg", "f"), ("Zm8", "fo"),
            ("Zm9vYmF", "fooba"), ("Z", ""), ("====", ""),
            ("Zg==Zm8=", "ffo"), ("Zg=Zm8=", "ffo"),
        ])
    func base64Decoding(_ text: String, _ expected: String) {
        #expect(decodeBase64([UInt8](text)).text == expected)
    }

    @Test(
        "quoted-printable is decoded",
        arguments: [
            ("plain", "plain"), ("a=20b", "a b"), ("caf=C3=A9", "café"), ("caf=c3=a9", "café"),
            ("soft=\nbreak", "softbreak"),
            ("soft=\r\nbreak", "softbreak"), ("soft= \t\nbreak", "softbreak"), ("end=", "end"),
            ("end= ", "end"), ("trailing  \nx", "trailing\nx"),
            ("trailing\t\r\nx", "trailing\r\nx"), ("kept =20\nx", "kept  \nx"),
            ("two  blanks", "two  blanks"), ("bad =XY =4", "bad =XY =4"),
            ("==41", "=A"), ("lone\rCR", "lone\rCR"), ("blanks at the end  ", "blanks at the end"),
            ("a\r\nb\nc", "a\r\nb\nc"), ("=3D=3d", "=="), ("", ""),
        ])
    func quotedPrintableDecoding(_ text: String, _ expected: String) {
        #expect(decodeQuotedPrintable([UInt8](text)).text == expected)
    }

    @Test("decoding stops at the limit", arguments: [-1, 0, 1, 2, 3, 5, 50])
    func limits(_ limit: Int) {
        let count = max(limit, 0)
        #expect(decodeBase64([UInt8]("Zm9vYmFy"), limit: limit).text == String("foobar".prefix(count)))
        #expect(
            decodeQuotedPrintable([UInt8]("=66=6F  obar"), limit: limit).text
                == String("fo  obar".prefix(count)))
        let plain = [UInt8]("foobar")
        #expect(decode(.identity, plain, limit: limit).text == String("foobar".prefix(count)))
        #expect(decode(.unknown, plain, limit: limit).text == String("foobar".prefix(count)))
    }

    @Test(
        "base64 is written in lines",
        arguments: [("", ""), ("f", "Zg==\n"), ("fo", "Zm8=\n"), ("foo", "Zm9v\n"), ("foobar", "Zm9vYmFy\n")])
    func base64Encoding(_ text: String, _ expected: String) {
        #expect(encodeBase64([UInt8](text)).text == expected)
    }

    @Test(
        "quoted-printable is written",
        arguments: [
            ("a=b", "a=3Db"), ("café", "caf=C3=A9"), ("a \nb\t\n", "a=20\nb=09\n"), ("a b\r\nc", "a b\r\nc"),
            ("From me\nF", "=46rom me\n=46"),
            (".\n..x", "=2E\n=2E.x"), ("lone\rCR", "lone=0DCR"), ("end ", "end=20"), ("\0", "=00"), ("", ""),
            ("\r", "=0D"), ("\n\n", "\n\n"),
        ])
    func quotedPrintableEncoding(_ text: String, _ expected: String) {
        #expect(encodeQuotedPrintable([UInt8](text)).text == expected)
    }

    @Test("what is encoded is decoded to the same, in lines of 76 at most")
    func roundTrip() {
        var random = Random(seed: 5)
        let cases = 1500
        let alphabets: [[UInt8]] = [
            [], [UInt8](" =\r\nab.F"), [UInt8]("abcdefghijklmnop é\t"), [0x0D, 0x0A, 0x20, 0x41],
        ]
        for number in 0..<cases {
            let bytes = random.bytes(upTo: 400, of: alphabets[number % alphabets.count])
            let base64 = encodeBase64(bytes)
            #expect(decodeBase64(base64) == bytes)
            let quoted = encodeQuotedPrintable(bytes)
            #expect(decodeQuotedPrintable(quoted) == bytes)
            for line in (base64 + [0x0A] + quoted).split(separator: 0x0A) {
                #expect(line.last == 0x0D ? line.count <= 77 : line.count <= 76)
            }
            let inOnePiece = encodeBase64(bytes, lineLength: nil)
            #expect(!inOnePiece.contains(0x0A))
        }
        print("transfer encodings written and read: \(cases) cases")
    }
}
