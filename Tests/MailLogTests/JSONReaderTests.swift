import MailLog
import Platform
import Testing

@Suite struct JSONReaderTests {
    private static func read(_ text: String) -> JSONReader.Value? {
        let bytes = Array(text.utf8)
        var reader = JSONReader(bytes[...])
        return reader.value()
    }

    @Test("members are found by their names, and texts are what was written")
    func members() {
        var json = JSONWriter()
        json.object { json in
            json.member("id", "x\u{1B}\"\\\n😀")
            json.member("number", 7)
            json.member("inner") { $0.object { $0.member("flag", true) } }
        }
        let value = Self.read(String(decoding: json.bytes, as: UTF8.self))
        #expect(value?["id"]?.text == "x\u{1B}\"\\\n😀")
        #expect(value?["number"]?.text == "7")
        #expect(value?["inner"]?["flag"]?.text == "true")
        #expect(value?["nothing"] == nil)
        #expect(value?["number"]?["nothing"] == nil)
    }

    @Test(
        "what is no JSON is nothing",
        arguments: [
            "", " ", "{", "{\"a\"", "{\"a\":}", "{a:1}", "[1", "\"abc", "{\"a\":1,}", "[[[[[[1]]]]]]",
        ])
    func nonsense(text: String) {
        #expect(Self.read(text) == nil)
    }
}
