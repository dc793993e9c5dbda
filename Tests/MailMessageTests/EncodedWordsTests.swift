import MailMessage
import Testing

@Suite("Encoded words")
struct EncodedWordsTests {
    @Test(
        "are decoded",
        arguments: [
            ("=?ISO-8859-1?Q?a?=", "a"),
            ("=?ISO-8859-1?Q?a?= b", "a b"),
            ("=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?=", "ab"),
            ("=?ISO-8859-1?Q?a?=  \t =?ISO-8859-1?Q?b?=", "ab"),
            ("=?ISO-8859-1?Q?a_b?=", "a b"),
            ("=?ISO-8859-1?Q?a?= =?ISO-8859-2?Q?_b?=", "a b"),
            ("(=?ISO-8859-1?Q?a?=)", "(a)"),
            ("(=?ISO-8859-1?Q?a?= b)", "(a b)"),
            ("x =?utf-8?q?=C3=A9?= y", "x é y"),
            ("=?UTF-8?b?w6k=?=", "é"),
            ("=?utf-8?B?w6k?=", "é"),
            ("=?utf-8?B?w6k?= =?utf-8?q?!?=", "é!"),
            ("=?utf-8?Q?=e2=82?= =?utf-8?Q?=ac?=", "€"),
            ("=?utf-8?B?4oI=?= =?UTF8?Q?=ac?=", "€"),
            ("=?utf-8*de?Q?gr=C3=BCn?=", "grün"),
            ("=?us-ascii*en-us?q?ok?=", "ok"),
            ("=?utf-8?q??=", ""),
            ("=?utf-8?q?a?==?utf-8?q?b?=", "ab"),
            ("=?utf-8?q?a?=<a@b>", "a<a@b>"),
            ("=?iso-8859-15?Q?=A4?=", "€"),
            ("=?windows-1252?Q?=80=93?=", "€“"),
            ("=?koi8-r?B?6dfBzg==?=", "Иван"),
            ("=?iso-2022-jp?B?GyRCOzNFRBsoQg==?=", "山田"),
            ("=?gb2312?B?1tDOxA==?=", "中文"),
            ("=?big5?B?pKSk5Q==?=", "中文"),
            ("=?x-sjis?B?jlKTYw==?=", "山田"),
            ("=?utf-8?q?broken=ZZ=4?=", "broken=ZZ=4"),
            ("=?utf-8?q?=FF?=", "\u{FFFD}"),
            ("a = b ?= c =? d", "a = b ?= c =? d"),
            ("räw =?utf-8?q?=C3=A9?=", "räw é"),
        ])
    func decoded(_ text: String, _ expected: String) {
        #expect(EncodedWords.decode([UInt8](text)).text == expected)
    }

    @Test(
        "stay where they are none, or cannot be decoded",
        arguments: [
            "x=?utf-8?q?a?=", "=?utf-8?q?a?=x", "\"=?utf-8?q?a?=\"", "=?utf-8?q?a b?=", "=?utf-8?x?a?=",
            "=?utf-8?qq?a?=", "=?utf-8?q?a",
            "=?utf-8?q?a?", "=?utf-8?q?a=", "=??q?a?=", "=?utf-8??a?=",
            "=?no-such-set?q?a?= =?no-such-set?q?b?=",
            "=?utf-8//TRANSLIT?q?a?=", "=?iso-8859-2//IGNORE?q?=E9?=", "=?../../evil?q?a?=",
            "=?unknown-8bit?q?=FF?=", "=?", "=?=", "?=", "",
            "=?utf-8?q?a?b?=", "=?internal?q?=FF?=",
        ])
    func untouched(_ text: String) {
        #expect(EncodedWords.decode([UInt8](text)).text == text)
    }

    @Test("that cannot be decoded leave their neighbours alone")
    func mixed() {
        let text = "=?nosuch?q?a?= =?utf-8?q?=C3=A9?= =?nosuch?q?b?="
        #expect(EncodedWords.decode([UInt8](text)).text == "=?nosuch?q?a?= é =?nosuch?q?b?=")
    }

    @Test("of more character sets than any text has stay as they are")
    func manyCharsets() {
        let sets = [
            "iso-8859-2", "iso-8859-3", "iso-8859-4", "iso-8859-5", "iso-8859-7", "iso-8859-9", "koi8-r",
            "koi8-u",
        ]
        let text = (sets + ["cp1251", "utf-8"]).map { "=?\($0)?q?x?=" }.joined(separator: " ")
        #expect(EncodedWords.decode([UInt8](text)).text == "xxxxxxxx =?cp1251?q?x?= x")
    }

    @Test(
        "that are written are read as the same",
        arguments: [
            "é", "Grüße aus Köln", String(repeating: "日本語", count: 50), "😀😀", "a", "=?utf-8?q?x?=",
            "tab\tand\u{1}", String(repeating: "ä ", count: 99) + "x",
        ])
    func roundTrip(_ text: String) {
        for firstRoom in [0, 24, 30, 50, 75, 500] {
            let words = EncodedWords.encode(text, firstRoom: firstRoom)
            #expect(words.allSatisfy { $0.count <= 75 })
            #expect((words.first?.count ?? 0) <= max(24, firstRoom))
            #expect(words.allSatisfy { word in word.allSatisfy { $0 > 0x20 && $0 < 0x7F } })
            #expect(EncodedWords.decode([UInt8](words.map(\.text).joined(separator: " "))).text == text)
            // Each word is whole in itself (RFC 2047 §5).
            #expect(words.map { EncodedWords.decode($0).text }.joined() == text)
        }
    }

    @Test("that are written of anything are read as the same")
    func roundTripOfAnything() {
        var random = Random(seed: 11)
        let cases = 2000
        for _ in 0..<cases {
            let text = String(decoding: random.bytes(upTo: 120), as: UTF8.self)
            let words = EncodedWords.encode(text, firstRoom: random.next(90))
            #expect(EncodedWords.decode([UInt8](words.map(\.text).joined(separator: " "))).text == text)
        }
        print("encoded words written and read: \(cases) cases")
    }
}
