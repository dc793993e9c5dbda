import Foundation
import TestSupport
import Testing

@testable import MailLog

private func written(_ write: (inout JSONWriter) -> Void) -> String {
    var json = JSONWriter()
    write(&json)
    return String(decoding: json.bytes, as: UTF8.self)
}

@Suite struct JSONWriterTests {
    @Test("objects, arrays and their commas")
    func structure() {
        let text = written { json in
            json.object { json in
                json.member("a", 1)
                json.member("b", nil as String?)
                json.member("c", true)
                json.member("d", ["x", "y"])
                json.member("e") { $0.array { _ in } }
                json.member("f") { json in
                    json.array { json in
                        json.number(-1)
                        json.object { _ in }
                        json.object { $0.member("g", false) }
                        json.null()
                        json.boolean(true)
                        json.string("z")
                    }
                }
                json.member("h", nil as Int?)
            }
        }
        #expect(
            text
                == #"{"a":1,"b":null,"c":true,"d":["x","y"],"e":[],"f":[-1,{},{"g":false},null,true,"z"],"h":null}"#
        )
    }

    @Test(
        "strings",
        arguments: [
            ("", #""""#), ("a\"b\\c/d", #""a\"b\\c/d""#), ("\n\r\t", #""\n\r\t""#),
            ("\u{0}\u{1F}\u{7F}", #""\u0000\u001f\u007f""#),
            ("é😀", "\"é😀\""), ("\u{202E}", #""\u202e""#), ("\u{E0001}", #""\udb40\udc01""#),
            ("\u{2028}", #""\u2028""#),
            ("\u{10FFFF}", #""\udbff\udfff""#),
        ])
    func strings(_ text: String, _ expected: String) {
        #expect(written { $0.string(text) } == expected)
    }

    @Test("any text is read back as it was")
    func roundTrip() throws {
        var generator = SeededGenerator(seed: 15)
        for _ in 0..<2000 {
            let text = generator.hostileText(upTo: 20)
            let bytes = Data(written { json in json.array { $0.string(text) } }.utf8)
            #expect(try JSONSerialization.jsonObject(with: bytes) as? [String] == [text])
        }
    }

    @Test("any bytes make a string")
    func randomBytes() throws {
        var generator = SeededGenerator(seed: 16)
        for _ in 0..<2000 {
            let bytes = generator.bytes(upTo: 30)
            var json = JSONWriter()
            json.array { $0.string(bytes.span) }
            let read = try JSONSerialization.jsonObject(with: Data(json.bytes)) as? [String]
            #expect(read?.count == 1)
            if let valid = String(validating: bytes, as: UTF8.self) { #expect(read == [valid]) }
        }
    }
}
