import Platform
import Testing

@Suite("JSON as it is read")
struct JSONReaderTests {
    private static func read(_ text: String, mostDepth: Int = 4) -> (value: JSONReader.Value?, isAtEnd: Bool)
    {
        let bytes = Array(text.utf8)
        var reader = JSONReader(bytes[...], mostDepth: mostDepth)
        let value = reader.value()
        return (value, reader.isAtEnd)
    }

    @Test(
        "what stands behind a value is told",
        arguments: [("{} \r\n\t", true), ("{} x", false), ("[1]]", false)])
    func end(text: String, isAtEnd: Bool) {
        let read = Self.read(text)
        #expect(read.value != nil && read.isAtEnd == isAtEnd)
    }

    @Test("values lie as deep within one another as its reader says", arguments: 0...20)
    func depth(most: Int) {
        let open = String(repeating: "[", count: most)
        let close = String(repeating: "]", count: most)
        #expect(Self.read("\(open)1\(close)", mostDepth: most).value != nil)
        #expect(Self.read("[\(open)1\(close)]", mostDepth: most).value == nil)
    }

    @Test(
        "escapes are what they stand for",
        arguments: [
            (#""\u0041\n\/\"\\""#, "A\n/\"\\"), (#""\ud83d\ude00""#, "😀"),
            (#""\ud83d""#, "\u{FFFD}"), (#""\u00e9""#, "é"),
        ])
    func escapes(text: String, value: String) {
        #expect(Self.read(text).value?.text == value)
    }
}
