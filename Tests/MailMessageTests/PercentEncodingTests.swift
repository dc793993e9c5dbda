import MailMessage
import Testing

private func encoded(_ text: String, limit: Int = .max) -> [UInt8] {
    let bytes = [UInt8](text)
    return PercentEncoding.encode(bytes.span, limit: limit)
}

private func decoded(_ text: [UInt8]) -> [UInt8]? { PercentEncoding.decode(text.span) }

@Suite("Percent encoding")
struct PercentEncodingTests {
    @Test(
        "leaves what is unreserved",
        arguments: [
            ("", ""), ("aZ09-._~", "aZ09-._~"), ("a b", "a%20b"),
            ("\\frop\\&fruts/^@", "%5Cfrop%5C%26fruts%2F%5E%40"),
            ("é€", "%C3%A9%E2%82%AC"), ("%", "%25"), ("+", "%2B"), ("\r\n\0", "%0D%0A%00"),
        ])
    func encode(_ text: String, _ expected: String) {
        #expect(encoded(text).text == expected)
        #expect(decoded([UInt8](expected)) == [UInt8](text))
    }

    @Test(
        "ends before what does not fit",
        arguments: [
            ("abc", 2, "ab"), ("abc", 3, "abc"), ("a@b", 3, "a"), ("a@b", 4, "a%40"), ("a@b", 5, "a%40b"),
            ("一丁", 9, "%E4%B8%80"), ("一丁", 17, "%E4%B8%80"), ("一丁", 18, "%E4%B8%80%E4%B8%81"), ("一", 8, ""),
            ("a", 0, ""), ("a", -1, ""), ("", 0, ""),
        ])
    func limit(_ text: String, _ limit: Int, _ expected: String) {
        #expect(encoded(text, limit: limit).text == expected)
    }

    @Test(
        "is not decoded where digits are missing", arguments: ["%", "%4", "a%", "%4g", "%g4", "%%41", "% 41"])
    func broken(_ text: String) {
        #expect(decoded([UInt8](text)) == nil)
    }

    @Test("is decoded to what was encoded")
    func roundTrip() {
        var random = Random(seed: 58)
        let cases = 3000
        for _ in 0..<cases {
            let bytes = random.bytes(upTo: 60)
            let text = PercentEncoding.encode(bytes.span)
            #expect(decoded(text) == bytes)
            #expect(text.allSatisfy { PercentEncoding.isUnreserved($0) || $0 == UInt8(ascii: "%") })
            let limit = random.next(200)
            let limited = PercentEncoding.encode(bytes.span, limit: limit)
            #expect(limited.count <= limit && text.starts(with: limited) && decoded(limited) != nil)
        }
        print("percent encoding: \(cases) cases")
    }
}
