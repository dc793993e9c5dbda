import Testing

@testable import Maildir

@Suite("Flags")
struct MessageFlagsTests {
    @Test(
        "IMAP's flags become letters in ASCII order",
        arguments: [
            ([], ""), (["\\Seen"], "S"), (["\\seen", "\\SEEN"], "S"), (["\\Answered"], "R"),
            (["\\Flagged"], "F"),
            (["\\Deleted"], "T"), (["\\Draft"], "D"),
            (["\\Deleted", "\\Seen", "\\Answered", "\\Flagged", "\\Draft"], "DFRST"),
        ] as [([String], String)])
    func letters(flags: [String], letters: String) {
        #expect(String(decoding: MessageFlags(imapFlags: flags).systemLetters, as: UTF8.self) == letters)
    }

    @Test("keywords are kept as written, each once")
    func keywords() {
        let flags = MessageFlags(imapFlags: ["$Forwarded", "work", "WORK", "NonJunk", "\\Seen"])
        #expect(flags.keywords == ["$Forwarded", "work", "NonJunk"])
        #expect(flags.system == .seen)
        #expect(flags == MessageFlags(.seen, keywords: ["$Forwarded", "work", "NonJunk"]))
    }

    @Test(
        "what no IMAP flag can be is set aside",
        arguments: [
            "", "\\Recent", "\\", "\\*", "a b", "a\nb", "a(b", "a)", "{", "100%", "*", "\"", "]", "a\\b", "é",
            "a\u{7F}",
            String(repeating: "k", count: 51),
        ])
    func rejected(flag: String) {
        let flags = MessageFlags(imapFlags: [flag, "\\Seen"])
        #expect(flags.rejected == [flag])
        #expect(flags.keywords.isEmpty)
        #expect(flags.system == .seen)
        #expect(!flags.isEmpty)
    }

    @Test("no flags is empty")
    func empty() {
        #expect(MessageFlags().isEmpty)
        #expect(MessageFlags(imapFlags: []).isEmpty)
        #expect(!MessageFlags(.seen).isEmpty)
        #expect(!MessageFlags(keywords: ["a"]).isEmpty)
    }
}

@Suite("The keyword table")
struct KeywordTableTests {
    @Test("each line gives a letter its keyword")
    func reading() {
        let table = KeywordTable(Array("0 first\n2 $Third\n25 last\n".utf8))
        #expect(table.letter(of: "first") == UInt8(ascii: "a"))
        #expect(table.letter(of: "$third") == UInt8(ascii: "c"))
        #expect(table.letter(of: "LAST") == UInt8(ascii: "z"))
        #expect(table.letter(of: "other") == nil)
    }

    @Test(
        "lines that make no sense are passed over",
        arguments: [
            "26 a", "-1 a", "x a", "0", "0 ", " a", "000 a", "99999999999999999999 a", "", "a 0", "0\ta",
        ])
    func malformed(line: String) {
        let table = KeywordTable(Array((line + "\n3 kept").utf8))
        #expect(table.letter(of: "a") == nil)
        #expect(table.letter(of: "kept") == UInt8(ascii: "d"))
    }

    @Test("a keyword gets the first free letter, 26 at the most")
    func adding() {
        var table = KeywordTable(Array("0 zero\n2 two\n".utf8))
        #expect(table.add("one") == UInt8(ascii: "b"))
        #expect(table.add("three") == UInt8(ascii: "d"))
        for number in 4..<26 { #expect(table.add("k\(number)") != nil) }
        #expect(table.add("too many") == nil)
        #expect(table.letter(of: "k25") == UInt8(ascii: "z"))
    }

    @Test("what is written is read again")
    func roundTrip() {
        var numbers = SeededNumbers(seed: 3)
        for _ in 0..<500 {
            var table = KeywordTable()
            for number in 0..<Int.random(in: 0...26, using: &numbers) {
                _ = table.add("key\(number)\(numbers.next())")
            }
            #expect(KeywordTable(table.contents) == table)
        }
    }

    @Test("any bytes are read")
    func total() {
        var numbers = SeededNumbers(seed: 4)
        for _ in 0..<5_000 {
            let bytes = (0..<Int.random(in: 0...60, using: &numbers)).map { _ in
                Array("0123456789 \nab\0\u{FF}".utf8).randomElement(using: &numbers) ?? 0
            }
            let table = KeywordTable(bytes)
            let isSame = KeywordTable(table.contents).contents == table.contents
            if !isSame { Issue.record("\(bytes) became \(table)") }
        }
    }
}
